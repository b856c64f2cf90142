import { fromBase64url, toBase64url } from '../util/base64url.ts';
import type { Locale } from './lesson.ts';
import { locales } from './lesson.ts';

/** What a teacher gives to a class; the whole of it lies in one address. */
export interface Assignment {
	/** Lessons in order; with `from` and `to` only these steps. */
	lessons: { id: string; from?: string; to?: string }[];
	locale?: Locale;
	hideSolutions: boolean;
	/** Everybody with the same text gets the same variant of a lesson. */
	seed: string;
	/** `2026-12-11T18:00`, by the clock on the wall, or empty. It is only said: nothing is locked. */
	until: string;
	/** What else there is to say. */
	due: string;
}

/** Short, since it is passed on by hand: lessons, language, solutions with due time, seed and words, one after the other. */
export function encodeAssignment({
	lessons,
	locale,
	hideSolutions,
	seed,
	until,
	due,
}: Assignment): string {
	const range = ({ from, to }: Assignment['lessons'][number]) =>
		from === undefined ? '' : `:${from}${to === undefined ? '' : `..${to}`}`;
	const list = lessons.map((one) => `${one.id}${range(one)}`).join(',');
	const text = ['1', list, locale ?? '', `${hideSolutions ? 'h' : ''}${until}`, seed, due].join(
		'\n',
	);
	return toBase64url(new TextEncoder().encode(text));
}

/** What no calendar knows is none. */
function timeIn(text: string): string {
	const [time = ''] = /\d{4}-\d\d-\d\dT\d\d:\d\d$/.exec(text) ?? [];
	return Number.isNaN(Date.parse(`${time}Z`)) ? '' : time;
}

/** Undefined for what is damaged or from another time. */
export function decodeAssignment(code: string): Assignment | undefined {
	try {
		const text = new TextDecoder('utf-8', { fatal: true }).decode(fromBase64url(code));
		const [version, list = '', tag, how = '', seed = '', ...due] = text.split('\n');
		if (version !== '1' || list === '') return undefined;
		const lessons = list.split(',').map((one) => {
			const [, id = '', from, to] =
				/^([a-z0-9-]+)(?::([a-z0-9-]+)(?:\.\.([a-z0-9-]+))?)?$/.exec(one) ?? [];
			return { id, ...(from !== undefined && { from }), ...(to !== undefined && { to }) };
		});
		if (lessons.some(({ id }) => id === '')) return undefined;
		const locale = locales.find((one) => one === tag);
		return {
			lessons,
			...(locale && { locale }),
			hideSolutions: how.startsWith('h'),
			seed,
			until: timeIn(how),
			due: due.join('\n'),
		};
	} catch {
		return undefined;
	}
}
