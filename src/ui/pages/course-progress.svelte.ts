import { lessons } from 'virtual:course';
import type { LessonSummary } from '../../lesson/lesson.ts';
import type { Records } from '../../lesson/progress-file.ts';
import { Progress } from '../../lesson/progress.ts';

export type LessonProgress =
	{ state: 'none' } | { state: 'partly'; done: number } | { state: 'done' | 'older' };

/** Where to go on: a lesson, and the first step of it that is not done. */
export interface NextStep {
	lesson: LessonSummary;
	/** Undefined at the beginning of a lesson. */
	step: LessonSummary['steps'][number] | undefined;
	kind: 'begin' | 'goOn' | 'again';
}

/** What was done in the whole course. Until it is loaded nothing is. */
export class CourseProgress {
	records = $state.raw<Records>({});
	keeps = $state(true);
	readonly #progress = new Progress();

	async load(): Promise<void> {
		const records: Records = {};
		for (const { id, version } of lessons) records[id] = await this.#progress.load(id, version);
		this.records = records;
		this.keeps = this.#progress.kept === 'storage';
	}
	async merge(records: Records): Promise<void> {
		await this.#progress.merge(records);
		await this.load();
	}
	of(lesson: LessonSummary): LessonProgress {
		const record = this.records[lesson.id];
		const wanted = lesson.steps.filter((step) => !step.optional);
		const done = wanted.filter((step) => record?.steps[step.id]?.done).length;
		if (!record || Object.keys(record.steps).length === 0) return { state: 'none' };
		if (record.version !== lesson.version) return { state: 'older' };
		return done === wanted.length ? { state: 'done' } : { state: 'partly', done };
	}
	get done(): number {
		return lessons.filter((lesson) => this.of(lesson).state === 'done').length;
	}
	/** The lesson that was touched last, if it is unfinished; else the first that is not done. */
	get next(): NextStep | undefined {
		const lastTouched = [...lessons]
			.map((lesson) => ({ lesson, at: this.#touched(lesson) }))
			.filter(({ at }) => at > 0)
			.sort((a, b) => b.at - a.at)[0]?.lesson;
		if (lastTouched && this.of(lastTouched).state === 'partly')
			return { lesson: lastTouched, step: this.#open(lastTouched), kind: 'goOn' };
		const from = lastTouched ? lessons.indexOf(lastTouched) : 0;
		const order = [...lessons.slice(from), ...lessons.slice(0, from)];
		const lesson = order.find((one) => this.of(one).state !== 'done');
		if (lesson) return { lesson, step: undefined, kind: lastTouched ? 'goOn' : 'begin' };
		const [first] = lessons;
		return first && { lesson: first, step: undefined, kind: 'again' };
	}
	#touched({ id }: LessonSummary): number {
		return Math.max(0, ...Object.values(this.records[id]?.steps ?? {}).map(({ at }) => at));
	}
	#open(lesson: LessonSummary) {
		return lesson.steps.find((step) => !this.records[lesson.id]?.steps[step.id]?.done);
	}
}
