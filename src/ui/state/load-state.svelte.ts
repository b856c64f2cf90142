import { SvelteMap } from 'svelte/reactivity';
import type { Cluster } from '../../api/cluster.ts';
import { RequestLog, RequestLoop, type RequestMark } from '../../lesson/request-log.ts';
import { RealClock } from '../../util/clock.ts';
import type { BrowserState } from './browser-state.svelte.ts';
import { latencies, type Latencies } from './latency.ts';
import { RequestTally } from './request-tally.svelte.ts';

export const rateMax = 50;
/** Answers that the histogram is made of. */
const measuredMax = 1000;
/** What the rate is read from. */
const rateSpanMs = 3000;

/** Why there was no answer. */
export const misses = ['refused', 'late', 'reset', 'other'] as const;
type Miss = (typeof misses)[number];

function missOf(error: string): Miss {
	if (error.includes('refused')) return 'refused';
	if (/exceeded|timeout/.test(error)) return 'late';
	return /reset|EOF|broken/.test(error) ? 'reset' : 'other';
}

/** Many requests a second to the browser's address, each of them sent by the machine's kernel. */
export class LoadState extends RequestTally {
	running = $state(false);
	/** Answers by status, and requests without one by {@link Miss}. */
	readonly statuses = new SvelteMap<string, number>();
	#rate = $state(5);
	#took = $state.raw<number[]>([]);
	#ends = $state.raw<number[]>([]);
	readonly #browser: BrowserState;
	readonly #log = new RequestLog();
	#loop: RequestLoop | undefined;

	readonly latency: Latencies | undefined = $derived(latencies(this.#took));
	/** Answers a second, of the last seconds. */
	readonly reached: number = $derived.by(() => {
		const [first] = this.#ends;
		const last = this.#ends.at(-1);
		if (first === undefined || last === undefined || last - first < 500) return 0;
		return ((this.#ends.length - 1) * 1000) / (last - first);
	});

	constructor(browser: BrowserState) {
		super();
		this.#browser = browser;
		this.#log.subscribe((mark) => this.count(mark));
	}
	/** Requests a second, 1 to {@link rateMax}. */
	get rate(): number {
		return this.#rate;
	}
	set rate(rate: number) {
		this.#rate = rate;
		if (this.#loop) this.#loop.rate = rate;
	}
	connect(cluster: Cluster): void {
		this.stop();
		this.clear();
		this.#loop = new RequestLoop({
			cluster,
			log: this.#log,
			clock: new RealClock(),
			rate: this.#rate,
			target: () => {
				const { node, url } = this.#browser;
				return node === undefined || url === '' ? undefined : { node, service: '', url };
			},
		});
	}
	start(): void {
		this.#loop?.start();
		this.running = this.#loop?.running ?? false;
	}
	stop(): void {
		this.#loop?.stop();
		this.running = false;
	}
	override clear(): void {
		super.clear();
		this.statuses.clear();
		this.#took = [];
		this.#ends = [];
	}
	protected override count(mark: RequestMark): void {
		super.count(mark);
		const { status, took, at } = mark;
		const name = status > 0 ? String(status) : missOf(mark.error ?? '');
		this.statuses.set(name, (this.statuses.get(name) ?? 0) + 1);
		if (status > 0) this.#took = [...this.#took, took].slice(-measuredMax);
		const end = at + took;
		this.#ends = [...this.#ends, end]
			.filter((one) => end - one <= rateSpanMs)
			.sort((a, b) => a - b);
	}
}
