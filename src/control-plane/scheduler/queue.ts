import type { Pod } from '../../api/kubernetes.ts';
import type { Clock, Timer } from '../../util/clock.ts';
import type { ClusterEvent } from './framework.ts';

/** A pod on its way through the queues. */
export interface QueuedPod {
	pod: Pod;
	attempts: number;
	/** When it was last tried or first queued; the back-off and its turn count from here. */
	timestamp: number;
	/** Events that may change the verdict of the plugins that rejected it. */
	waitsFor: Set<ClusterEvent>;
}

export interface QueueOptions {
	clock: Clock;
	/** Told when a pod can be popped. */
	onReady: () => void;
	/** Milliseconds; upstream's 1 s, 10 s and 5 min unless told. */
	initialBackoff?: number;
	maxBackoff?: number;
	maxInUnschedulable?: number;
}

/**
 * Pods that wait for a node: those to try now, those backing off, and those that wait for the
 * cluster to change. After pkg/scheduler/backend/queue/scheduling_queue.go
 */
export class SchedulingQueue {
	readonly #options: Required<QueueOptions>;
	readonly #active = new Map<string, QueuedPod>();
	readonly #backoff = new Map<string, { queued: QueuedPod; timer: Timer }>();
	readonly #unschedulable = new Map<string, { queued: QueuedPod; timer: Timer }>();
	/** Pods that are being tried, with what happened meanwhile. */
	readonly #inFlight = new Map<string, Set<ClusterEvent>>();

	constructor(options: QueueOptions) {
		const defaults = { initialBackoff: 1000, maxBackoff: 10_000, maxInUnschedulable: 300_000 };
		this.#options = { ...defaults, ...options };
	}
	/** A pod that is new, or whose binding failed in a way that says nothing about nodes. */
	add(pod: Pod): void {
		const { uid } = pod.metadata;
		if (this.#inFlight.has(uid)) return;
		const timestamp = this.#options.clock.now();
		this.#activate({ pod, attempts: 0, timestamp, waitsFor: new Set() });
	}
	/** A pending pod changed: it is tried again when it was given up. */
	update(pod: Pod, relevant: boolean): void {
		const { uid } = pod.metadata;
		const active = this.#active.get(uid);
		if (active) active.pod = pod;
		const waiting = this.#backoff.get(uid);
		if (waiting) waiting.queued.pod = pod;
		const given = this.#unschedulable.get(uid);
		if (given) given.queued.pod = pod;
		if (relevant) this.#inFlight.get(uid)?.add('PodUpdate');
		if (given && relevant) this.#move(uid);
		else if (!active && !waiting && !given) this.add(pod);
	}
	remove(uid: string): void {
		this.#active.delete(uid);
		for (const waiting of [this.#backoff, this.#unschedulable]) {
			waiting.get(uid)?.timer.cancel();
			waiting.delete(uid);
		}
	}
	/** The pod whose turn it is: the highest priority, then who waits longest. */
	pop(): QueuedPod | undefined {
		let best: QueuedPod | undefined;
		for (const queued of this.#active.values()) if (!best || isBefore(queued, best)) best = queued;
		if (!best) return undefined;
		const { uid } = best.pod.metadata;
		this.#active.delete(uid);
		this.#inFlight.set(uid, new Set());
		best.attempts++;
		best.timestamp = this.#options.clock.now();
		return best;
	}
	/** The pod has its node. */
	done(uid: string): void {
		this.#inFlight.delete(uid);
	}
	/** No node could take the pod: it waits for one of the events, or at most five minutes. */
	giveUp(queued: QueuedPod, waitsFor: Iterable<ClusterEvent>): void {
		const { uid } = queued.pod.metadata;
		const meanwhile = this.#inFlight.get(uid) ?? new Set();
		this.#inFlight.delete(uid);
		queued.waitsFor = new Set(waitsFor);
		if ([...meanwhile].some((event) => queued.waitsFor.has(event))) return this.#backOff(queued);
		const { clock, maxInUnschedulable } = this.#options;
		const timer = clock.after(maxInUnschedulable, () => this.#move(uid));
		this.#unschedulable.set(uid, { queued, timer });
	}
	/** Something went wrong that has nothing to do with the pod: it is tried again after a pause. */
	retry(queued: QueuedPod): void {
		this.#inFlight.delete(queued.pod.metadata.uid);
		this.#backOff(queued);
	}
	/** Tries again the pods for which the event may change something. */
	moveAll(event: ClusterEvent): void {
		for (const events of this.#inFlight.values()) events.add(event);
		for (const [uid, { queued }] of [...this.#unschedulable])
			if (queued.waitsFor.has(event)) this.#move(uid);
	}
	snapshot() {
		const names = (pods: Iterable<QueuedPod>) =>
			[...pods].map(({ pod: { metadata }, attempts }) => ({
				pod: `${metadata.namespace}/${metadata.name}`,
				attempts,
			}));
		const waiting = (map: Map<string, { queued: QueuedPod }>) =>
			names([...map.values()].map(({ queued }) => queued));
		return {
			active: names(this.#active.values()),
			backoff: waiting(this.#backoff),
			unschedulable: waiting(this.#unschedulable),
		};
	}
	#activate(queued: QueuedPod): void {
		this.#active.set(queued.pod.metadata.uid, queued);
		this.#options.onReady();
	}
	#move(uid: string): void {
		const given = this.#unschedulable.get(uid);
		if (!given) return;
		given.timer.cancel();
		this.#unschedulable.delete(uid);
		this.#backOff(given.queued);
	}
	#backOff(queued: QueuedPod): void {
		const { clock, initialBackoff, maxBackoff } = this.#options;
		const delay = Math.min(maxBackoff, initialBackoff * 2 ** Math.max(0, queued.attempts - 1));
		const wait = queued.timestamp + delay - clock.now();
		if (wait <= 0) return this.#activate(queued);
		const { uid } = queued.pod.metadata;
		const timer = clock.after(wait, () => {
			this.#backoff.delete(uid);
			this.#activate(queued);
		});
		this.#backoff.set(uid, { queued, timer });
	}
}

function isBefore(a: QueuedPod, b: QueuedPod): boolean {
	const [first, second] = [a.pod.spec.priority ?? 0, b.pod.spec.priority ?? 0];
	return first !== second ? first > second : a.timestamp < b.timestamp;
}
