import { CliError } from './errors.ts';
import type { FlagValues } from './flags.ts';
import { parseTime } from './human.ts';

/** Whether a text is what a filter asks for. */
type Matcher = (text: string) => boolean;

/** What `--filter` asks for. After api/types/filters/parse.go: Args. */
export class Filters {
	readonly #values = new Map<string, string[]>();

	constructor(entries: readonly string[]) {
		for (const entry of entries) {
			const at = entry.indexOf('=');
			const key = entry.slice(0, at).trim().toLowerCase();
			this.#values.set(key, [...this.get(key), entry.slice(at + 1).trim()]);
		}
	}
	/** Reads `--filter`; ends the command for a key that the engine does not know. */
	static read(flags: FlagValues, accepted: string): Filters {
		const filters = new Filters(flags.list('filter'));
		const known = accepted.split(' ');
		for (const key of filters.#values.keys()) if (!known.includes(key)) throw invalid(key);
		return filters;
	}
	get(key: string): string[] {
		return this.#values.get(key) ?? [];
	}
	has(key: string): boolean {
		return this.#values.has(key);
	}
	/** True without such a filter, or when one of its values fits. */
	some(key: string, fits: (value: string) => boolean): boolean {
		return !this.has(key) || this.get(key).some(fits);
	}
	/** Values are regular expressions of Go's. */
	async matcher(key: string): Promise<Matcher> {
		if (!this.has(key)) return () => true;
		const matchers = await Promise.all(this.get(key).map(nameMatcher));
		return (text) => matchers.some((matches) => matches(text));
	}
	/** Each `label` has to be there, and no `label!`. */
	fitsLabels(labels: Readonly<Record<string, string>> | undefined): boolean {
		const has = (wanted: string) => hasLabel(labels ?? {}, wanted);
		return this.get('label').every(has) && !this.get('label!').some(has);
	}
	/** The one yes or no of a filter. */
	bool(key: string): boolean | undefined {
		const [value] = this.get(key);
		if (value === undefined) return undefined;
		if (['1', 't', 'true', 'True', 'TRUE', 'T'].includes(value)) return true;
		if (['0', 'f', 'false', 'False', 'FALSE', 'F'].includes(value)) return false;
		throw invalid(key, value);
	}
	/** `until`: the time before which something was made. */
	until(now: number): number {
		const [text] = this.get('until');
		if (text === undefined) return Infinity;
		const time = parseTime(text, now);
		if (time !== undefined) return time;
		throw new CliError(
			`Error response from daemon: failed to parse value as time or duration: "${text}"`,
		);
	}
}

/** What the daemon says of a filter. */
export function invalid(key: string, value?: string, why?: string): CliError {
	const what = value === undefined ? key : `${key}=${value}`;
	return new CliError(
		`Error response from daemon: invalid filter '${what}'${why ? `: ${why}` : ''}`,
	);
}

function hasLabel(labels: Readonly<Record<string, string>>, wanted: string): boolean {
	const at = wanted.indexOf('=');
	const key = at < 0 ? wanted : wanted.slice(0, at);
	return Object.hasOwn(labels, key) && (at < 0 || labels[key] === wanted.slice(at + 1));
}

/** Names are looked for as they are; only what has signs of its own needs a matcher, and that is a linear one. */
export async function nameMatcher(value: string): Promise<Matcher> {
	const start = value.startsWith('^');
	const end = value.endsWith('$');
	const name = value.slice(start ? 1 : 0, end ? -1 : undefined);
	if (!/[^\w/-]/.test(name)) {
		if (start && end) return (text) => text === name;
		if (start) return (text) => text.startsWith(name);
		return end ? (text) => text.endsWith(name) : (text) => text.includes(name);
	}
	const { RE2JS } = await import('re2js');
	try {
		const compiled = RE2JS.compile(value);
		return (text) => text === value || compiled.matcher(text).find();
	} catch {
		return (text) => text === value;
	}
}

/** Whether a pattern with `*`, `?` and `[…]` is the whole of a text. After path/match.go: `*` stops at a slash. */
export function globMatches(pattern: string, text: string): boolean {
	let [at, from] = [0, 0];
	let star: { pattern: number; text: number } | undefined;
	while (from < text.length || at < pattern.length) {
		if (pattern[at] === '*') {
			star = { pattern: ++at, text: from };
			continue;
		}
		const next = oneMatches(pattern, at, text[from]);
		if (next !== undefined) {
			[at, from] = [next, from + 1];
			continue;
		}
		if (!star || star.text >= text.length || text[star.text] === '/') return false;
		[at, from] = [star.pattern, ++star.text];
	}
	return true;
}

/** Where the pattern goes on after one character of the text, if that fits. */
function oneMatches(
	pattern: string,
	at: number,
	character: string | undefined,
): number | undefined {
	const sign = pattern[at];
	if (sign === undefined || character === undefined) return undefined;
	if (sign === '?') return character === '/' ? undefined : at + 1;
	if (sign === '[') return classMatches(pattern, at, character);
	if (sign === '\\') return pattern[at + 1] === character ? at + 2 : undefined;
	return sign === character ? at + 1 : undefined;
}

function classMatches(pattern: string, at: number, character: string): number | undefined {
	const end = pattern.indexOf(']', at + 2);
	if (end < 0) return undefined;
	const body = pattern.slice(at + 1, end);
	const negated = body.startsWith('^');
	let found = false;
	for (let i = negated ? 1 : 0; i < body.length; i++) {
		const low = body[i] ?? '';
		const high = body[i + 1] === '-' && i + 2 < body.length ? (body[i + 2] ?? low) : low;
		if (high !== low) i += 2;
		found ||= low <= character && character <= high;
	}
	return found !== negated ? end + 1 : undefined;
}
