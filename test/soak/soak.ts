import { Random } from './random.ts';

/** What is soaked: it is hurt step by step, and must be whole afterwards. */
export interface Target {
	/** One hostile act; throws when the answer breaks a promise. */
	step(random: Random): Promise<void>;
	/** What the last step did, in as many words as somebody needs to do it again. */
	describe(): string;
	/** Everything that must hold after any number of steps. */
	check(): Promise<void>;
}

export interface SoakOptions {
	seed: number;
	/** Steps at most. */
	count: number;
	/** Ends earlier, after this time. */
	seconds?: number;
	/** The step that was begun, for a watchdog on another thread. */
	progress?: (step: number) => void;
}

export interface Failure {
	/** The number of the step; the count for what was found afterwards. */
	step: number;
	/** How the failure reads without its numbers and names; each kind is kept once. */
	kind: string;
	what: string;
	error: Error;
	times: number;
}

export interface Outcome {
	steps: number;
	failures: Failure[];
}

const slowest = 10_000;
const mostMemory = 1_500 * 2 ** 20;

/** Runs the steps of a seed one after another and collects what went wrong, one of each kind. */
export async function soak(target: Target, options: SoakOptions): Promise<Outcome> {
	const { seed, count, seconds = Infinity, progress } = options;
	const failures = new Map<string, Failure>();
	const note = (step: number, what: string, thrown: unknown) => {
		const error = thrown instanceof Error ? thrown : new Error(String(thrown));
		const kind = kindOf(error);
		const known = failures.get(kind);
		if (known) known.times++;
		else failures.set(kind, { step, kind, what, error, times: 1 });
	};
	const end = performance.now() + seconds * 1000;
	let step = 0;
	for (; step < count && performance.now() < end; step++) {
		progress?.(step);
		try {
			await inTime(() => target.step(new Random(seedOf(seed, step))));
		} catch (error) {
			note(step, target.describe(), error);
		}
		// Timers and streams have their turn, as between the requests of real clients.
		if (step % 20 === 0) await new Promise((resolve) => setTimeout(resolve));
	}
	try {
		bounded();
		await target.check();
	} catch (error) {
		note(step, 'the checks after the last step', error);
	}
	return { steps: step, failures: [...failures.values()] };
}

/** Every step has its own generator, so that a step can be repeated on its own. */
function seedOf(seed: number, step: number): number {
	return (Math.imul(seed, 0x9e3779b1) ^ Math.imul(step + 1, 0x85ebca6b)) >>> 0;
}

async function inTime(run: () => Promise<void>): Promise<void> {
	const began = performance.now();
	await run();
	const took = performance.now() - began;
	if (took > slowest) throw new Error(`took too long: ${Math.round(took / 1000)} s`);
}

function bounded(): void {
	(globalThis as { gc?: () => void }).gc?.();
	const { heapUsed } = process.memoryUsage();
	if (heapUsed > mostMemory) throw new Error(`uses ${Math.round(heapUsed / 2 ** 20)} MB of heap`);
}

function kindOf(error: Error): string {
	return error.message
		.replace(/"[^"]*"/g, '"…"')
		.replace(/\d+/g, 'N')
		.slice(0, 120);
}

/** A report for people: what broke, how often, and how to see it again. */
export function report(name: string, options: SoakOptions, { steps, failures }: Outcome): string {
	const lines = [
		`${name}: ${steps} steps of seed ${options.seed}, ${failures.length} kinds of failure`,
	];
	for (const { step, times, what, error } of failures)
		lines.push('', `step ${step} (${times} times): ${error.message}`, `  ${what}`, stackOf(error));
	return lines.join('\n');
}

function stackOf({ stack = '' }: Error): string {
	return stack.split('\n').slice(1, 4).join('\n');
}
