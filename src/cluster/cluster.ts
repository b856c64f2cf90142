import * as Comlink from 'comlink';
import type { GuestEvent, KernelAction } from '../api/agent.ts';
import type {
	Cluster,
	ClusterNode,
	ClusterProgress,
	NodePower,
	TerminalSession,
} from '../api/cluster.ts';
import type { InspectPart, NodeInspection } from '../api/inspect.ts';
import type {
	AuditEvent,
	BootProgress,
	ControlPlanePort,
	Foreground,
	GuestLook,
	GuestRequest,
	GuestResponse,
	GuestView,
	LinkQuality,
	MachineFigures,
	NetworkPort,
	NodeFacts,
	NodeOptions,
	NodePort,
	TerminalOptions,
} from '../api/node.ts';
import type { Transport } from '../api/transport.ts';
import { installThrowHandler } from '../client/comlink.ts';
import { portTransport, type PortTransport } from '../client/port-transport.ts';
import type { Clock } from '../util/clock.ts';
import { consoleLog, logged } from '../util/log.ts';
import type { Artefacts, LoadedArtefacts } from './artefacts.ts';
import { handOver, NodeSlot, type ServedBy } from './node-slot.ts';
import { ReceivedBytes } from './received-bytes.ts';
import { PortTerminal } from './terminal.ts';
import { withoutApi } from './no-api.ts';
import { hostLines, serviceCidr, slots } from './topology.ts';
import type { WorkerHost } from './worker-host.ts';
import { WorkerLink } from './worker-link.ts';

const bootDeadlineMs = 120_000;
const callDeadlineMs = 15_000;
/** Of a file as large as may be taken. */
const takeDeadlineMs = 300_000;

export interface ClusterOptions {
	host: WorkerHost;
	artefacts: Artefacts;
	clock: Clock;
	/** 1 to 5. */
	nodes: number;
	/** MB of each machine; as much as it can have when left out. */
	memory?: number;
	/** What the machines run; Kubernetes when left out. */
	runs?: Cluster['runs'];
}

/** The rack: starts and stops workers and hands out ports; it holds no Kubernetes state of its own. */
export class LocalCluster implements Cluster {
	readonly api: Transport;
	readonly runs: Cluster['runs'];
	readonly #options: ClusterOptions;
	readonly #slots: NodeSlot[];
	readonly #apiPort: MessagePort;
	readonly #apiTransport: PortTransport | undefined;
	readonly #log = consoleLog;
	readonly #nodeListeners = new Set<(nodes: ClusterNode[]) => void>();
	readonly #progressListeners = new Set<(progress: ClusterProgress) => void>();
	readonly #eventListeners = new Set<(node: string, event: GuestEvent) => void>();
	#artefacts: Promise<LoadedArtefacts> | undefined;
	/** Settles when there is something to plug nodes into. */
	#rack: Promise<unknown> | undefined;
	#controlPlane: WorkerLink<ControlPlanePort> | undefined;
	#network: WorkerLink<NetworkPort> | undefined;

	constructor(options: ClusterOptions) {
		installThrowHandler();
		this.#options = options;
		this.runs = options.runs ?? 'kubernetes';
		this.#slots = slots(options.nodes, this.runs).map((slot) => new NodeSlot(slot));
		// The client's end exists before the worker does: requests made early wait in the port.
		const channel = new MessageChannel();
		this.#apiPort = channel.port1;
		if (this.runs === 'kubernetes') this.#apiTransport = portTransport(channel.port2);
		this.api = this.#apiTransport ?? withoutApi(this.runs as 'linux' | 'docker');
	}

	nodes(): ClusterNode[] {
		return this.#slots.map((slot) => slot.view());
	}

	onNodes(listener: (nodes: ClusterNode[]) => void): () => void {
		this.#nodeListeners.add(listener);
		listener(this.nodes());
		return () => this.#nodeListeners.delete(listener);
	}

	onProgress(listener: (progress: ClusterProgress) => void): () => void {
		this.#progressListeners.add(listener);
		return () => this.#progressListeners.delete(listener);
	}

	onGuestEvent(listener: (node: string, event: GuestEvent) => void): () => void {
		this.#eventListeners.add(listener);
		for (const slot of this.#slots)
			this.#hear(slot).catch(logged(this.#log, slot.slot.name, 'tells no events'));
		return () => this.#eventListeners.delete(listener);
	}

	async start(): Promise<void> {
		const loading = this.#options.artefacts.load((progress) =>
			this.#report({ kind: 'download', ...progress }),
		);
		// Workers load their code while the artefacts are on their way.
		const control = this.runs === 'kubernetes' ? this.#startControlPlane() : undefined;
		this.#rack = Promise.all([control, this.#startNetwork()]);
		this.#artefacts = loading;
		await Promise.all([this.#rack, ...this.#slots.map((slot) => this.#boot(slot))]);
	}

	async stop(): Promise<void> {
		const reason = new Error('the cluster was stopped');
		for (const slot of this.#slots) slot.unplug('off', reason);
		this.#controlPlane?.terminate(reason);
		this.#network?.terminate(reason);
		this.#controlPlane = undefined;
		this.#network = undefined;
		this.#changed();
	}

	async openTerminal(node: string, options: TerminalOptions): Promise<TerminalSession> {
		const slot = this.#slot(node);
		const machine = slot.machine();
		const { port1, port2 } = new MessageChannel();
		const terminal = new PortTerminal(port2);
		const opened = machine.remote.openTerminal(options, handOver(port1));
		terminal.pid = await machine.call(opened, callDeadlineMs, 'openTerminal');
		slot.terminals.add(terminal);
		return terminal;
	}

	foreground(node: string, pid: number): Promise<Foreground | undefined> {
		return this.#ask(node, 'foreground', (remote) => remote.foreground(pid));
	}

	signal(node: string, pgid: number, signal: number): Promise<void> {
		return this.#ask(node, 'signal', (remote) => remote.signal(pgid, signal));
	}

	facts(node: string): Promise<NodeFacts> {
		return this.#ask(node, 'facts', (remote) => remote.facts());
	}

	inspect(node: string, parts: InspectPart[]): Promise<NodeInspection> {
		return this.#ask(node, 'inspect', (remote) => remote.inspect(parts));
	}

	/** Empty in a cluster that does not run Kubernetes. */
	async audit(since: number): Promise<{ next: number; events: AuditEvent[] }> {
		if (this.runs !== 'kubernetes') return { next: 0, events: [] };
		const control = this.#started(this.#controlPlane);
		return control.call(control.remote.audit(since), callDeadlineMs, 'audit');
	}

	look(node: string, look: GuestLook): Promise<GuestView> {
		return this.#ask(node, 'look', (remote) => remote.look(look));
	}

	putFile(node: string, path: string, content: string | Uint8Array, append = false): Promise<void> {
		return this.#ask(node, 'putFile', (remote) => remote.putFile(path, content, append));
	}

	async takeFile(
		node: string,
		path: string,
		told: (bytes: number) => void = () => undefined,
	): Promise<{ name: string; content: Blob }> {
		const machine = this.#slot(node).machine();
		const { port1, port2 } = new MessageChannel();
		const received = new ReceivedBytes(port2, told);
		try {
			const taking = machine.remote.takeFile(path, handOver(port1));
			const { name, bytes } = await machine.call(taking, takeDeadlineMs, 'takeFile');
			return { name, content: await received.all(bytes) };
		} finally {
			port2.close();
		}
	}

	offeredImages(node: string): Promise<string[]> {
		return this.#ask(node, 'offeredImages', (remote) => remote.offeredImages());
	}

	request(node: string, request: GuestRequest): Promise<GuestResponse> {
		return this.#ask(node, 'request', (remote) => remote.request(request));
	}

	actions(node: string, since: number): Promise<{ next: number; actions: KernelAction[] }> {
		return this.#ask(node, 'actions', (remote) => remote.actions(since));
	}

	/** The node's Docker Engine API; each request goes to the machine that runs then. */
	docker(node: string): Transport {
		return this.#transport(node, 'docker');
	}

	/** As `docker`: each request goes to the machine that runs then. */
	web(node: string): Transport {
		return this.#transport(node, 'web');
	}

	/** Figures for the benchmark. */
	memory(node: string): Promise<MachineFigures> {
		return this.#ask(node, 'memory', (remote) => remote.memory());
	}

	consoleLog(node: string): Promise<string> {
		return this.#ask(node, 'consoleLog', (remote) => remote.consoleLog());
	}

	async powerOff(node: string): Promise<void> {
		await this.#unplug(this.#slot(node), 'off', new Error(`${node} was switched off`));
	}

	async powerOn(node: string): Promise<void> {
		const slot = this.#slot(node);
		if (slot.link) return;
		await this.#boot(slot);
	}

	async freeze(node: string): Promise<void> {
		await this.#ask(node, 'freeze', (remote) => remote.freeze());
		this.#setPower(this.#slot(node), 'frozen');
	}

	async resume(node: string): Promise<void> {
		await this.#ask(node, 'resume', (remote) => remote.resume());
		this.#setPower(this.#slot(node), 'running');
	}

	async setLink(node: string, link: LinkQuality): Promise<void> {
		const network = this.#started(this.#network);
		await network.call(network.remote.setLink(node, link), callDeadlineMs, 'setLink');
		await this.#ask(node, 'setCarrier', (remote) => remote.setCarrier(link.up));
	}

	async #startControlPlane(): Promise<void> {
		const handle = this.#options.host.start('control-plane', 'control-plane-components');
		const link = new WorkerLink<ControlPlanePort>('the control plane', handle, this.#options.clock);
		this.#controlPlane = link;
		link.onError((error) => this.#ended('the control plane', link, error));
		await link.hello();
		const advertiseAddress = this.#slots[0]?.slot.address ?? '';
		const options = { advertiseAddress, serviceCidr };
		await link.call(link.remote.start(options), callDeadlineMs, 'start');
		await link.call(link.remote.connect(handOver(this.#apiPort)), callDeadlineMs, 'connect');
		this.#report({ kind: 'control-plane', ready: true });
	}

	async #startNetwork(): Promise<void> {
		const handle = this.#options.host.start('network', 'network');
		const link = new WorkerLink<NetworkPort>('the network', handle, this.#options.clock);
		this.#network = link;
		link.onError((error) => this.#ended('the network', link, error));
		await link.hello();
	}

	/** There is one of it: what it held went with it, so everything that asks for it hears why. */
	#ended(what: string, link: WorkerLink<ControlPlanePort | NetworkPort>, error: Error): void {
		const reason = new Error(`${what} has ended: ${error.message}`);
		this.#log.warn('cluster', reason.message);
		link.terminate(reason);
		if (link === this.#controlPlane) this.#apiTransport?.close(reason);
	}

	/** Restores the saved state into a fresh worker and plugs it into switch and API server. */
	async #boot(slot: NodeSlot): Promise<void> {
		const { name } = slot.slot;
		slot.error = undefined;
		const handle = this.#options.host.start('node', name);
		const link = new WorkerLink<NodePort>(name, handle, this.#options.clock);
		slot.link = link;
		const lost = (error: Error) => {
			this.#lost(slot, link, error).catch(logged(this.#log, name, 'was lost'));
		};
		link.onError(lost);
		this.#setPower(slot, 'booting');
		try {
			await this.#bring(slot, link, lost);
			this.#setPower(slot, 'running');
		} catch (error) {
			// What failed first is what is told, not that others could not be told of it.
			await this.#lost(slot, link, error as Error).catch(() => undefined);
			throw error;
		}
	}

	async #bring(
		slot: NodeSlot,
		link: WorkerLink<NodePort>,
		lost: (error: Error) => void,
	): Promise<void> {
		const { name } = slot.slot;
		const [api, wire] = [new MessageChannel(), new MessageChannel()];
		const plugged = this.#plugIn(name, api.port1, wire.port1);
		// The boot may fail first; then nobody waits for this one.
		plugged.catch(() => undefined);
		const [options] = await Promise.all([this.#nodeOptions(slot), link.hello()]);
		const progress = Comlink.proxy((step: BootProgress) =>
			this.#report({ kind: 'node', progress: step }),
		);
		const remote = link.remote as unknown as NodePort;
		const halted = Comlink.proxy((why: string) => lost(new Error(why)));
		await link.call(link.remote.onHalt(halted), callDeadlineMs, 'onHalt');
		const booted = remote.boot(options, handOver(api.port2), handOver(wire.port2), progress);
		await Promise.all([plugged, link.call(booted, bootDeadlineMs, 'boot')]);
		slot.isHeard = false;
		await this.#hear(slot);
	}

	/** Events cost a node something: it tells them from the time on that somebody listens. */
	async #hear(slot: NodeSlot): Promise<void> {
		const { link } = slot;
		if (!link || slot.isHeard !== false || this.#eventListeners.size === 0) return;
		slot.isHeard = true;
		const listener = Comlink.proxy((event: GuestEvent) => {
			for (const tell of this.#eventListeners) tell(slot.slot.name, event);
		});
		await link.call(link.remote.subscribe(listener), callDeadlineMs, 'subscribe');
	}

	async #nodeOptions(slot: NodeSlot): Promise<NodeOptions> {
		const { state, wasm, registry } = await this.#started(this.#artefacts);
		const { name, role, cidr, mac, podCidr, tainted } = slot.slot;
		const hosts = hostLines(this.#slots.map((each) => each.slot));
		const { runs } = this;
		const node = { name, role, cidr, mac, podCidr, tainted, hosts, state, wasm, registry, runs };
		const { memory } = this.#options;
		return memory === undefined ? node : { ...node, memory };
	}

	/** What the node sends before API server and switch are there waits in the ports. */
	async #plugIn(node: string, api: MessagePort, wire: MessagePort): Promise<void> {
		await this.#rack;
		const [control, network] = [this.#controlPlane, this.#started(this.#network)];
		await Promise.all([
			control?.call(control.remote.connect(handOver(api), node), callDeadlineMs, 'connect'),
			network.call(network.remote.attach(node, handOver(wire)), callDeadlineMs, 'attach'),
		]);
	}

	async #lost(slot: NodeSlot, link: WorkerLink<NodePort>, error: Error): Promise<void> {
		if (slot.link !== link) return;
		this.#log.warn(slot.slot.name, 'lost', error);
		await this.#unplug(slot, 'lost', error);
	}

	async #unplug(slot: NodeSlot, power: NodePower, reason: Error): Promise<void> {
		if (!slot.link) return;
		const { name } = slot.slot;
		slot.unplug(power, reason);
		this.#changed();
		const [control, network] = [this.#controlPlane, this.#network];
		await control?.call(control.remote.disconnect(name), callDeadlineMs, 'disconnect');
		await network?.call(network.remote.detach(name), callDeadlineMs, 'detach');
	}

	#transport(node: string, by: ServedBy): Transport {
		const slot = this.#slot(node);
		return {
			request: async (request, signal) => (await this.#served(slot, by)).request(request, signal),
			upgrade: async (request, signal) => (await this.#served(slot, by)).upgrade(request, signal),
		};
	}

	async #served(slot: NodeSlot, by: ServedBy): Promise<Transport> {
		const open = slot.served.get(by);
		if (open) return open;
		const machine = slot.machine();
		const { port1, port2 } = new MessageChannel();
		const transport = portTransport(port2);
		slot.served.set(by, transport);
		await machine.call(machine.remote[by](handOver(port1)), callDeadlineMs, by);
		return transport;
	}

	#ask<T>(
		node: string,
		what: string,
		call: (remote: Comlink.Remote<NodePort>) => Promise<T>,
	): Promise<T> {
		const machine = this.#slot(node).machine();
		return machine.call(call(machine.remote), callDeadlineMs, what);
	}

	#slot(node: string): NodeSlot {
		const slot = this.#slots.find((each) => each.slot.name === node);
		if (!slot) throw new Error(`no such node: ${node}`);
		return slot;
	}

	#started<T>(part: T | undefined): T {
		if (part === undefined) throw new Error('the cluster is not started');
		return part;
	}

	#setPower(slot: NodeSlot, power: NodePower): void {
		slot.power = power;
		this.#changed();
	}

	#changed(): void {
		const nodes = this.nodes();
		for (const listener of this.#nodeListeners) listener(nodes);
	}

	#report(progress: ClusterProgress): void {
		for (const listener of this.#progressListeners) listener(progress);
	}
}
