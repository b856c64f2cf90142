import type { Node, Pod } from '../../api/kubernetes.ts';
import type { EventRecorder } from '../../client/recorder.ts';
import { isConflict, isNotFound } from '../../client/status.ts';
import { rfc3339 } from '../../client/time.ts';
import { deepEqual } from '../../util/deep-equal.ts';
import type { WorkQueue } from '../../util/work-queue.ts';
import { conditionOf, withCondition } from './conditions.ts';
import { queueFor, recorderFor, work, type Controller, type ControllerContext } from './context.ts';
import { NodeHealth, unknownConditions } from './node-health.ts';
import { taintsAfter, wantedNoExecute, wantedNoSchedule, type NoExecute } from './node-taints.ts';

const leaseNamespace = 'kube-node-lease';
/** Part of unhealthy nodes at which evictions stop in a cluster of our size. */
const unhealthyThreshold = 0.55;

/**
 * Notices nodes that have gone silent, and taints unhealthy ones.
 * After pkg/controller/nodelifecycle/node_lifecycle_controller.go
 * Unlike Kubernetes: all nodes are one zone.
 */
export class NodeLifecycleController implements Controller {
	static readonly controllerName = 'node-controller';
	readonly name = NodeLifecycleController.controllerName;
	readonly #context: ControllerContext;
	readonly #recorder: EventRecorder;
	readonly #queue: WorkQueue;
	readonly #health = new NodeHealth();
	readonly #known = new Set<string>();
	#lastTaintedAt = Number.NEGATIVE_INFINITY;
	/** When this controller was last seen running by itself. */
	#lastAwake: number;

	constructor(context: ControllerContext) {
		this.#context = context;
		this.#lastAwake = context.clock.now();
		this.#recorder = recorderFor(context, this.name);
		this.#queue = queueFor(context, this.name);
		const { nodes, leases } = context.informers;
		nodes.subscribe({
			added: ({ metadata }) => this.#queue.add(metadata.name),
			updated: (_old, { metadata }) => this.#queue.add(metadata.name),
			deleted: (node) => this.#removed(node),
		});
		const renewed = ({ metadata }: { metadata: { namespace?: string; name: string } }) => {
			if (metadata.namespace === leaseNamespace) this.#queue.add(metadata.name);
		};
		leases.subscribe({ added: renewed, updated: (_old, lease) => renewed(lease) });
	}
	run(): void {
		const { clock, options, signal, informers } = this.#context;
		work(this.#context, this.name, this.#queue, 2, (name) => this.#sync(name));
		const timer = clock.every(options.nodeMonitorPeriod, () => {
			this.#excuseStandstill();
			for (const { metadata } of informers.nodes.list()) this.#queue.add(metadata.name);
		});
		AbortSignal.any([signal]).addEventListener('abort', () => timer.cancel(), { once: true });
	}
	snapshot() {
		return { queue: this.#queue.snapshot(), sightings: this.#health.snapshot() };
	}
	/**
	 * Unlike Kubernetes: the whole cluster can stand still, when a computer sleeps or a tab is frozen. Silence from a
	 * time in which nobody here was listening either counts for nothing.
	 */
	#excuseStandstill(): void {
		const { clock, options } = this.#context;
		const missed = clock.now() - this.#lastAwake - options.nodeMonitorPeriod;
		this.#lastAwake = clock.now();
		if (missed > options.nodeMonitorPeriod) this.#health.excuse(missed);
	}
	#removed(node: Node): void {
		const { name } = node.metadata;
		this.#health.forget(name);
		if (!this.#known.delete(name)) return;
		const text = `Node ${name} event: Removing Node ${name} from Controller`;
		this.#recorder.event(referenceTo(node), 'Normal', 'RemovingNode', text);
	}
	async #sync(name: string): Promise<void> {
		const node = this.#context.informers.nodes.get(undefined, name);
		if (!node) return;
		if (!this.#known.has(name)) {
			this.#known.add(name);
			const text = `Node ${name} event: Registered Node ${name} in Controller`;
			this.#recorder.event(referenceTo(node), 'Normal', 'RegisteredNode', text);
		}
		try {
			const current = await this.#monitor(node);
			await this.#taint(current);
			if (conditionOf(current.status.conditions, 'Ready')?.status !== 'True')
				await this.#markPodsNotReady(name);
		} catch (error) {
			if (isNotFound(error)) return;
			if (isConflict(error)) this.#queue.addAfter(name, 5);
			else throw error;
		}
	}
	/** Writes Unknown conditions when the grace period is over. */
	async #monitor(node: Node): Promise<Node> {
		const { clock, informers, options, client } = this.#context;
		const { name } = node.metadata;
		this.#excuseStandstill();
		const lease = informers.leases.get(leaseNamespace, name);
		const silence = this.#health.silence(node, lease, clock.now());
		const posted = conditionOf(node.status.conditions, 'Ready');
		const grace = posted ? options.nodeMonitorGracePeriod : options.nodeStartupGracePeriod;
		if (silence <= grace) {
			this.#queue.addAfter(name, grace - silence + 1);
			return node;
		}
		const conditions = unknownConditions(node, clock.now());
		if (deepEqual(conditions, node.status.conditions)) return node;
		const next = { ...node, status: { ...node.status, conditions } };
		const written = await client.nodes().updateStatus(next);
		this.#health.wrote(written);
		if (posted?.status === 'True') {
			const text = `Node ${name} status is now: NodeNotReady`;
			this.#recorder.event(referenceTo(node), 'Normal', 'NodeNotReady', text);
		}
		return written;
	}
	/** A not ready node's pods serve nobody, whatever their last status says. */
	async #markPodsNotReady(name: string): Promise<void> {
		const { informers, client, clock } = this.#context;
		const isReady = (pod: Pod) => conditionOf(pod.status.conditions, 'Ready')?.status === 'True';
		for (const pod of informers.pods.byIndex('node', name).filter(isReady)) {
			const ready = conditionOf(pod.status.conditions, 'Ready');
			if (!ready) continue;
			const conditions = withCondition(pod.status.conditions, {
				...ready,
				status: 'False',
				lastTransitionTime: rfc3339(clock.now()),
			});
			this.#recorder.event(pod, 'Warning', 'NodeNotReady', 'Node is not ready');
			const next = { ...pod, status: { ...pod.status, conditions } };
			const pods = client.pods(pod.metadata.namespace);
			await pods.updateStatus(next).catch(unlessNotFound);
		}
	}
	async #taint(node: Node): Promise<void> {
		const { clock, client } = this.#context;
		const noExecute = this.#allowedNoExecute(node);
		const taints = taintsAfter(node, wantedNoSchedule(node), noExecute, clock.now());
		if (deepEqual(taints, node.spec.taints ?? [])) return;
		const { resourceVersion, name } = node.metadata;
		const patch = { metadata: { resourceVersion }, spec: { taints } };
		await client.nodes().patch(name, patch, 'merge');
	}
	/** The NoExecute taint as far as the state of the whole cluster and the eviction rate allow it. */
	#allowedNoExecute(node: Node): NoExecute {
		const { clock, options } = this.#context;
		const wanted = wantedNoExecute(node);
		const present = (node.spec.taints ?? []).filter(({ effect }) => effect === 'NoExecute');
		if (wanted === undefined || present.some(({ key }) => key === wanted)) return wanted;
		if (this.#isDisrupted()) return 'keep';
		// A change from one reason to the other is no further eviction.
		if (present.some(({ key }) => key.startsWith('node.kubernetes.io/'))) return wanted;
		const interval = 1000 / options.nodeEvictionRate;
		const wait = this.#lastTaintedAt + interval - clock.now();
		if (wait > 0) {
			this.#queue.addAfter(node.metadata.name, wait);
			return 'keep';
		}
		this.#lastTaintedAt = clock.now();
		return wanted;
	}
	/**
	 * When most nodes look dead the fault is more likely on our side: nothing is evicted then.
	 * After node_lifecycle_controller.go: ComputeZoneState
	 */
	#isDisrupted(): boolean {
		const nodes = this.#context.informers.nodes.list();
		const bad = nodes.filter(
			(node) => conditionOf(node.status.conditions, 'Ready')?.status !== 'True',
		).length;
		return bad === nodes.length || (bad > 2 && bad / nodes.length >= unhealthyThreshold);
	}
}

/** A pod that is gone serves nobody either. */
function unlessNotFound(error: unknown): void {
	if (!isNotFound(error)) throw error;
}

/** Events about nodes have no namespace and the node's uid. */
function referenceTo({ metadata }: Node) {
	return { kind: 'Node', apiVersion: 'v1', name: metadata.name, uid: metadata.uid };
}
