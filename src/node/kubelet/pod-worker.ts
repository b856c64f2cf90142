import type { Pod } from '../../api/kubernetes.ts';
import type { Clock, Timer } from '../../util/clock.ts';
import { logged, type Log } from '../../util/log.ts';
import type { SyncResult } from './pod-syncer.ts';

/** What a worker does at each stage of a pod's life. */
export interface PodStages {
	sync(pod: Pod, signal: AbortSignal): Promise<SyncResult>;
	/** Ends its containers; settles when none runs. */
	terminate(pod: Pod, graceSeconds: number, signal: AbortSignal): Promise<void>;
	/** Tells the API the last status; for a pod that was deleted, lets the API forget it. */
	finish(pod: Pod): Promise<void>;
	/** Takes what is left off the node. */
	cleanup(pod: Pod): Promise<void>;
	/** The worker has no more to do. */
	done(uid: string): unknown;
	onError(pod: Pod, error: unknown): void;
}

type Stage = 'syncing' | 'terminating' | 'terminated' | 'finished';

const errorRetryMs = 2000;

/** After pkg/kubelet/pod_workers.go: calculateEffectiveGracePeriod */
export function gracePeriod(pod: Pod, removed: boolean): number {
	const { deletionGracePeriodSeconds: override, deletionTimestamp } = pod.metadata;
	const own = pod.spec.terminationGracePeriodSeconds ?? 30;
	if (deletionTimestamp && override !== undefined) return Math.max(1, override);
	return removed ? Math.max(1, override ?? own) : own;
}

/**
 * Everything about one pod happens here, one step at a time, always for its latest version.
 * After pkg/kubelet/pod_workers.go: podWorkerLoop
 */
export class PodWorker {
	readonly #clock: Clock;
	readonly #log: Log;
	readonly #stages: PodStages;
	#pod: Pod;
	#stage: Stage = 'syncing';
	#removed = false;
	#dirty = false;
	/** The API was told to forget the pod. */
	#finished = false;
	#running = false;
	#grace = Infinity;
	#abort = new AbortController();
	#timer: Timer | undefined;

	constructor(pod: Pod, deps: { clock: Clock; log: Log }, stages: PodStages) {
		this.#pod = pod;
		this.#clock = deps.clock;
		this.#log = deps.log;
		this.#stages = stages;
	}
	get pod(): Pod {
		return this.#pod;
	}
	get terminating(): boolean {
		return this.#stage !== 'syncing';
	}
	/** A newer version of the pod, or the same again after an event. */
	update(pod: Pod = this.#pod): void {
		this.#pod = pod;
		this.#wake();
	}
	/** A newer version that asks for nothing new. */
	keep(pod: Pod): void {
		this.#pod = pod;
	}
	/** The API no longer has the pod; `last` is what it was at its end. */
	remove(last: Pod = this.#pod): void {
		this.#pod = last;
		this.#removed = true;
		this.#wake();
	}
	/** Stops without touching the pod: the kubelet ends, its containers run on. */
	stop(): void {
		this.#timer?.cancel();
		this.#stage = 'finished';
		this.#abort.abort(new Error('the kubelet has stopped'));
	}
	snapshot(): { stage: Stage; removed: boolean } {
		return { stage: this.#stage, removed: this.#removed };
	}
	#leaving(): boolean {
		return this.#removed || this.#pod.metadata.deletionTimestamp !== undefined;
	}
	#wake(): void {
		const wantsShorterGrace =
			this.#stage === 'terminating' && gracePeriod(this.#pod, this.#removed) < this.#grace;
		if ((this.#stage === 'syncing' && this.#leaving()) || wantsShorterGrace)
			this.#abort.abort(new Error('the pod is being deleted'));
		this.#dirty = true;
		if (!this.#running) this.#loop().catch(logged(this.#log, 'kubelet', 'a pod worker failed'));
	}
	async #loop(): Promise<void> {
		this.#running = true;
		try {
			while (this.#dirty && this.#stage !== 'finished') await this.#turn();
		} finally {
			this.#running = false;
		}
	}
	async #turn(): Promise<void> {
		this.#dirty = false;
		this.#timer?.cancel();
		this.#abort = new AbortController();
		try {
			await this.#step(this.#abort.signal);
		} catch (error) {
			if (this.#abort.signal.aborted) this.#dirty = true;
			else this.#retryAfter(error);
		}
	}
	#retryAfter(error: unknown): void {
		this.#wakeIn(errorRetryMs);
		this.#stages.onError(this.#pod, error);
	}
	#wakeIn(ms: number): void {
		this.#timer?.cancel();
		this.#timer = this.#clock.after(ms, () => this.#wake());
	}
	async #step(signal: AbortSignal): Promise<void> {
		if (this.#stage === 'syncing') await this.#sync(signal);
		if (this.#stage === 'terminating') await this.#terminate(signal);
		if (this.#stage === 'terminated') await this.#finish();
	}
	async #sync(signal: AbortSignal): Promise<void> {
		if (!this.#leaving()) {
			const { terminal, retryMs } = await this.#stages.sync(this.#pod, signal);
			if (!terminal) {
				if (retryMs !== undefined) this.#wakeIn(retryMs);
				return;
			}
		}
		this.#stage = 'terminating';
	}
	async #terminate(signal: AbortSignal): Promise<void> {
		this.#grace = gracePeriod(this.#pod, this.#removed);
		await this.#stages.terminate(this.#pod, this.#grace, signal);
		this.#stage = 'terminated';
	}
	async #finish(): Promise<void> {
		const deleted = this.#pod.metadata.deletionTimestamp !== undefined;
		if (!this.#removed && !this.#finished) {
			await this.#stages.finish(this.#pod);
			this.#finished = deleted;
		}
		if (!this.#removed) return;
		await this.#stages.cleanup(this.#pod);
		this.#stage = 'finished';
		this.#stages.done(this.#pod.metadata.uid);
	}
}
