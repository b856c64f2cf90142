import type { LessonScore } from '../api/embed.ts';
import type { Block, Inline, Lesson, Step } from './lesson.ts';
import type { LessonRecord, StepRecord } from './progress.ts';
import { walkBlocks } from './walk-blocks.ts';

/** One help that can be had in a step, from a nudge to everything. */
export type Rung =
	| { kind: 'hint'; blocks: Block[]; cost: number }
	/** The solution as text; `known` when the text offers every command of it anyway. */
	| { kind: 'solution'; cost: number; known: boolean }
	/** The solution is typed, command by command, or played as a whole. */
	| { kind: 'type' | 'solve'; cost: number };

/** The commands that a text offers to run: to have one of them typed costs nothing, wherever it is asked for. */
export function offeredIn(text: readonly Block[]): ReadonlySet<string> {
	const found = new Set<string>();
	const inline = (children: readonly Inline[]) => {
		for (const child of children) {
			if (child.type === 'code' && child.action?.kind === 'exec') found.add(child.text);
			if ('children' in child) inline(child.children);
		}
	};
	const visit = (blocks: readonly Block[]): void =>
		walkBlocks(blocks, (block) => {
			// A hint's price is paid for what is in it.
			if (block.type === 'code' && block.action?.kind === 'exec') found.add(block.text);
			else if (block.type === 'paragraph') inline(block.children);
		});
	visit(text.filter(({ type }) => type !== 'hint'));
	return found;
}

/** The ladder of a step: its hints in their order, the solution to read, the solution typed, the solution played. */
export function ladder(lesson: Pick<Lesson, 'score'>, step: Step, text: readonly Block[]): Rung[] {
	const { hint, solved } = lesson.score;
	const rungs: Rung[] = [];
	walkBlocks(text, (block) => {
		if (block.type === 'hint') rungs.push({ kind: 'hint', blocks: block.children, cost: hint });
	});
	if (step.solution.length === 0) return rungs;
	const offered = offeredIn(text);
	const typed = step.solution.flatMap((one) => (one.do === 'type' ? [one.text] : []));
	const answers = step.solution.some((one) => one.do === 'answer');
	const known = typed.length > 0 && !answers && typed.every((one) => offered.has(one));
	return [
		...rungs,
		{ kind: 'solution', cost: known ? 0 : hint, known },
		{ kind: 'type', cost: solved },
		{ kind: 'solve', cost: solved },
	];
}

/** Points of 100 that are left of a step; never below zero. */
export function pointsOf({ score }: Pick<Lesson, 'score'>, record: StepRecord | undefined): number {
	if (!record?.done) return 0;
	const lost = (record.hints ?? 0) * score.hint + (record.solved ? score.solved : 0);
	return Math.max(0, 100 - lost);
}

/** A step counts as much as its checks together. */
export function weightOf(step: Step): number {
	return step.checks.reduce((sum, check) => sum + check.weight, 0);
}

/** The score over these steps, or over all that are not optional. */
export function scoreOf(
	lesson: Pick<Lesson, 'score' | 'steps'>,
	record: LessonRecord,
	only?: readonly string[],
): LessonScore {
	const steps = lesson.steps.filter((step) => (only ? only.includes(step.id) : !step.optional));
	const whole = steps.reduce((sum, step) => sum + weightOf(step), 0);
	const reached = steps.reduce(
		(sum, step) => sum + weightOf(step) * pointsOf(lesson, record.steps[step.id]),
		0,
	);
	const scaled = whole === 0 ? 0 : reached / whole / 100;
	return { raw: Math.round(scaled * 100), max: 100, scaled: Math.round(scaled * 1000) / 1000 };
}

export const receiptMark = 'drydock:';

/** What a learner hands in: one line that can be read by a program. It can be forged, and says nothing of who it is. */
export function receiptOf(
	lesson: Pick<Lesson, 'id' | 'version' | 'score' | 'steps'>,
	record: LessonRecord,
	atMs: number,
): string {
	const steps = lesson.steps.map(({ id }) => {
		const { done = false, solved = false, hints = 0, secs = 0 } = record.steps[id] ?? {};
		return [id, Number(done), Number(solved), hints, Math.round(secs)];
	});
	const { raw } = scoreOf(lesson, record);
	const json = JSON.stringify({
		l: lesson.id,
		v: lesson.version,
		p: raw,
		at: new Date(atMs).toISOString(),
		s: steps,
	});
	return `${receiptMark}${btoa(json)}`;
}

/** A receipt as it is read. */
export interface Receipt {
	lesson: string;
	version: number;
	/** Points of 100. */
	points: number;
	/** Milliseconds since 1970. */
	at: number;
	/** The steps that were offered. */
	steps: { id: string; done: boolean; solved: boolean; hints: number; secs: number }[];
}

/** Why a text is no receipt: it is too long, it was cut or changed on its way, or it says what no receipt does. */
export type ReceiptFault = 'long' | 'code' | 'content';

/** Far above any lesson. */
const receiptLimits = { characters: 16_384, steps: 100 };

const isId = (value: unknown): value is string =>
	typeof value === 'string' && /^[a-z0-9-]{1,64}$/.test(value);
const isCount = (value: unknown, most: number): value is number =>
	typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= most;

function stepOf(value: unknown): Receipt['steps'][number] | undefined {
	if (!Array.isArray(value) || value.length !== 5) return undefined;
	const [id, done, solved, hints, secs] = value as unknown[];
	if (!isId(id) || !isCount(done, 1) || !isCount(solved, 1)) return undefined;
	if (!isCount(hints, 1000) || !isCount(secs, 1e9)) return undefined;
	return { id, done: done === 1, solved: solved === 1, hints, secs };
}

function timeOf(value: unknown): number | undefined {
	const at = typeof value === 'string' ? Date.parse(value) : NaN;
	return Number.isNaN(at) || new Date(at).toISOString() !== value ? undefined : at;
}

function contentOf(json: unknown): Receipt | undefined {
	if (typeof json !== 'object' || json === null) return undefined;
	const { l, v, p, at: written, s, ...more } = json as Record<string, unknown>;
	const at = timeOf(written);
	if (!isId(l) || !isCount(v, 1e6) || !isCount(p, 100) || at === undefined) return undefined;
	if (!Array.isArray(s) || s.length > receiptLimits.steps || Object.keys(more).length > 0)
		return undefined;
	const steps = s.flatMap((one) => stepOf(one) ?? []);
	const ids = new Set(steps.map(({ id }) => id));
	if (steps.length !== s.length || ids.size !== s.length) return undefined;
	return { lesson: l, version: v, points: p, at, steps };
}

/** Reads what {@link receiptOf} wrote, and nothing else. Of which lesson and version, it leaves to the reader. */
export function readReceipt(text: string): Receipt | ReceiptFault {
	if (text.length > receiptLimits.characters) return 'long';
	const code = text.startsWith(receiptMark) ? text.slice(receiptMark.length) : '';
	if (!/^[A-Za-z0-9+/]+={0,2}$/.test(code)) return 'code';
	try {
		return contentOf(JSON.parse(atob(code))) ?? 'content';
	} catch {
		return 'code';
	}
}
