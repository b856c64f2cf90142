import type {
	Agent,
	AgentHello,
	GuestListener,
	GuestProcess,
	GuestSocket,
	KernelOp,
	KernelResult,
	ProcessSpec,
} from '../../api/agent.ts';

import { KernelError } from '../agent/kernel-error.ts';

const encoder = new TextEncoder();

/** A socket whose peer answers one request with this text and closes. */
export function answeringSocket(answer: string): GuestSocket & { sent: string } {
	const socket = {
		sent: '',
		write: (data: Uint8Array) => {
			socket.sent += new TextDecoder().decode(data);
			return Promise.resolve();
		},
		data: (async function* () {
			yield encoder.encode(answer);
		})(),
		end: () => undefined,
		close: () => undefined,
	};
	return socket;
}

/** A guest that keeps files in a map: what is written can be read, everything else succeeds. */
export class FakeAgent implements Agent {
	readonly files = new Map<string, string>();
	readonly links = new Map<string, string>();
	readonly ops: KernelOp[] = [];
	batches = 0;
	/** Answers connections; throws to refuse. */
	onDial: (target: { address: string; port: number; netns?: string }) => GuestSocket = () => {
		throw new KernelError('ECONNREFUSED', 'refused', 'connect');
	};
	onSpawn: (spec: ProcessSpec) => GuestProcess = () => {
		throw new Error('no programs here');
	};
	readonly datagramListeners = new Map<string, Parameters<Agent['listenUdp']>[1]>();

	async hello(): Promise<AgentHello> {
		return { protocol: 1, kernel: '6.1.0', uptimeMs: 0, memoryBytes: 96 << 20 };
	}
	async identify(): Promise<void> {}
	async batch(ops: KernelOp[], options: { keepGoing?: boolean } = {}): Promise<KernelResult[]> {
		this.batches++;
		const results: KernelResult[] = [];
		for (const op of ops) {
			this.ops.push(op);
			const result = this.#do(op);
			results.push(result);
			if (!result.ok && !options.keepGoing) break;
		}
		return results;
	}
	async spawn(spec: ProcessSpec): Promise<GuestProcess> {
		return this.onSpawn(spec);
	}
	async dial(target: { address: string; port: number; netns?: string }): Promise<GuestSocket> {
		return this.onDial(target);
	}
	async listenTcp(): Promise<GuestListener> {
		return { close: () => undefined };
	}
	async listenUdp(
		at: { address: string; port: number },
		onDatagram: Parameters<Agent['listenUdp']>[1],
	): Promise<GuestListener> {
		const key = `${at.address}:${at.port}`;
		this.datagramListeners.set(key, onDatagram);
		return { close: () => this.datagramListeners.delete(key) };
	}
	async processes(): Promise<[]> {
		return [];
	}
	async watchOom(): Promise<void> {}
	subscribe(): () => void {
		return () => undefined;
	}
	onCommand(): void {}
	actions(): { next: number; actions: [] } {
		return { next: 0, actions: [] };
	}
	stats(): { framesIn: number; framesOut: number; badFrames: number; badFramesGuest: number } {
		return { framesIn: 0, framesOut: 0, badFrames: 0, badFramesGuest: 0 };
	}
	close(): void {}
	#do(op: KernelOp): KernelResult {
		if (op.op === 'write') this.files.set(op.path, textOf(op.data));
		else if (op.op === 'symlink') this.links.set(op.path, op.target);
		else if (op.op === 'rename') {
			this.links.set(op.to, this.links.get(op.from) ?? '');
			this.links.delete(op.from);
		} else if (op.op === 'remove') this.#remove(op.path);
		else if (op.op === 'read') return this.#read(op.path);
		else if (op.op === 'list' || op.op === 'stat') return missing(op.path);
		return { ok: true };
	}
	#read(path: string): KernelResult {
		const text = this.files.get(path);
		return text === undefined ? missing(path) : { ok: true, data: encoder.encode(text) };
	}
	#remove(path: string): void {
		for (const known of [...this.files.keys(), ...this.links.keys()])
			if (known === path || known.startsWith(`${path}/`)) {
				this.files.delete(known);
				this.links.delete(known);
			}
	}
}

function textOf(data: string | Uint8Array): string {
	return typeof data === 'string' ? data : new TextDecoder().decode(data);
}

function missing(path: string): KernelResult {
	return { ok: false, errno: 'ENOENT', message: `${path}: no such file or directory` };
}
