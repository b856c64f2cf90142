import type {
	Cluster,
	ClusterNode,
	ClusterProgress,
	TerminalSession,
} from '../../src/api/cluster.ts';
import type { InspectPart, NodeInspection } from '../../src/api/inspect.ts';
import type { GuestEvent, KernelAction } from '../../src/api/agent.ts';
import type { AuditEvent, NodeFacts } from '../../src/api/node.ts';
import { FixtureApi } from './fixture-api.ts';
import { busyFacts, busyInspection } from './fixture-busy.ts';
import { goneOn, machineScenes } from './fixture-inspect.ts';
import { inspection } from './fixture-inspection.ts';
import { fixtureWeb } from './fixture-web.ts';
import { scenes } from './fixture-scenes.ts';

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
const prompt = (node: string) => `\x1b[32mroot@${node}\x1b[0m:\x1b[34m~\x1b[0m# `;

export interface FixtureOptions {
	scene: string;
	/** Where the boot stops: `done`, `download`, `nodes`, `fail`. */
	boot: string;
	runs?: Cluster['runs'];
	/** Names; the control plane first. */
	nodes?: string[];
}

/** A cluster made of recorded moments, for looking at pages without an emulator. It is no part of the product. */
export class FixtureCluster implements Cluster {
	readonly api = new FixtureApi();
	readonly runs: Cluster['runs'];
	readonly #options: FixtureOptions;
	#nodes: ClusterNode[];
	readonly #nodeListeners = new Set<(nodes: ClusterNode[]) => void>();
	readonly #progressListeners = new Set<(progress: ClusterProgress) => void>();
	#requests = 0;
	readonly #began = Date.now();

	constructor(options: FixtureOptions) {
		this.#options = options;
		this.runs = options.runs ?? 'kubernetes';
		const names = options.nodes ?? Object.keys(machineScenes[options.scene] ?? {});
		if (names.length === 0) names.push('control-plane', 'node-1', 'node-2');
		this.#nodes = names.map((name, index) => ({
			name,
			role: name === 'control-plane' ? 'control-plane' : 'worker',
			address: `192.168.56.${index + 1}`,
			power: 'booting',
		}));
		this.show(options.scene);
	}
	protected get scene(): string {
		return this.#options.scene;
	}
	show(scene: string): void {
		this.#options.scene = scene;
		this.api.become(scenes[scene]?.() ?? []);
	}
	nodes(): ClusterNode[] {
		return this.#nodes;
	}
	onNodes(listener: (nodes: ClusterNode[]) => void): () => void {
		this.#nodeListeners.add(listener);
		listener(this.#nodes);
		return () => this.#nodeListeners.delete(listener);
	}
	onProgress(listener: (progress: ClusterProgress) => void): () => void {
		this.#progressListeners.add(listener);
		return () => this.#progressListeners.delete(listener);
	}
	async start(): Promise<void> {
		const { boot } = this.#options;
		await pause(10);
		this.#tell({
			kind: 'download',
			what: 'emulator',
			bytes: 2_100_000,
			total: 2_100_000,
			cached: true,
		});
		this.#tell({
			kind: 'download',
			what: 'state',
			bytes: 3_400_000,
			total: 5_200_000,
			cached: false,
		});
		if (boot === 'fail') throw new Error('could not fetch images/state.zst: HTTP 503');
		if (boot === 'download') await new Promise(() => undefined);
		this.#tell({
			kind: 'download',
			what: 'state',
			bytes: 5_200_000,
			total: 5_200_000,
			cached: false,
		});
		this.#boot('control-plane', 'ready');
		this.#boot('node-1', 'engine');
		this.#boot('node-2', 'agent');
		if (boot === 'nodes') await new Promise(() => undefined);
		this.#tell({ kind: 'control-plane', ready: true });
		for (const { name } of this.#nodes) {
			this.#boot(name, 'ready');
			this.#power(name, 'running');
		}
	}
	async stop(): Promise<void> {
		this.#nodeListeners.clear();
	}
	async openTerminal(node: string): Promise<TerminalSession> {
		let tell: (data: Uint8Array) => void = () => undefined;
		const say = (text: string) => tell(new TextEncoder().encode(text));
		const greet = setTimeout(() => say(prompt(node)), 30);
		return {
			pid: 59,
			write: (data) => {
				const text = typeof data === 'string' ? data : new TextDecoder().decode(data);
				if (text === '\r') setTimeout(() => say(`\r\n${prompt(node)}`), 120);
				else say(text);
			},
			resize: () => undefined,
			onData: (listener) => (tell = listener),
			onExit: () => undefined,
			close: () => clearTimeout(greet),
		};
	}
	/** No kernel is there to ask. */
	async foreground(): Promise<undefined> {
		return undefined;
	}
	async signal(): Promise<void> {}
	async facts(node: string): Promise<NodeFacts> {
		const machine = machineScenes[this.#options.scene]?.[node];
		if (machine) return this.#isBusy() ? busyFacts(machine.facts, this.#age()) : machine.facts;
		const base = { 'control-plane': 61, 'node-1': 78, 'node-2': 47 }[node] ?? 50;
		const memory = { totalBytes: 122 * 1_048_576, availableBytes: (122 - base) * 1_048_576 };
		const nothing = { processes: [], containers: [], sandboxes: [], images: [], volumes: [] };
		return { ...nothing, memory, cpu: base / 300 };
	}
	async inspect(node: string, parts: InspectPart[]): Promise<NodeInspection> {
		const machine = machineScenes[this.#options.scene]?.[node];
		if (machine && this.#isBusy())
			return goneOn(busyInspection(machine.inspection, this.#age()), parts, 0);
		if (machine) return goneOn(machine.inspection, parts, this.#age());
		const address = this.#nodes.find(({ name }) => name === node)?.address ?? '192.168.56.1';
		return inspection(address, parts);
	}
	async audit(since: number): Promise<{ next: number; events: AuditEvent[] }> {
		await pause(1);
		return { next: since, events: [] };
	}
	async look(): Promise<never> {
		await pause(5);
		return { files: {}, dirs: {}, commands: [{ code: 0, stdout: '', stderr: '' }] } as never;
	}
	async takeFile(): Promise<never> {
		throw new Error('no machine is there');
	}
	async offeredImages() {
		return ['nginx:1', 'busybox:1'];
	}
	async putFile() {
		await pause(5);
	}
	async request() {
		const ready = this.#readyPods();
		const one = ready[this.#requests++ % Math.max(1, ready.length)];
		await pause(30);
		if (!one)
			return {
				status: 0,
				body: '',
				took: 30,
				error: 'dial tcp 10.96.41.7:80: connect: connection refused',
			};
		return { status: 200, body: `nginx ${one.version} on ${one.name}\n`, took: 22 };
	}
	web() {
		return fixtureWeb(() => this.#readyPods()[0]);
	}
	async actions(_node: string, _since: number): Promise<{ next: number; actions: KernelAction[] }> {
		await pause(1);
		return { next: 0, actions: [] };
	}
	onGuestEvent(_listener: (node: string, event: GuestEvent) => void): () => void {
		return () => undefined;
	}
	async powerOff(node: string): Promise<void> {
		this.#power(node, 'off');
	}
	async powerOn(node: string): Promise<void> {
		this.#power(node, 'booting');
		await pause(500);
		this.#power(node, 'running');
	}
	async freeze(node: string): Promise<void> {
		this.#power(node, 'frozen');
	}
	async resume(node: string): Promise<void> {
		this.#power(node, 'running');
	}
	async setLink(): Promise<void> {}

	#readyPods(): { name: string; version: string }[] {
		return (scenes[this.#options.scene]?.() ?? []).flatMap((object) => {
			if (object.kind !== 'Pod' || object.metadata.deletionTimestamp) return [];
			const { spec, status } = object as unknown as {
				spec: { containers: { image: string }[] };
				status: { conditions: { type: string; status: string }[] };
			};
			if (status.conditions[1]?.status !== 'True') return [];
			const version = spec.containers[0]?.image.split(':')[1] ?? '';
			return [{ name: object.metadata.name, version }];
		});
	}
	#age(): number {
		return Date.now() - this.#began;
	}
	#isBusy(): boolean {
		return this.#options.scene === 'linux-busy';
	}
	#boot(node: string, phase: 'agent' | 'engine' | 'ready'): void {
		this.#tell({ kind: 'node', progress: { node, phase, atMs: 100 } });
	}
	#power(name: string, power: ClusterNode['power']): void {
		this.#nodes = this.#nodes.map((node) => (node.name === name ? { ...node, power } : node));
		for (const listener of this.#nodeListeners) listener(this.#nodes);
	}
	#tell(progress: ClusterProgress): void {
		for (const listener of this.#progressListeners) listener(progress);
	}
}
