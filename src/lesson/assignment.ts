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
	/** "Until Friday, 18:00": words, since nothing is locked. */
	due: string;
}

/** `base64url` of UTF-8. */
function pack(text: string): string {
	const bytes = new TextEncoder().encode(text);
	const binary = Array.from(bytes, (byte) => String.fromCharCode(byte)).join('');
	return btoa(binary).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
}

function unpack(code: string): string {
	const binary = atob(code.replaceAll('-', '+').replaceAll('_', '/'));
	return new TextDecoder('utf-8', { fatal: true }).decode(
		Uint8Array.from(binary, (character) => character.charCodeAt(0)),
	);
}

/** Short, since it is passed on by hand: lessons, language, solutions, seed and due text, one after the other. */
export function encodeAssignment({
	lessons,
	locale,
	hideSolutions,
	seed,
	due,
}: Assignment): string {
	const range = ({ from, to }: Assignment['lessons'][number]) =>
		from === undefined ? '' : `:${from}${to === undefined ? '' : `..${to}`}`;
	const list = lessons.map((one) => `${one.id}${range(one)}`).join(',');
	return pack(['1', list, locale ?? '', hideSolutions ? 'h' : '', seed, due].join('\n'));
}

/** Undefined for what is damaged or from another time. */
export function decodeAssignment(code: string): Assignment | undefined {
	try {
		const [version, list = '', tag, hide, seed = '', ...due] = unpack(code).split('\n');
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
			hideSolutions: hide === 'h',
			seed,
			due: due.join('\n'),
		};
	} catch {
		return undefined;
	}
}
