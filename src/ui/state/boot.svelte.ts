import { SvelteMap } from 'svelte/reactivity';
import type { ClusterProgress } from '../../api/cluster.ts';
import type { BootProgress } from '../../api/node.ts';

export const nodePhases: readonly BootProgress['phase'][] = [
	'restore',
	'agent',
	'identify',
	'engine',
	'kubelet',
	'ready',
];

export type BootPhase = 'idle' | 'booting' | 'preparing' | 'running' | 'failed';

export interface BootFailure {
	reason: 'no-webassembly' | 'no-workers' | 'download' | 'scene' | 'other';
	message: string;
}

interface Download {
	bytes: number;
	total: number;
	cached: boolean;
}

/** What the browser lacks, found by looking for the feature and not by its name. */
export function missingFeature(scope: { WebAssembly?: unknown; Worker?: unknown }) {
	if (typeof scope.WebAssembly !== 'object') return 'no-webassembly' as const;
	if (typeof scope.Worker !== 'function') return 'no-workers' as const;
	return undefined;
}

/** Without progress for this long, the page says that it is still working, and on what. */
const quietMs = 8000;

/** The boot in true figures: bytes for downloads, phases done for nodes. */
export class BootState {
	phase = $state<BootPhase>('idle');
	failure = $state.raw<BootFailure | undefined>();
	/** The scene item that is being prepared. */
	preparing = $state('');
	controlPlane = $state(false);
	now = $state(Date.now());
	readonly downloads = new SvelteMap<'emulator' | 'state', Download>();
	readonly nodes = new SvelteMap<string, BootProgress['phase']>();
	#lastProgress = $state(Date.now());

	readonly quiet: boolean = $derived(
		this.phase === 'booting' && this.now - this.#lastProgress > quietMs,
	);
	/** Nodes that take part, so that "2 of 3" is true before the third has said anything. */
	expected = $state(0);
	/** 0…1: downloads are half of it, the nodes' phases the rest. */
	readonly fraction: number = $derived.by(() => {
		const downloads = [...this.downloads.values()];
		const total = downloads.reduce((sum, one) => sum + one.total, 0);
		const bytes = downloads.reduce((sum, one) => sum + one.bytes, 0);
		const steps = [...this.nodes.values()].map((phase) => nodePhases.indexOf(phase) + 1);
		const most = Math.max(this.expected, this.nodes.size) * nodePhases.length;
		const done = steps.reduce((sum, one) => sum + one, 0);
		return (total > 0 ? (bytes / total) * 0.5 : 0) + (most > 0 ? (done / most) * 0.5 : 0);
	});

	begin(): void {
		this.phase = 'booting';
		this.failure = undefined;
		this.controlPlane = false;
		this.downloads.clear();
		this.nodes.clear();
		this.#lastProgress = this.now = Date.now();
	}
	get upNodes(): number {
		return [...this.nodes.values()].filter((phase) => phase === 'ready').length;
	}
	report(progress: ClusterProgress): void {
		this.#lastProgress = this.now = Date.now();
		if (progress.kind === 'download') this.downloads.set(progress.what, progress);
		else if (progress.kind === 'node') {
			const { node, phase } = progress.progress;
			this.nodes.set(node, phase);
			performance.mark(`drydock ${node} ${phase}`);
		} else this.controlPlane = progress.ready;
	}
	fail(reason: BootFailure['reason'], message: string): void {
		this.failure = { reason, message };
		this.phase = 'failed';
	}
}
