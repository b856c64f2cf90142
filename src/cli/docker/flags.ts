import { CliError, FlagError } from './errors.ts';

type FlagKind =
	| 'bool'
	| 'string'
	| 'list'
	| 'int'
	| 'bytes'
	| 'decimal'
	| 'filter'
	| 'network'
	| 'mount'
	| 'duration';

export interface FlagSpec {
	name: string;
	short?: string;
	kind: FlagKind;
	usage: string;
	/** Shown in the help; also the value when the flag is not given. */
	fallback?: string;
	/** Accepted but not shown. */
	hidden?: boolean;
	/** What is said to somebody who still uses it. */
	deprecated?: string;
	/** The same of its one letter. */
	deprecatedShort?: string;
	/** What is wrong with a value, beside what its kind asks for. */
	check?: (value: string) => string | undefined;
	/** Docker's flag that does nothing here: only these values, which ask for nothing, are taken. */
	offered?: readonly string[];
}

/** Flags as they were given. */
export class FlagValues {
	readonly #specs: Map<string, FlagSpec>;
	readonly #values = new Map<string, string[]>();
	/** What is to be said of deprecated flags, each once. */
	readonly notices = new Set<string>();

	constructor(specs: readonly FlagSpec[]) {
		this.#specs = new Map(specs.map((spec) => [spec.name, spec]));
	}
	has(name: string): boolean {
		return this.#values.has(name);
	}
	bool(name: string): boolean {
		return this.string(name) === 'true';
	}
	string(name: string): string {
		return this.#values.get(name)?.at(-1) ?? this.#specs.get(name)?.fallback ?? '';
	}
	optional(name: string): string | undefined {
		return this.#values.get(name)?.at(-1);
	}
	int(name: string): number {
		return Number(this.string(name) || 0);
	}
	list(name: string): string[] {
		return this.#values.get(name) ?? [];
	}
	set(spec: FlagSpec, value: string): void {
		const problem = check(spec, value);
		if (problem)
			throw new FlagError(`invalid argument "${value}" for "${shown(spec)}" flag: ${problem}`);
		if (spec.offered && !spec.offered.includes(value)) throw refusal(spec, value);
		if (spec.deprecated)
			this.notices.add(`Flag --${spec.name} has been deprecated, ${spec.deprecated}`);
		const plain = spec.kind === 'bool' ? String(truth.has(value)) : value;
		this.#values.set(spec.name, [...(this.#values.get(spec.name) ?? []), plain]);
	}
}

function refusal({ name, kind, offered = [] }: FlagSpec, value: string): CliError {
	const what = offered.length > 0 && kind !== 'bool' ? `--${name}=${value}` : `--${name}`;
	return new CliError(`docker: the flag '${what}' is not offered by this engine`, 125);
}

/**
 * Docker's flags that this engine has no use for, known so that they are not called unknown: `name` with a value,
 * `name!` without one, `name/n` with a letter, `name=a|b` where these values ask for nothing.
 */
export function notOffered(names: string): FlagSpec[] {
	return names.split(/\s+/).map((text) => {
		const [head = '', values] = text.split('=');
		const isBool = head.endsWith('!');
		const [name = '', short] = (isBool ? head.slice(0, -1) : head).split('/');
		return {
			name,
			...(short ? { short } : {}),
			kind: isBool ? 'bool' : 'string',
			usage: '',
			hidden: true,
			offered: isBool ? ['false'] : (values?.split('|') ?? []),
		};
	});
}

const truth = new Set(['1', 't', 'T', 'true', 'TRUE', 'True']);
const falsehood = new Set(['0', 'f', 'F', 'false', 'FALSE', 'False']);

function check(spec: FlagSpec, value: string): string | undefined {
	if (spec.kind === 'bool' && !truth.has(value) && !falsehood.has(value))
		return `strconv.ParseBool: parsing "${value}": invalid syntax`;
	if (spec.kind === 'int' && !/^[+-]?\d+$/.test(value))
		return `strconv.ParseInt: parsing "${value}": invalid syntax`;
	if (spec.kind === 'bytes' && parseBytes(value) === undefined) return bytesProblem(value);
	if (spec.kind === 'decimal' && !/^(\d+(\.\d*)?|\.\d+)$/.test(value))
		return `failed to parse ${value} as a rational number`;
	if (spec.kind === 'filter' && !value.includes('='))
		return 'bad format of filter (expected name=value)';
	return spec.check?.(value);
}

function shown(spec: FlagSpec): string {
	return spec.short ? `-${spec.short}, --${spec.name}` : `--${spec.name}`;
}

const units: Record<string, number> = { '': 0, b: 0, k: 1, m: 2, g: 3, t: 4 };

/** `15m`, `1.5g`, `512` in bytes. After docker/go-units: RAMInBytes. */
export function parseBytes(text: string): number | undefined {
	if (text === '-1') return -1;
	const match = /^(\d+(?:\.\d+)?) ?([bkmgt]?)(?:i?b)?$/i.exec(text);
	const power = units[(match?.[2] ?? '').toLowerCase()];
	return match && power !== undefined ? Math.floor(Number(match[1]) * 1024 ** power) : undefined;
}

/** After docker/go-units: parseSize. */
function bytesProblem(value: string): string {
	const [suffix = ''] = /[^\d. ]{0,16}$/.exec(value) ?? [];
	return /\d/.test(value) && suffix !== ''
		? `invalid suffix: '${suffix}'`
		: `invalid size: '${value}'`;
}

/** Splits a command line into flags and arguments as pflag does. */
export function parseFlags(
	argv: readonly string[],
	specs: readonly FlagSpec[],
	interspersed: boolean,
): { flags: FlagValues; args: string[] } {
	const parser = new Parser(specs, argv);
	parser.run(interspersed);
	return { flags: parser.flags, args: parser.args };
}

class Parser {
	readonly flags: FlagValues;
	readonly args: string[] = [];
	readonly #specs: readonly FlagSpec[];
	readonly #rest: string[];

	constructor(specs: readonly FlagSpec[], argv: readonly string[]) {
		this.#specs = specs;
		this.#rest = [...argv];
		this.flags = new FlagValues(specs);
	}
	run(interspersed: boolean): void {
		for (let word = this.#rest.shift(); word !== undefined; word = this.#rest.shift()) {
			if (word === '--') break;
			if (word.startsWith('--')) this.#long(word.slice(2));
			else if (word.startsWith('-') && word !== '-') this.#short(word);
			else {
				this.args.push(word);
				if (!interspersed) break;
			}
		}
		this.args.push(...this.#rest);
	}
	#long(body: string): void {
		const equals = body.indexOf('=');
		const name = equals < 0 ? body : body.slice(0, equals);
		const spec = this.#specs.find((candidate) => candidate.name === name);
		if (!spec) throw new FlagError(`unknown flag: --${name}`);
		if (equals >= 0) return this.flags.set(spec, body.slice(equals + 1));
		if (spec.kind === 'bool') return this.flags.set(spec, 'true');
		const value = this.#rest.shift();
		if (value === undefined) throw new FlagError(`flag needs an argument: --${name}`);
		this.flags.set(spec, value);
	}
	#short(word: string): void {
		for (let at = 1; at < word.length; at++) {
			const letter = word[at] ?? '';
			const spec = this.#specs.find((candidate) => candidate.short === letter);
			if (!spec) throw new FlagError(`unknown shorthand flag: '${letter}' in ${word}`);
			if (spec.deprecatedShort)
				this.flags.notices.add(
					`Flag shorthand -${letter} has been deprecated, ${spec.deprecatedShort}`,
				);
			const rest = word.slice(at + 1);
			if (rest.startsWith('=')) return this.flags.set(spec, rest.slice(1));
			if (spec.kind === 'bool') {
				this.flags.set(spec, 'true');
				continue;
			}
			const value = rest === '' ? this.#rest.shift() : rest;
			if (value === undefined)
				throw new FlagError(`flag needs an argument: '${letter}' in ${word}`);
			return this.flags.set(spec, value);
		}
	}
}
