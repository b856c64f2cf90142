import type { Pod } from '../../api/kubernetes.ts';
import { isNotFound } from '../../client/status.ts';
import { rfc3339 } from '../../client/time.ts';
import { deepEqual } from '../../util/deep-equal.ts';
import type { WorkQueue } from '../../util/work-queue.ts';
import { conditionOf, isPodTerminal, withCondition } from './conditions.ts';
import { queueFor, work, type Controller, type ControllerContext } from './context.ts';
import { outOfService } from './node-taints.ts';

const pass = 'pass';

/**
 * Deletes by force the pods no kubelet will ever finish: of nodes that are gone or out of service,
 * and terminating ones that were never bound. After pkg/controller/podgc/gc_controller.go
 */
export class PodGcController implements Controller {
	static readonly controllerName = 'pod-garbage-collector-controller';
	readonly name = PodGcController.controllerName;
	readonly #context: ControllerContext;
	readonly #queue: WorkQueue;
	/** Since when a node that pods name has been missing. */
	readonly #missing = new Map<string, number>();

	constructor(context: ControllerContext) {
		this.#context = context;
		this.#queue = queueFor(context, this.name);
		const look = () => this.#queue.add(pass);
		context.informers.nodes.subscribe({
			updated: (old, node) => {
				if (!deepEqual(old.spec.taints, node.spec.taints)) look();
			},
			deleted: look,
		});
		context.informers.pods.subscribe({
			updated: (old, pod) => {
				if (!old.metadata.deletionTimestamp && pod.metadata.deletionTimestamp) look();
			},
		});
	}
	run(): void {
		const { clock, options, signal } = this.#context;
		work(this.#context, this.name, this.#queue, 1, () => this.#collect());
		const timer = clock.every(options.podGcPeriod, () => this.#queue.add(pass));
		AbortSignal.any([signal]).addEventListener('abort', () => timer.cancel(), { once: true });
	}
	snapshot() {
		return { queue: this.#queue.snapshot(), missing: Object.fromEntries(this.#missing) };
	}
	async #collect(): Promise<void> {
		const pods = this.#context.informers.pods.list();
		await this.#collectTerminated(pods);
		await this.#collectOutOfService(pods);
		await this.#collectOrphaned(pods);
		for (const pod of pods)
			if (pod.metadata.deletionTimestamp && !pod.spec.nodeName) await this.#force(pod);
	}
	async #collectTerminated(pods: Pod[]): Promise<void> {
		const threshold = this.#context.options.terminatedPodThreshold;
		const finished = pods.filter((pod) => isPodTerminal(pod) && !pod.metadata.deletionTimestamp);
		if (threshold <= 0 || finished.length <= threshold) return;
		const byAge = [...finished].sort((a, b) =>
			a.metadata.creationTimestamp < b.metadata.creationTimestamp ? -1 : 1,
		);
		for (const pod of byAge.slice(0, finished.length - threshold)) await this.#force(pod);
	}
	async #collectOutOfService(pods: Pod[]): Promise<void> {
		const dead = this.#context.informers.nodes.list().filter((node) => {
			const ready = conditionOf(node.status.conditions, 'Ready')?.status === 'True';
			return !ready && node.spec.taints?.some(({ key }) => key === outOfService);
		});
		const names = new Set(dead.map(({ metadata }) => metadata.name));
		for (const pod of pods)
			if (pod.metadata.deletionTimestamp && names.has(pod.spec.nodeName ?? ''))
				await this.#force(pod, 'PodGC: node is out of service');
	}
	/** A node must be missing for a while, and by the server's word, before its pods go. */
	async #collectOrphaned(pods: Pod[]): Promise<void> {
		const { informers, clock, options } = this.#context;
		const named = new Set(pods.flatMap(({ spec }) => spec.nodeName ?? []));
		const now = clock.now();
		for (const name of this.#missing.keys())
			if (!named.has(name) || informers.nodes.get(undefined, name)) this.#missing.delete(name);
		for (const name of named) {
			if (informers.nodes.get(undefined, name)) continue;
			const since = this.#missing.get(name) ?? now;
			this.#missing.set(name, since);
			const wait = since + options.podGcQuarantine - now;
			if (wait > 0) this.#queue.addAfter(pass, wait);
			else if (await this.#isGone(name))
				for (const pod of pods)
					if (pod.spec.nodeName === name) await this.#force(pod, 'PodGC: node no longer exists');
		}
	}
	async #isGone(name: string): Promise<boolean> {
		try {
			await this.#context.client.nodes().get(name);
			return false;
		} catch (error) {
			if (isNotFound(error)) return true;
			throw error;
		}
	}
	async #force(pod: Pod, disruption?: string): Promise<void> {
		const { client } = this.#context;
		const { namespace, name, uid } = pod.metadata;
		try {
			if (!isPodTerminal(pod)) await this.#markFailed(pod, disruption);
			await client.pods(namespace).delete(name, { gracePeriodSeconds: 0, preconditions: { uid } });
		} catch (error) {
			if (isNotFound(error)) return;
			// The next pass tries again; one pod keeps no other from being collected.
			this.#context.onError(this.name, `${namespace}/${name}`, error);
		}
	}
	async #markFailed(pod: Pod, disruption: string | undefined): Promise<void> {
		const { client, clock } = this.#context;
		const { namespace, name } = pod.metadata;
		const fresh = await client.pods(namespace).get(name);
		const status = { ...fresh.status, phase: 'Failed' as const };
		if (disruption !== undefined)
			status.conditions = withCondition(fresh.status.conditions, {
				type: 'DisruptionTarget',
				status: 'True',
				reason: 'DeletionByPodGC',
				message: disruption,
				lastTransitionTime: rfc3339(clock.now()),
			});
		await client.pods(namespace).updateStatus({ ...fresh, status });
	}
}
