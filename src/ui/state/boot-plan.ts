import type { BootProgress } from '../../api/node.ts';

export const nodePhases: readonly BootProgress['phase'][] = [
	'restore',
	'agent',
	'identify',
	'engine',
	'kubelet',
	'ready',
];

/** Milliseconds that each part of a boot took on this device, or takes on an ordinary one. */
export interface BootTimes {
	/** From the end of the downloads to the end of each phase of a node. */
	phases: Record<BootProgress['phase'], number>;
	scene: number;
}

export const usualTimes: BootTimes = {
	phases: { restore: 500, agent: 900, identify: 1200, engine: 2000, kubelet: 2600, ready: 3000 },
	scene: 800,
};

/** What a slow line carries in a second; the first guess before any byte has come. */
const guessedBytesPerMs = 500;
const cachedMs = 200;

export interface BootFigures {
	bytes: number;
	total: number;
	cached: boolean;
	/** Bytes a millisecond, once it is known. */
	speed: number | undefined;
	/** The phase each node has reached; one entry for every node that takes part. */
	nodes: readonly (BootProgress['phase'] | undefined)[];
	/** 0…1 */
	scene: number;
}

export interface BootPlan {
	/** 0…1, by expected time: bytes for downloads, phases for nodes, items for the scene. */
	fraction: number;
	/** Milliseconds to go. */
	left: number;
}

function nodeFraction(phase: BootProgress['phase'] | undefined, times: BootTimes): number {
	return phase === undefined ? 0 : Math.min(1, times.phases[phase] / times.phases.ready);
}

/** Where a boot stands: its parts weighted by the time that they are expected to take. */
export function bootPlan(figures: BootFigures, times: BootTimes): BootPlan {
	const { bytes, total, cached, speed, nodes, scene } = figures;
	const perMs = speed ?? guessedBytesPerMs;
	const download = cached ? cachedMs : Math.max(cachedMs, total / perMs);
	const loaded = total > 0 ? bytes / total : 0;
	const up = nodes.reduce((sum, phase) => sum + nodeFraction(phase, times), 0);
	const booted = nodes.length > 0 ? up / nodes.length : 0;
	const whole = download + times.phases.ready + times.scene;
	const left =
		download * (1 - loaded) + times.phases.ready * (1 - booted) + times.scene * (1 - scene);
	return { fraction: Math.min(1, Math.max(0, 1 - left / whole)), left };
}

/** Half way from what was known to what was seen: one slow boot does not spoil the next estimate. */
export function learnTimes(known: BootTimes, seen: BootTimes): BootTimes {
	const between = (a: number, b: number) => Math.round((a + b) / 2);
	const phases = Object.fromEntries(
		nodePhases.map((phase) => [phase, between(known.phases[phase], seen.phases[phase])]),
	) as BootTimes['phases'];
	return { phases, scene: between(known.scene, seen.scene) };
}
