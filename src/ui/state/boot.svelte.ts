import { SvelteMap } from 'svelte/reactivity';
import type { ClusterProgress } from '../../api/cluster.ts';
import type { BootProgress } from '../../api/node.ts';
import { reasonOf } from '../../util/log.ts';
import { bootPlan, learnTimes, nodePhases, usualTimes, type BootTimes } from './boot-plan.ts';

export type BootPhase = 'idle' | 'booting' | 'preparing' | 'running' | 'failed';

/**
 * Why the machines wait for a click: so asked for, data to be saved, little memory, another tab of this lesson.
 * `none` while it is being found out.
 */
export type BootOffer =
	'none' | 'asked' | 'save-data' | 'little-memory' | 'other-tab' | 'taken-over';

export interface BootFailure {
	reason:
		'no-webassembly' | 'wasm-blocked' | 'no-workers' | 'offline' | 'download' | 'scene' | 'other';
	message: string;
}

interface Download {
	bytes: number;
	total: number;
	cached: boolean;
}

/** `\0asm`, version 1: the smallest module there is. */
const smallestModule = [0, 97, 115, 109, 1, 0, 0, 0];

/** What the browser lacks, found by trying the feature and not by the browser's name. */
export function missingFeature(scope: {
	WebAssembly?: { Module?: unknown } | undefined;
	Worker?: unknown;
}): BootFailure | undefined {
	if (typeof scope.WebAssembly !== 'object') return { reason: 'no-webassembly', message: '' };
	if (typeof scope.Worker !== 'function') return { reason: 'no-workers', message: '' };
	try {
		const { Module } = scope.WebAssembly as typeof WebAssembly;
		new Module(Uint8Array.from(smallestModule));
		return undefined;
	} catch (error) {
		return { reason: 'wasm-blocked', message: reasonOf(error) };
	}
}

/** Without progress for this long, the page says that it is still working, and on what. */
const quietMs = 8000;
/** And for this long, that there are other ways to go on. */
const stuckMs = 30_000;
/** Speeds are of the last seconds: a line that got slow is not flattered by its past. */
const windowMs = 4000;

/** The boot in true figures: bytes for downloads, phases done for nodes, items for the scene. */
export class BootState {
	phase = $state<BootPhase>('idle');
	offer = $state<BootOffer>('none');
	failure = $state.raw<BootFailure | undefined>();
	/** The scene item that is being prepared. */
	preparing = $state('');
	scene = $state({ done: 0, all: 0 });
	controlPlane = $state(false);
	/** False for machines without Kubernetes. */
	hasControlPlane = $state(true);
	now = $state(Date.now());
	readonly downloads = new SvelteMap<'emulator' | 'state', Download>();
	readonly nodes = new SvelteMap<string, BootProgress['phase']>();
	/** Nodes that take part, so that "2 of 3" is true before the third has said anything. */
	expected = $state(0);
	times: BootTimes = usualTimes;
	#lastProgress = $state(Date.now());
	#samples = $state.raw<{ at: number; bytes: number }[]>([]);
	/** Milliseconds from the beginning to the last byte. */
	#arrived = $state(0);
	#furthest = $state(0);
	#begun = 0;
	#phasesFrom = 0;
	#seen: Partial<BootTimes['phases']> = {};
	#sceneFrom = 0;

	readonly working: boolean = $derived(this.phase === 'booting' || this.phase === 'preparing');
	readonly quiet: boolean = $derived(this.working && this.now - this.#lastProgress > quietMs);
	readonly stuck: boolean = $derived(this.working && this.now - this.#lastProgress > stuckMs);
	readonly #bytes = $derived.by(() => {
		const all = [...this.downloads.values()];
		return {
			bytes: all.reduce((sum, one) => sum + one.bytes, 0),
			total: all.reduce((sum, one) => sum + one.total, 0),
			cached: all.length > 0 && all.every((one) => one.cached),
		};
	});
	/** Bytes a second while something is on its way. */
	readonly speed: number | undefined = $derived.by(() => {
		const recent = this.#samples.filter((one) => this.now - one.at < windowMs);
		const [first] = recent;
		const last = recent.at(-1);
		if (!first || !last || this.#bytes.bytes >= this.#bytes.total) return undefined;
		const elapsed = Math.max(this.now, last.at) - first.at;
		return elapsed > 300 ? ((last.bytes - first.bytes) / elapsed) * 1000 : undefined;
	});
	/** Bytes a millisecond from the first to the last one that came. */
	readonly #mean: number | undefined = $derived(
		this.#arrived > 0 && this.#bytes.bytes > 0 ? this.#bytes.bytes / this.#arrived : undefined,
	);
	readonly #plan = $derived(
		bootPlan(
			{
				...this.#bytes,
				speed: this.speed ? this.speed / 1000 : this.#mean,
				nodes: Array.from(
					{ length: Math.max(this.expected, this.nodes.size) },
					(_, index) => [...this.nodes.values()][index],
				),
				scene: this.scene.all > 0 ? this.scene.done / this.scene.all : this.controlPlane ? 1 : 0,
			},
			this.times,
		),
	);
	/** 0…1, and never less than it was. */
	readonly fraction: number = $derived(Math.max(this.#furthest, this.#plan.fraction));
	/** Seconds to go. */
	readonly left: number = $derived(Math.ceil(this.#plan.left / 1000));

	begin(expected: number, times: BootTimes = usualTimes): void {
		this.phase = 'booting';
		this.failure = undefined;
		this.controlPlane = false;
		this.preparing = '';
		this.scene = { done: 0, all: 0 };
		this.expected = expected;
		this.times = times;
		this.downloads.clear();
		this.nodes.clear();
		this.#samples = [];
		this.#arrived = 0;
		this.#begun = Date.now();
		this.#furthest = 0;
		this.#phasesFrom = 0;
		this.#seen = {};
		this.#lastProgress = this.now = Date.now();
	}
	get upNodes(): number {
		return [...this.nodes.values()].filter((phase) => phase === 'ready').length;
	}
	report(progress: ClusterProgress): void {
		this.#lastProgress = this.now = Date.now();
		if (progress.kind === 'download') this.#onDownload(progress);
		else if (progress.kind === 'node') this.#onNode(progress.progress);
		else this.controlPlane = progress.ready;
		this.#furthest = Math.max(this.#furthest, this.#plan.fraction);
	}
	/** One item of the scene begins. */
	prepare(what: string, done: number, all: number): void {
		if (this.phase !== 'preparing') this.#sceneFrom = Date.now();
		this.#lastProgress = this.now = Date.now();
		this.phase = 'preparing';
		this.preparing = what;
		this.scene = { done, all };
	}
	/** The machines are up; answers what the next boot may expect on this device. */
	finish(): BootTimes {
		this.phase = 'running';
		const scene = this.#sceneFrom > 0 ? Date.now() - this.#sceneFrom : this.times.scene;
		return learnTimes(this.times, { phases: { ...this.times.phases, ...this.#seen }, scene });
	}
	fail(failure: BootFailure): void {
		this.failure = failure;
		this.phase = 'failed';
	}
	/** Nothing is started: the page waits for a click. */
	wait(offer: BootOffer): void {
		this.offer = offer;
		this.phase = 'idle';
	}

	#onDownload(progress: Extract<ClusterProgress, { kind: 'download' }>): void {
		this.downloads.set(progress.what, progress);
		const { bytes } = this.#bytes;
		this.#arrived = this.now - this.#begun;
		this.#samples = [...this.#samples, { at: this.now, bytes }].filter(
			(one) => this.now - one.at < windowMs,
		);
		if (bytes >= this.#bytes.total) this.#phasesFrom = this.now;
	}
	#onNode({ node, phase }: BootProgress): void {
		this.nodes.set(node, phase);
		performance.mark(`drydock ${node} ${phase}`);
		// The slowest node counts: it is the one that is waited for.
		const all = this.nodes.size >= this.expected;
		const reached = [...this.nodes.values()].every(
			(one) => nodePhases.indexOf(one) >= nodePhases.indexOf(phase),
		);
		if (all && reached && this.#phasesFrom > 0) this.#seen[phase] = this.now - this.#phasesFrom;
	}
}
