import {
	LineCounter,
	isMap,
	isScalar,
	isSeq,
	parseDocument,
	type Node as YamlNode,
	type YAMLMap,
} from 'yaml';
import type { Locale, Scalar } from './lesson.ts';
import { locales } from './lesson.ts';
import { boundedYaml, isDeepYaml, yamlFault } from '../util/yaml.ts';
import { LessonError } from './lesson-error.ts';
import { isLinear } from './linear-match.ts';

const slugPattern = /^[a-z0-9]+(-[a-z0-9]+)*$/;

interface Source {
	file: string;
	lines: LineCounter;
	/** Patterns have to be matched in linear time. */
	harmless: boolean;
}

/** One value of a YAML file that knows its line, so that every complaint can be jumped to. */
export class YamlReader {
	readonly #source: Source;
	readonly #node: YamlNode | null;
	readonly #at: number;

	private constructor(source: Source, node: YamlNode | null, at: number) {
		this.#source = source;
		this.#node = node;
		this.#at = node?.range?.[0] ?? at;
	}

	/** Reads a whole file; syntax errors and repeated keys become {@link LessonError}s. */
	static parse(file: string, text: string, harmless = false): YamlReader {
		if (isDeepYaml(text)) throw new LessonError(file, 1, 'nested too deeply');
		const lines = new LineCounter();
		const document = parseDocument(text, { ...boundedYaml, lineCounter: lines });
		const fault = yamlFault(document);
		if (fault) throw new LessonError(file, lines.linePos(fault.at).line, fault.message);
		return new YamlReader({ file, lines, harmless }, document.contents, 0);
	}

	get line(): number {
		return Math.max(1, this.#source.lines.linePos(this.#at).line);
	}

	fail(reason: string): never {
		throw new LessonError(this.#source.file, this.line, reason);
	}

	get missing(): boolean {
		return this.#node === null || (isScalar(this.#node) && this.#node.value === null);
	}

	get isScalar(): boolean {
		return isScalar(this.#node);
	}

	#map(): YAMLMap {
		return isMap(this.#node) ? this.#node : this.fail('expected a mapping');
	}

	/** The keys of a mapping; anything not in `allowed` is an error that lists what may stand here. */
	keys(allowed?: readonly string[]): string[] {
		const keys = this.#map().items.map((pair) => {
			const key = pair.key as YamlNode;
			const name = isScalar(key) ? String(key.value) : '';
			if (allowed && !allowed.includes(name))
				this.#child(key).fail(`unknown key "${name}"; known here: ${allowed.join(', ')}`);
			return name;
		});
		return keys;
	}

	has(key: string): boolean {
		return this.#map().has(key);
	}

	get(key: string): YamlReader {
		return this.#child((this.#map().get(key, true) as YamlNode | undefined) ?? null);
	}

	/** The value of a key that has to be there. */
	need(key: string): YamlReader {
		const value = this.get(key);
		return value.missing ? this.fail(`"${key}" is missing`) : value;
	}

	items(): YamlReader[] {
		if (this.missing) return [];
		if (!isSeq(this.#node)) return this.fail('expected a list');
		return this.#node.items.map((item) => this.#child(item as YamlNode));
	}

	scalar(): Scalar {
		const value: unknown = isScalar(this.#node) ? this.#node.value : undefined;
		if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean')
			return value;
		return this.fail('expected a text, a number, true or false');
	}

	string(): string {
		const value = this.scalar();
		return typeof value === 'string' ? value : this.fail('expected a text (put it in quotes)');
	}

	number(): number {
		const value = this.scalar();
		return typeof value === 'number' ? value : this.fail('expected a number');
	}

	boolean(): boolean {
		const value = this.scalar();
		return typeof value === 'boolean' ? value : this.fail('expected true or false');
	}

	slug(): string {
		const value = this.string();
		return slugPattern.test(value)
			? value
			: this.fail(`"${value}" is not a slug (a-z, 0-9 and single dashes)`);
	}

	/** A regular expression, kept as text; one that does not compile is an error here and not in a lesson. */
	pattern(): string {
		const value = this.string();
		// A variable stands for some text.
		const filled = value.replace(/%\{[a-z][a-z0-9-]*\}/g, 'x');
		try {
			new RegExp(filled, 'u');
		} catch (error) {
			return this.fail(`not a regular expression: ${(error as Error).message}`);
		}
		if (this.#source.harmless && !isLinear(filled))
			this.fail(
				'this pattern could keep the page busy: no look-around, no back-reference, no large repetition',
			);
		return value;
	}

	oneOf<T extends string>(values: readonly T[]): T {
		const value = this.string();
		const found = values.find((candidate) => candidate === value);
		return found ?? this.fail(`"${value}" is not one of ${values.join(', ')}`);
	}

	/** `{ zh-CN: …, en: … }`; both have to be there. */
	localized(): Record<Locale, string> {
		this.keys(locales);
		return { 'zh-CN': this.need('zh-CN').string(), en: this.need('en').string() };
	}

	#child(node: YamlNode | null): YamlReader {
		return new YamlReader(this.#source, node, this.#at);
	}
}
