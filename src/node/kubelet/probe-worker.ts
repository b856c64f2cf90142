import type { Probe } from '../../api/kubernetes.ts';
import type { Clock } from '../../util/clock.ts';
import { keepRunning } from '../../util/keep-running.ts';
import type { Log } from '../../util/log.ts';
import type { ProbeOutcome } from './probe-run.ts';

export type ProbeKind = 'readiness' | 'liveness' | 'startup';

/**
 * How long after a failed first readiness probe the second follows, at most: the kubelet's look at
 * the runtime one second after a start triggers it. After prober_manager.go: manualTriggerCh
 */
const secondTryMs = 1000;

export interface ProbeWorkerOptions {
	kind: ProbeKind;
	probe: Probe;
	clock: Clock;
	log: Log;
	/** When the container started, in milliseconds. */
	startedAt: number;
	run: () => Promise<ProbeOutcome>;
	/** Told of every probe that did not succeed. */
	onMiss: (outcome: ProbeOutcome) => void;
	/** Told when a threshold was reached and the verdict changed. */
	onVerdict: (passed: boolean) => void;
}

/** One probe of one run of a container. After pkg/kubelet/prober/worker.go */
export class ProbeWorker {
	readonly #options: ProbeWorkerOptions;
	readonly #stop = new AbortController();
	#passed: boolean | undefined;
	#last: boolean | undefined;
	#run = 0;
	#count = 0;

	constructor(options: ProbeWorkerOptions) {
		this.#options = options;
		this.#passed = options.kind === 'startup' ? undefined : options.kind === 'liveness';
	}
	start(): void {
		const { clock, log, kind } = this.#options;
		const { signal } = this.#stop;
		const what = `a ${kind} probe`;
		keepRunning(() => this.#loop(signal), { clock, log, signal, component: 'kubelet', what });
	}
	stop(): void {
		this.#stop.abort(new Error('the container has stopped'));
	}
	snapshot(): { kind: ProbeKind; passed: boolean | undefined; inARow: number } {
		return { kind: this.#options.kind, passed: this.#passed, inARow: this.#run };
	}
	async #loop(signal: AbortSignal): Promise<void> {
		const { clock, probe, startedAt, kind } = this.#options;
		let next = Math.max(clock.now(), startedAt + (probe.initialDelaySeconds ?? 0) * 1000);
		const period = (probe.periodSeconds ?? 10) * 1000;
		while (!signal.aborted) {
			if (next > clock.now()) await clock.sleep(next - clock.now(), signal);
			const outcome = await this.#options.run();
			if (signal.aborted) return;
			const done = this.#judge(outcome);
			if (done) return;
			const early = kind === 'readiness' && this.#count === 1 && !this.#passed;
			next = Math.max(clock.now(), next + (early ? Math.min(period, secondTryMs) : period));
		}
	}
	/** Counts an outcome; true when this worker has no more to find out. */
	#judge(outcome: ProbeOutcome): boolean {
		this.#count++;
		if (outcome.result !== 'success') this.#options.onMiss(outcome);
		if (outcome.result === 'unknown') return false;
		const success = outcome.result === 'success';
		this.#run = this.#last === success ? this.#run + 1 : 1;
		this.#last = success;
		const { probe, kind } = this.#options;
		const threshold = success ? (probe.successThreshold ?? 1) : (probe.failureThreshold ?? 3);
		if (this.#run < threshold || this.#passed === success) return false;
		this.#passed = success;
		this.#options.onVerdict(success);
		if (kind === 'startup') return true;
		return kind === 'liveness' && !success;
	}
}
