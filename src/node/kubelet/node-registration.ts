import type { Node } from '../../api/kubernetes.ts';
import type { EventRecorder } from '../../client/recorder.ts';
import { isAlreadyExists, isNotFound } from '../../client/status.ts';
import type { KubeletDeps } from './config.ts';
import { measurePressure, PressureMemory, rootSize, type Pressure } from './node-pressure.ts';
import { initialNode, nodeLabels, nodeStatus, type NodeFacts } from './node-object.ts';

/** Without what changes at every heartbeat. */
function essence(status: Node['status']): string {
	const conditions = (status.conditions ?? []).map(({ type, status: value, reason }) => [
		type,
		value,
		reason,
	]);
	return JSON.stringify({ ...status, conditions });
}

async function readFacts(deps: KubeletDeps): Promise<NodeFacts> {
	const paths = [
		'/etc/machine-id',
		'/proc/sys/kernel/random/boot_id',
		'/proc/meminfo',
		'/proc/mounts',
	];
	const results = await deps.agent.batch(
		paths.map((path) => ({ op: 'read', path })),
		{ keepGoing: true },
	);
	const [machineId = '', bootId = '', meminfo = '', mounts = ''] = results.map((result) =>
		result.ok ? new TextDecoder().decode(result.data).trim() : '',
	);
	const total = Number(/^MemTotal:\s+(\d+) kB/m.exec(meminfo)?.[1] ?? 0) * 1024;
	const memoryBytes = total || deps.node.memoryBytes;
	return { machineId, bootId, memoryBytes, storageBytes: rootSize(mounts, memoryBytes) };
}

/** Registers the node and keeps its status true. After pkg/kubelet/kubelet_node_status.go */
export class NodeRegistration {
	readonly #deps: KubeletDeps;
	readonly #events: EventRecorder;
	readonly #memory: PressureMemory;
	#facts: NodeFacts;
	#pressure: Pressure = { memory: false, disk: false };
	#written = '';
	#writtenAt = 0;
	#conditions: Node['status']['conditions'] = [];

	constructor(deps: KubeletDeps, events: EventRecorder) {
		this.#deps = deps;
		this.#events = events;
		this.#memory = new PressureMemory(deps.options.pressureTransitionMs);
		const { memoryBytes } = deps.node;
		this.#facts = { machineId: '', bootId: '', memoryBytes, storageBytes: memoryBytes / 2 };
	}
	/** Registers, retrying until the API answers, then reports until the signal aborts. */
	async run(signal: AbortSignal): Promise<void> {
		const { clock, options } = this.#deps;
		this.#facts = await readFacts(this.#deps);
		let delay = 100;
		while (!signal.aborted) {
			try {
				if (this.#written === '') await this.#register();
				else await this.#report();
				delay = options.nodeStatusIntervalMs;
			} catch (error) {
				this.#deps.log.warn('kubelet', 'the status of the node was not written', error);
				if (isNotFound(error)) this.#written = '';
				delay = isNotFound(error) ? 0 : Math.min(7000, delay * 2);
			}
			await clock.sleep(delay, signal);
		}
	}
	snapshot(): { registered: boolean; writtenAt: number } {
		return { registered: this.#written !== '', writtenAt: this.#writtenAt };
	}
	#status(): Node['status'] {
		return nodeStatus(this.#deps, this.#facts, this.#pressure, this.#conditions ?? []);
	}
	/** After kubelet_node_status.go: tryRegisterWithAPIServer */
	async #register(): Promise<void> {
		const { client, node } = this.#deps;
		try {
			const created = await client.nodes().create(initialNode(this.#deps, this.#facts));
			this.#remember(created.status);
		} catch (error) {
			if (!isAlreadyExists(error)) throw error;
			const existing = await client.nodes().get(node.name);
			this.#conditions = existing.status.conditions ?? [];
			const labels = nodeLabels(this.#deps);
			await client.nodes().patch(node.name, { metadata: { labels } }, 'strategic');
		}
		this.#announce();
		await this.#write(this.#status());
	}
	async #report(): Promise<void> {
		await this.#observe();
		const status = this.#status();
		const { clock, options } = this.#deps;
		const overdue = clock.now() - this.#writtenAt >= options.nodeStatusReportMs;
		const existing = await this.#deps.client.nodes().get(this.#deps.node.name);
		const lost = (existing.status.conditions ?? []).some(
			({ type, status: value }) => value === 'Unknown' && type !== 'NetworkUnavailable',
		);
		if (!overdue && !lost && essence(status) === this.#written) return;
		this.#conditions = existing.status.conditions ?? [];
		await this.#write(this.#status());
		if (lost) this.#say('NodeReady', `Node ${this.#deps.node.name} status is now: NodeReady`);
	}
	async #observe(): Promise<void> {
		const { agent, clock, log, node } = this.#deps;
		const { memory, disk } = this.#pressure;
		let measured = this.#pressure;
		try {
			measured = await measurePressure(agent, this.#facts);
		} catch (error) {
			// A node too short of something to be measured still says that it lives.
			log.warn('kubelet', 'what the node is short of was not measured', error);
		}
		this.#pressure = this.#memory.observe(measured, clock.now());
		const told = (reason: string) =>
			this.#say(reason, `Node ${node.name} status is now: ${reason}`);
		if (this.#pressure.memory !== memory)
			told(memory ? 'NodeHasSufficientMemory' : 'NodeHasInsufficientMemory');
		if (this.#pressure.disk !== disk) told(disk ? 'NodeHasNoDiskPressure' : 'NodeHasDiskPressure');
	}
	async #write(status: Node['status']): Promise<void> {
		const { client, node } = this.#deps;
		await client.nodes().patch(node.name, { status }, 'strategic', { subresource: 'status' });
		this.#remember(status);
	}
	#remember(status: Node['status']): void {
		this.#conditions = status.conditions ?? [];
		this.#written = essence(status);
		this.#writtenAt = this.#deps.clock.now();
	}
	#announce(): void {
		const { name } = this.#deps.node;
		this.#say('Starting', 'Starting kubelet.');
		for (const reason of [
			'NodeHasSufficientMemory',
			'NodeHasNoDiskPressure',
			'NodeHasSufficientPID',
		])
			this.#say(reason, `Node ${name} status is now: ${reason}`);
		this.#say('NodeReady', `Node ${name} status is now: NodeReady`);
	}
	#say(reason: string, message: string): void {
		const { name } = this.#deps.node;
		this.#events.event(
			{ kind: 'Node', name, uid: name, apiVersion: 'v1' },
			'Normal',
			reason,
			message,
		);
	}
}
