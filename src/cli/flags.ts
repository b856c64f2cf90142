import { parseGoDuration } from './duration.ts';

export type FlagType = 'bool' | 'string' | 'int' | 'duration' | 'strings' | 'array';

/** One flag of a command, in the terms of Go's pflag. */
export interface Flag {
	name: string;
	short?: string;
	/** `strings` splits at commas, `array` does not; both may be repeated. */
	type: FlagType;
	/** What the flag holds when it was not given. */
	value?: string;
	/** What `--flag` without `=value` means, for a flag that may stand alone (pflag's NoOptDefVal). */
	bare?: string;
	usage: string;
	/** Whether the help leaves it out. */
	hidden?: boolean;
	/** What is said to somebody who still uses it. */
	deprecated?: string;
}

/** A command line that the flags do not allow; the message is pflag's. */
export class FlagError extends Error {
	override readonly name = 'FlagError';
}

/** The values of one parsed command line. */
export class ParsedFlags {
	readonly args: string[] = [];
	/** How many positional arguments came before `--`; -1 when there was none. */
	dash = -1;
	readonly #flags: Map<string, Flag>;
	readonly #values = new Map<string, string[]>();

	constructor(flags: Map<string, Flag>) {
		this.#flags = flags;
	}

	/** Records one occurrence; the value is checked against the flag's type. */
	add(flag: Flag, value: string): void {
		checkValue(flag, value);
		const before = this.#values.get(flag.name);
		if (before) before.push(value);
		else this.#values.set(flag.name, [value]);
	}

	/** Whether the flag was on the command line. */
	has(name: string): boolean {
		return this.#values.has(name);
	}

	/** The flags of the command line with their values, by name. */
	given(): [string, string][] {
		const list = [...this.#values].map(([name, values]): [string, string] => [
			name,
			values.length > 1 ? `[${values.join(',')}]` : (values[0] ?? ''),
		]);
		return list.sort(([a], [b]) => (a < b ? -1 : 1));
	}

	text(name: string): string {
		return this.#values.get(name)?.at(-1) ?? this.#flags.get(name)?.value ?? '';
	}

	bool(name: string): boolean {
		return truthy.has(this.text(name));
	}

	int(name: string): number {
		return Number(this.text(name) || '0');
	}

	/** In milliseconds. */
	duration(name: string): number {
		const text = this.text(name);
		return text === '' ? 0 : parseGoDuration(text);
	}

	list(name: string): string[] {
		const flag = this.#flags.get(name);
		const given = this.#values.get(name) ?? (flag?.value ? [flag.value] : []);
		return flag?.type === 'strings' ? given.flatMap(splitCsv) : given;
	}
}

const truthy = new Set(['1', 't', 'T', 'TRUE', 'true', 'True']);
const falsy = new Set(['0', 'f', 'F', 'FALSE', 'false', 'False']);

/** Splits at commas outside double quotes, as pflag's string slices do. */
function splitCsv(text: string): string[] {
	if (text === '') return [];
	// A quote that nothing closes is a character like others.
	const alone = text.split('"').length % 2 === 0 ? text.lastIndexOf('"') : -1;
	const parts: string[] = [];
	let [start, quoted] = [0, false];
	for (let at = 0; at < text.length; at++) {
		if (text[at] === '"' && at !== alone) quoted = !quoted;
		if (text[at] !== ',' || quoted) continue;
		parts.push(text.slice(start, at));
		start = at + 1;
	}
	return [...parts, text.slice(start)].map((part) =>
		part.startsWith('"') && part.endsWith('"') ? part.slice(1, -1).replaceAll('""', '"') : part,
	);
}

function flagLabel(flag: Flag): string {
	return flag.short ? `-${flag.short}, --${flag.name}` : `--${flag.name}`;
}

function invalid(flag: Flag, value: string, why: string): FlagError {
	return new FlagError(`invalid argument "${value}" for "${flagLabel(flag)}" flag: ${why}`);
}

function checkValue(flag: Flag, value: string): void {
	if (flag.type === 'bool' && !truthy.has(value) && !falsy.has(value))
		throw invalid(flag, value, `strconv.ParseBool: parsing "${value}": invalid syntax`);
	if (flag.type === 'int' && !/^[-+]?\d+$/.test(value))
		throw invalid(flag, value, `strconv.ParseInt: parsing "${value}": invalid syntax`);
	if (flag.type !== 'duration') return;
	try {
		parseGoDuration(value);
	} catch (error) {
		throw invalid(flag, value, error instanceof Error ? error.message : String(error));
	}
}

export interface ParseOptions {
	/** Whether flags may follow positional arguments (pflag's default). */
	interspersed?: boolean;
}

/** Parses a command line as Go's pflag does. */
export function parseFlags(flags: Flag[], args: string[], options?: ParseOptions): ParsedFlags {
	const byName = new Map(flags.map((flag) => [flag.name, flag]));
	const byShort = new Map(flags.flatMap((flag) => (flag.short ? [[flag.short, flag]] : [])));
	const parsed = new ParsedFlags(byName);
	const rest = [...args];
	for (let arg = rest.shift(); arg !== undefined; arg = rest.shift()) {
		if (arg === '--') {
			parsed.dash = parsed.args.length;
			parsed.args.push(...rest);
			break;
		}
		if (arg.startsWith('--')) longFlag(arg, byName, parsed, rest);
		else if (arg.startsWith('-') && arg !== '-') shortFlags(arg, byShort, parsed, rest);
		else {
			parsed.args.push(arg);
			if (options?.interspersed !== false) continue;
			parsed.args.push(...rest);
			break;
		}
	}
	return parsed;
}

function longFlag(arg: string, flags: Map<string, Flag>, into: ParsedFlags, rest: string[]): void {
	const equals = arg.indexOf('=');
	const name = arg.slice(2, equals < 0 ? undefined : equals);
	if (name === '' || name.startsWith('-')) throw new FlagError(`bad flag syntax: ${arg}`);
	const flag = flags.get(name);
	if (!flag) throw new FlagError(`unknown flag: --${name}`);
	if (equals >= 0) return into.add(flag, arg.slice(equals + 1));
	const value = bareValue(flag) ?? rest.shift();
	if (value === undefined) throw new FlagError(`flag needs an argument: --${name}`);
	into.add(flag, value);
}

function bareValue(flag: Flag): string | undefined {
	return flag.bare ?? (flag.type === 'bool' ? 'true' : undefined);
}

function shortFlags(
	arg: string,
	flags: Map<string, Flag>,
	into: ParsedFlags,
	rest: string[],
): void {
	for (let letters = arg.slice(1); letters !== '';) {
		const letter = letters.charAt(0);
		const flag = flags.get(letter);
		if (!flag) throw new FlagError(`unknown shorthand flag: '${letter}' in -${letters}`);
		letters = letters.slice(1);
		if (letters.startsWith('=')) return into.add(flag, letters.slice(1));
		const bare = bareValue(flag);
		if (bare !== undefined) {
			into.add(flag, bare);
			continue;
		}
		const value = letters === '' ? rest.shift() : letters;
		if (value === undefined) throw new FlagError(`flag needs an argument: '${letter}' in ${arg}`);
		return into.add(flag, value);
	}
}
