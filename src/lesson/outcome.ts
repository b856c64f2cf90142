import type { Amount } from './lesson.ts';

/** What cannot be written as a value; the page has words for it in both languages. */
type Term =
	| 'absent'
	| 'present'
	| 'no-answer'
	| 'not-yet'
	| 'out-of-reach'
	| 'not-typed'
	| 'running'
	| 'wrong-answer'
	| 'right-answer'
	| 'happened'
	| 'untouched';

export type Said = string | { term: Term };

/** One line of "Why not yet?". */
export interface Finding {
	subject: string;
	wanted: Said;
	seen: Said;
}

/** `unknown` when the thing could not be looked at; it is never shown as wrong. */
export type Verdict = 'true' | 'false' | 'unknown';

export interface Outcome {
	verdict: Verdict;
	/** What is missing; empty when it holds. */
	findings: Finding[];
}

export const yes: Outcome = { verdict: 'true', findings: [] };

export function outcome(holds: boolean, finding: Finding): Outcome {
	return holds ? yes : { verdict: 'false', findings: [finding] };
}

export function unknown(subject: string): Outcome {
	const finding: Finding = { subject, wanted: '', seen: { term: 'out-of-reach' } };
	return { verdict: 'unknown', findings: [finding] };
}

export function within(amount: Amount, value: number): boolean {
	const { eq = value, gte = value, lte = value } = amount;
	return value === eq && value >= gte && value <= lte;
}

/** `= 3`, `≥ 2 ≤ 4` */
export function showAmount({ eq, gte, lte }: Amount): string {
	const parts = [
		eq === undefined ? '' : `= ${eq}`,
		gte === undefined ? '' : `≥ ${gte}`,
		lte === undefined ? '' : `≤ ${lte}`,
	];
	return parts.filter((part) => part !== '').join(' ');
}

/** All hold; one that cannot be seen makes the whole unknown only when nothing is false. */
export function every(outcomes: readonly Outcome[]): Outcome {
	const findings = outcomes.flatMap((one) => one.findings);
	if (outcomes.some((one) => one.verdict === 'false')) return { verdict: 'false', findings };
	if (outcomes.some((one) => one.verdict === 'unknown')) return { verdict: 'unknown', findings };
	return yes;
}

export function some(outcomes: readonly Outcome[]): Outcome {
	if (outcomes.some((one) => one.verdict === 'true')) return yes;
	const findings = outcomes.flatMap((one) => one.findings);
	const blind = outcomes.some((one) => one.verdict === 'unknown');
	return { verdict: blind ? 'unknown' : 'false', findings };
}

export function negate(one: Outcome, subject: string): Outcome {
	if (one.verdict === 'unknown') return one;
	const holds = one.verdict === 'false';
	return outcome(holds, { subject, wanted: { term: 'absent' }, seen: { term: 'present' } });
}
