import type { Node, Pod, ReplicaSet, Service } from '../../api/kubernetes.ts';
import { Informer } from '../../client/informer.ts';
import { EventRecorder } from '../../client/recorder.ts';
import type { Client } from '../../client/rest.ts';
import { isNotFound } from '../../client/status.ts';
import type { Clock } from '../../util/clock.ts';
import { deepEqual } from '../../util/deep-equal.ts';
import { consoleLog, logged } from '../../util/log.ts';
import type { Rng } from '../../util/rng.ts';
import { filterNodes, filterPlugins, scoreNodes, selectNode } from './algorithm.ts';
import { Binder } from './binder.ts';
import { SchedulerCache } from './cache.ts';
import { fitErrorMessage, type Decision, type NodeVerdict } from './decision.ts';
import type { ClusterEvent, Cycle } from './framework.ts';
import { findPreemption, type Candidate } from './preemption.ts';
import { SchedulingQueue, type QueuedPod } from './queue.ts';

export interface StartSchedulerOptions {
	client: Client;
	clock: Clock;
	rng: Rng;
	signal: AbortSignal;
	/** Told of writes that failed; the pod is tried again. */
	onError?: (pod: string, error: unknown) => void;
}

const schedulerName = 'default-scheduler';
const keptDecisions = 200;
const unfinished = 'status.phase!=Succeeded,status.phase!=Failed';

/** Finds nodes for pods. After pkg/scheduler/{scheduler,schedule_one,eventhandlers}.go */
export class Scheduler {
	readonly ready: Promise<void>;
	readonly #options: StartSchedulerOptions;
	readonly #queue: SchedulingQueue;
	readonly #cache = new SchedulerCache();
	readonly #binder: Binder;
	readonly #pods: Informer<Pod>;
	readonly #nodes: Informer<Node>;
	readonly #services: Informer<Service>;
	readonly #replicaSets: Informer<ReplicaSet>;
	readonly #decisions: Decision[] = [];
	#awake = false;
	#running = false;

	constructor(options: StartSchedulerOptions) {
		this.#options = options;
		const { client, clock, rng, signal, onError } = options;
		this.#queue = new SchedulingQueue({ clock, onReady: () => this.#wake() });
		const report = (error: unknown) => onError?.('', error);
		const recorderOptions = { component: schedulerName, clock, rng, signal, onError: report };
		this.#binder = new Binder(client, new EventRecorder(client, recorderOptions), clock);
		const common = { clock, onError: report };
		this.#pods = new Informer({ client: client.pods(), fieldSelector: unfinished, ...common });
		this.#nodes = new Informer({ client: client.nodes(), ...common });
		this.#services = new Informer({ client: client.services(), ...common });
		this.#replicaSets = new Informer({ client: client.replicasets(), ...common });
		this.#listen();
		const informers = [this.#nodes, this.#services, this.#replicaSets, this.#pods];
		for (const informer of informers) informer.start(signal);
		this.ready = Promise.all(informers.map(({ synced }) => synced)).then(() => {
			this.#running = true;
			this.#wake();
		});
		// Stopping before the first list is no failure for whoever does not wait.
		this.ready.catch(() => undefined);
	}
	/** The latest attempts, oldest first: what was thought of every node. */
	get lastDecisions(): readonly Decision[] {
		return this.#decisions;
	}
	snapshot() {
		return {
			queue: this.#queue.snapshot(),
			cache: this.#cache.snapshot(),
			decisions: this.#decisions,
		};
	}
	#listen(): void {
		this.#nodes.subscribe({
			added: (node) => this.#nodeChanged(node),
			updated: (old, node) => {
				if (matters(old, node)) this.#nodeChanged(node);
				else this.#cache.setNode(node);
			},
			deleted: ({ metadata }) => this.#cache.removeNode(metadata.name),
		});
		this.#pods.subscribe({
			added: (pod) => this.#podAdded(pod),
			updated: (old, pod) => this.#podUpdated(old, pod),
			deleted: (pod) => this.#podDeleted(pod),
		});
	}
	#nodeChanged(node: Node): void {
		this.#cache.setNode(node);
		this.#queue.moveAll('NodeChange');
	}
	#podAdded(pod: Pod): void {
		if (pod.spec.nodeName) {
			this.#cache.setPod(pod);
			this.#queue.moveAll('AssignedPodChange');
		} else if (isOurs(pod)) this.#queue.add(pod);
	}
	#podUpdated(old: Pod, pod: Pod): void {
		const { uid } = pod.metadata;
		if (old.metadata.uid !== uid) {
			this.#podDeleted(old);
			return this.#podAdded(pod);
		}
		if (pod.spec.nodeName) {
			this.#cache.setPod(pod);
			if (!old.spec.nodeName) this.#queue.remove(uid);
			const labels = deepEqual(old.metadata.labels, pod.metadata.labels);
			if (!old.spec.nodeName || !labels) this.#queue.moveAll('AssignedPodChange');
			return;
		}
		if (!isOurs(pod)) return this.#queue.remove(uid);
		if (this.#cache.isAssumed(uid)) return;
		const same = deepEqual(old.spec, pod.spec);
		this.#queue.update(pod, !same || !deepEqual(old.metadata.labels, pod.metadata.labels));
	}
	#podDeleted(pod: Pod): void {
		const { uid } = pod.metadata;
		this.#queue.remove(uid);
		this.#cache.removePod(uid);
		if (pod.spec.nodeName) this.#queue.moveAll('AssignedPodDelete');
	}
	/** Works the queue off once the present events have been handled. */
	#wake(): void {
		if (this.#awake || !this.#running) return;
		this.#awake = true;
		queueMicrotask(() => {
			this.#awake = false;
			while (!this.#options.signal.aborted) {
				const queued = this.#queue.pop();
				if (!queued) return;
				this.#attempt(queued);
			}
		});
	}
	/** A pod that cannot be judged keeps no other one from its node. */
	#attempt(queued: QueuedPod): void {
		const { namespace, name } = queued.pod.metadata;
		try {
			this.#scheduleOne(queued);
		} catch (error) {
			this.#options.onError?.(`${namespace}/${name}`, error);
			this.#queue.retry(queued);
		}
	}
	/** After schedule_one.go: ScheduleOne. Choosing takes no time; only the writes are waited for. */
	#scheduleOne(queued: QueuedPod): void {
		const { pod } = queued;
		const cycle: Cycle = {
			pod,
			nodes: this.#cache.nodes(),
			services: (namespace) => this.#services.list(namespace),
			replicaSets: (namespace) => this.#replicaSets.list(namespace),
		};
		const { feasible, rejected } = filterNodes(cycle);
		if (feasible.length === 0) return this.#unschedulable(queued, cycle, rejected);
		const scored = scoreNodes(cycle, feasible);
		const selected = selectNode(scored, this.#options.rng);
		if (selected === undefined) return this.#queue.retry(queued);
		this.#record(queued, [...rejected, ...scored], { selected });
		this.#cache.assume(pod, selected);
		this.#bind(queued, selected).catch(logged(consoleLog, schedulerName, 'a pod was not bound'));
	}
	async #bind(queued: QueuedPod, nodeName: string): Promise<void> {
		const { pod } = queued;
		const { uid, namespace, name } = pod.metadata;
		try {
			await this.#binder.bind(pod, nodeName);
			this.#queue.done(uid);
		} catch (error) {
			if (this.#cache.isAssumed(uid)) this.#cache.removePod(uid);
			if (isNotFound(error) || this.#options.signal.aborted) return this.#queue.done(uid);
			this.#options.onError?.(`${namespace}/${name}`, error);
			this.#queue.retry(queued);
		}
	}
	#unschedulable(queued: QueuedPod, cycle: Cycle, rejected: NodeVerdict[]): void {
		const total = cycle.nodes.length;
		const reasons = rejected.flatMap((verdict) => verdict.reasons ?? []);
		const preemption = findPreemption(cycle, rejected);
		let message =
			total === 0 ? 'no nodes available to schedule pods' : fitErrorMessage(total, reasons);
		if (total > 0 && preemption.message) message += ` preemption: ${preemption.message}`;
		this.#record(queued, rejected, { message });
		this.#queue.giveUp(queued, waitsFor(rejected));
		this.#reportFailure(queued.pod, message, preemption.candidate).catch(
			logged(consoleLog, schedulerName, 'a failure was not reported'),
		);
	}
	async #reportFailure(pod: Pod, message: string, candidate: Candidate | undefined): Promise<void> {
		const { namespace, name } = pod.metadata;
		try {
			await this.#binder.reportUnschedulable(pod, message, candidate);
		} catch (error) {
			if (!isNotFound(error) && !this.#options.signal.aborted)
				this.#options.onError?.(`${namespace}/${name}`, error);
		}
	}
	#record(
		{ pod, attempts }: QueuedPod,
		nodes: NodeVerdict[],
		outcome: Pick<Decision, 'selected' | 'message'>,
	): void {
		const { namespace, name, uid } = pod.metadata;
		this.#decisions.push({
			pod: `${namespace}/${name}`,
			uid,
			at: this.#options.clock.now(),
			attempt: attempts,
			nodes,
			...outcome,
		});
		if (this.#decisions.length > keptDecisions) this.#decisions.shift();
	}
}

/** Builds and runs a scheduler until the signal aborts. */
export function startScheduler(options: StartSchedulerOptions): Scheduler {
	return new Scheduler(options);
}

/** Whether a pod without a node is for this scheduler to place. */
function isOurs({ spec, metadata }: Pod): boolean {
	return (
		!spec.nodeName &&
		metadata.deletionTimestamp === undefined &&
		(spec.schedulerName ?? schedulerName) === schedulerName
	);
}

/** Whether a node changed in what plugins look at; heartbeats do not count. */
function matters(old: Node, node: Node): boolean {
	const looked = ({ metadata, spec, status }: Node) => [
		metadata.labels,
		spec.taints,
		spec.unschedulable,
		status.allocatable,
	];
	return !deepEqual(looked(old), looked(node));
}

/** The events for which the plugins that rejected nodes registered. */
function waitsFor(rejected: NodeVerdict[]): Set<ClusterEvent> {
	const names = new Set(rejected.map(({ rejectedBy }) => rejectedBy));
	const plugins = filterPlugins.filter(({ name }) => names.has(name));
	return new Set<ClusterEvent>([
		'NodeChange',
		'PodUpdate',
		...plugins.flatMap(({ events }) => events),
	]);
}
