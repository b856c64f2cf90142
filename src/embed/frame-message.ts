import type { FrameEvent, FrameMessage } from '../api/embed.ts';

export type Result = Extract<FrameMessage, { type: 'result' }>;

type Check = (value: unknown) => boolean;
type Fields<E> = { [K in Exclude<keyof E, 'type'>]: Check };

const text: Check = (value) => typeof value === 'string';
const number: Check = (value) => Number.isFinite(value);
const flag: Check = (value) => typeof value === 'boolean';
const texts: Check = (value) => Array.isArray(value) && value.every(text);
const missing: Check = (value) => value === undefined;
const oneOf =
	(...values: string[]): Check =>
	(value) =>
		values.some((one) => one === value);
const score: Check = (value) => {
	const { raw, max, scaled } = recordOf(value);
	return [raw, max, scaled].every(number);
};

function recordOf(value: unknown): Partial<Record<string, unknown>> {
	return typeof value === 'object' && value !== null ? value : {};
}

/** The fields of every event. A frame may hold anybody's page: what listens here trusts the types. */
const fields: { [T in FrameEvent['type']]: Fields<Extract<FrameEvent, { type: T }>> } = {
	welcome: { lesson: text, version: number, steps: texts, locale: text, caps: texts },
	boot: { phase: text, fraction: number, text, bytes: number, total: number },
	status: { state: oneOf('idle', 'booting', 'ready', 'paused', 'error') },
	state: { blob: text },
	resize: { height: number },
	'focus-exit': { direction: oneOf('forward', 'backward') },
	error: { code: text, text, recoverable: flag },
	log: { node: text, text },
	'step-start': { step: text, index: number },
	check: { step: text, check: text, state: oneOf('true', 'false', 'unknown') },
	'hint-used': { step: text, hint: number },
	'step-complete': { step: text, hints: number, solved: flag, seconds: number },
	quiz: { id: text, correct: flag, tries: number },
	progress: { done: number, total: number },
	'lesson-complete': {
		lesson: text,
		version: number,
		score,
		seconds: number,
		solved: number,
		receipt: text,
	},
};

/** An event whose type is known and whose fields are what they should be. */
export function isFrameEvent(data: unknown): data is FrameEvent {
	const message = recordOf(data);
	const { type } = message;
	if (typeof type !== 'string' || !Object.hasOwn(fields, type)) return false;
	const checks = Object.entries<Check>(fields[type as FrameEvent['type']]);
	return checks.every(([name, isGood]) => isGood(message[name]));
}

export function isResult(data: unknown): data is Result {
	const { type, id, value, error } = recordOf(data);
	const isText = (one: unknown) => missing(one) || text(one);
	return type === 'result' && number(id) && isText(value) && isText(error);
}
