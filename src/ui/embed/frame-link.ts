import {
	protocol,
	protocolVersion,
	type ConnectMessage,
	type FrameCall,
	type FrameCalls,
	type FrameEvent,
	type FrameMessage,
	type HostMessage,
	type ReadyMessage,
} from '../../api/embed.ts';
import { consoleLog, logged } from '../../util/log.ts';

const readyEveryMs = 500;
/** Calls a second that a host may make; the rest is a flood. */
const callsPerSecond = 20;
const mostQueued = 200;
const mostTextBytes = 64 * 1024;

type Kind = 'string' | 'number';

/** What each call takes, and what may follow. */
const takes: Record<FrameCall, { needs: readonly Kind[]; may?: readonly Kind[] }> = {
	goto: { needs: ['string'] },
	reset: { needs: [] },
	restore: { needs: ['string'] },
	getState: { needs: [] },
	setLocale: { needs: ['string'] },
	setTheme: { needs: ['string'] },
	setFont: { needs: ['number'] },
	pause: { needs: [], may: ['string'] },
	resume: { needs: [] },
	focus: { needs: [] },
	run: { needs: ['string'], may: ['string'] },
	apply: { needs: ['string'] },
};

export type CallHandlers = {
	[M in FrameCall]?: (...args: Parameters<FrameCalls[M]>) => unknown;
};

export interface FrameLinkOptions {
	/** This frame's window; another one in tests. */
	window: Window;
	/** Origins that may connect; empty: any parent. */
	hosts: readonly string[];
	handlers: CallHandlers;
	/** Said first, as soon as somebody listens. */
	welcome: () => Extract<FrameEvent, { type: 'welcome' }>;
	/** Told once, with the pinned origin; `null` for a page without one. */
	onConnect: (origin: string) => void;
}

function isConnect(data: unknown, nonce: string): data is ConnectMessage {
	const message = (data ?? {}) as Partial<ConnectMessage>;
	return message.ns === protocol && message.type === 'connect' && message.nonce === nonce;
}

/** What can cross from a page that we do not know: a few short plain values. */
function isCall(data: unknown): data is HostMessage {
	const message = (data ?? {}) as Partial<HostMessage>;
	return (
		message.type === 'call' &&
		Number.isSafeInteger(message.id) &&
		typeof message.method === 'string' &&
		Array.isArray(message.args) &&
		message.args.length <= 4 &&
		message.args.every(
			(value) =>
				typeof value === 'number' ||
				(typeof value === 'string' && value.length <= mostTextBytes) ||
				value === undefined,
		)
	);
}

/** The arguments that a call takes, without what comes behind them. Throws when they are others. */
function taken(method: FrameCall, args: readonly unknown[]): unknown[] {
	const { needs, may = [] } = takes[method];
	const kinds = [...needs, ...may];
	const isGood = kinds.every(
		(kind, i) => typeof args[i] === kind || (i >= needs.length && args[i] === undefined),
	);
	if (!isGood) throw new Error(`"${method}" takes ${kinds.join(', ')}`);
	return args.slice(0, kinds.length);
}

/**
 * The frame's end of the protocol in `api/embed.ts`. Takes the first right answer of its parent and no other after
 * it; what comes from elsewhere, comes again, or comes too fast is ignored and counted.
 */
export class FrameLink {
	/** Messages that were not taken. */
	ignored = 0;
	/** The pinned origin of the page around. */
	origin: string | undefined;
	readonly #options: FrameLinkOptions;
	readonly #nonce = crypto.randomUUID();
	readonly #onMessage = (event: MessageEvent) => this.#connect(event);
	#port: MessagePort | undefined;
	#queue: FrameEvent[] = [];
	#timer: ReturnType<typeof setInterval> | undefined;
	#second = 0;
	#calls = 0;

	constructor(options: FrameLinkOptions) {
		this.#options = options;
	}
	/** Calls for a host until one answers. Does nothing in a window that is no frame. */
	start(): void {
		const { window } = this.#options;
		if (window.parent === window) return;
		window.addEventListener('message', this.#onMessage);
		const ready: ReadyMessage = {
			ns: protocol,
			v: protocolVersion,
			type: 'ready',
			nonce: this.#nonce,
		};
		const call = () => window.parent.postMessage(ready, '*');
		this.#timer = setInterval(call, readyEveryMs);
		call();
	}
	/** Ends for good: nothing is told any more, nobody can connect again. */
	stop(): void {
		clearInterval(this.#timer);
		this.#port?.close();
		this.#port = undefined;
		this.#queue = [];
		this.#options.window.removeEventListener('message', this.#onMessage);
	}
	/** Kept for a host that comes later, as far as there is room. */
	send(event: FrameEvent): void {
		if (this.#port) this.#post({ v: protocolVersion, ...event });
		else if (this.#queue.length < mostQueued) this.#queue.push(event);
	}

	#connect(event: MessageEvent): void {
		const { window, hosts, welcome, onConnect } = this.#options;
		const [port] = event.ports;
		const allowed = hosts.length === 0 || hosts.includes(event.origin);
		const own = event.source === window.parent && isConnect(event.data, this.#nonce);
		if (!own || !allowed || !port || this.origin !== undefined) {
			this.ignored++;
			return;
		}
		clearInterval(this.#timer);
		this.origin = event.origin;
		this.#port = port;
		port.onmessage = ({ data }) => {
			this.#receive(data).catch(logged(consoleLog, 'embed', 'a call was not answered'));
		};
		onConnect(event.origin);
		this.#post({ v: protocolVersion, ...welcome() });
		for (const queued of this.#queue.splice(0)) this.send(queued);
	}
	async #receive(data: unknown): Promise<void> {
		if (!isCall(data) || this.#isFlood()) {
			this.ignored++;
			return;
		}
		const { id, method, args } = data;
		const answer = { v: protocolVersion, type: 'result', id } as const;
		const handler = Object.hasOwn(this.#options.handlers, method)
			? (this.#options.handlers[method] as ((...args: unknown[]) => unknown) | undefined)
			: undefined;
		if (!handler) return this.#post({ ...answer, error: `"${method}" is not offered here` });
		try {
			const value = await handler(...taken(method, args));
			this.#post(typeof value === 'string' ? { ...answer, value } : answer);
		} catch (error) {
			this.#post({ ...answer, error: error instanceof Error ? error.message : String(error) });
		}
	}
	#isFlood(): boolean {
		const second = Math.floor(performance.now() / 1000);
		if (second !== this.#second) this.#calls = 0;
		this.#second = second;
		return ++this.#calls > callsPerSecond;
	}
	#post(message: FrameMessage): void {
		this.#port?.postMessage(message);
	}
}
