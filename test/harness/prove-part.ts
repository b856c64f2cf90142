import { beforeAll, describe, expect, it } from 'vitest';
import type { Lesson } from '../../src/lesson/lesson.ts';
import { withTimings } from '../../src/lesson/timings.ts';
import { lessonsOf, timings } from './lessons.ts';
import { Rack } from './rack.ts';
import { proveLesson, Solver } from './solver.ts';

/** Slow steps are restarted by `npm run lesson:solve -- --restart` alone, so that the tests do not take twice as long. */
const longestMs = 8000;

/** Slots of this computer: lessons that need one run two at a time, a Kubernetes takes both. */
class Slots {
	#free = 2;
	readonly #waiting: { count: number; go: () => void }[] = [];

	async use<T>(count: number, work: () => Promise<T>): Promise<T> {
		await new Promise<void>((go) => {
			this.#waiting.push({ count, go });
			this.#next();
		});
		try {
			return await work();
		} finally {
			this.#free += count;
			this.#next();
		}
	}
	#next(): void {
		const [first] = this.#waiting;
		if (!first || first.count > this.#free) return;
		this.#waiting.shift();
		this.#free -= first.count;
		first.go();
		this.#next();
	}
}

async function faults(lesson: Lesson, rack: Rack): Promise<string[]> {
	const solver = new Solver(lesson, rack);
	try {
		await solver.start();
		return await proveLesson(solver, longestMs);
	} finally {
		await solver.stop();
	}
}

/**
 * Every lesson of a part proves itself: each check false before its step's solution and true after it, also when the
 * step is restarted; and a lesson that is restarted looks as in the beginning.
 */
export function provePart(part: string): void {
	describe.concurrent(`lessons of ${part}`, () => {
		const slots = new Slots();
		let rack: Rack;
		beforeAll(async () => {
			rack = await Rack.load();
		});
		const lessons = lessonsOf(part).map((lesson) => withTimings(lesson, timings()));
		it.each(lessons)(
			'$id',
			async (lesson) => {
				const weight = lesson.cluster.runs === 'kubernetes' ? 2 : 1;
				const found = await slots.use(weight, () => faults(lesson, rack));
				expect(found).toEqual([]);
			},
			3_600_000,
		);
	});
}
