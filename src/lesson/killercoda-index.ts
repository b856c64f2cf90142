import { LessonError } from './lesson-error.ts';

export interface Part {
	title?: string;
	text?: string;
	verify?: string;
	background?: string;
	foreground?: string;
	/** The same two by their older names. */
	courseData?: string;
	code?: string;
}

export interface Asset {
	/** Below `assets/`; may be a pattern. */
	file: string;
	/** A folder of the machine. */
	target: string;
	chmod?: string;
}

/** What of a scenario's `index.json` has a counterpart. */
export interface Index {
	title?: string;
	description?: string;
	difficulty?: string;
	time?: string;
	intro: Part;
	finish: Part;
	steps: Part[];
	/** By the machine they are laid on. */
	assets: [host: string, assets: Asset[]][];
	image: string;
}

const file = 'index.json';
const partKeys = [
	'title',
	'text',
	'verify',
	'background',
	'foreground',
	'courseData',
	'code',
] as const;

function fail(reason: string): never {
	throw new LessonError(file, 1, reason);
}

/** One value of the file, and where it stands. */
class Reader {
	readonly #value: unknown;
	readonly #where: string;

	constructor(value: unknown, where: string) {
		this.#value = value;
		this.#where = where;
	}
	get missing(): boolean {
		return this.#value === undefined || this.#value === null;
	}
	entries(): [string, Reader][] {
		if (this.missing) return [];
		if (typeof this.#value !== 'object' || Array.isArray(this.#value))
			return fail(`${this.#where}: expected an object`);
		return Object.entries(this.#value as object).map(([key, value]) => [
			key,
			new Reader(value, `${this.#where}.${key}`),
		]);
	}
	get(key: string): Reader {
		const found = this.entries().find(([name]) => name === key)?.[1];
		return found ?? new Reader(undefined, `${this.#where}.${key}`);
	}
	items(): Reader[] {
		if (this.missing) return [];
		if (!Array.isArray(this.#value)) return fail(`${this.#where}: expected a list`);
		return this.#value.map((item, at) => new Reader(item, `${this.#where}[${at}]`));
	}
	/** A number stands for its digits. */
	text(): string {
		if (typeof this.#value === 'number') return String(this.#value);
		return typeof this.#value === 'string' ? this.#value : fail(`${this.#where}: expected a text`);
	}
	/** Those of its keys that are there. */
	texts<K extends string>(keys: readonly K[]): { [Key in K]?: string } {
		const found = keys.flatMap((key): [K, string][] => {
			const value = this.get(key);
			return value.missing ? [] : [[key, value.text()]];
		});
		return Object.fromEntries(found) as { [Key in K]?: string };
	}
}

function asset(value: Reader): Asset {
	return {
		file: value.get('file').text(),
		target: value.get('target').text(),
		...value.texts(['chmod']),
	};
}

/** Reads `index.json`. Throws {@link LessonError} for one that cannot be read. */
export function readIndex(text: string | undefined): Index {
	if (text === undefined) return fail('a scenario has an index.json');
	let value: unknown;
	try {
		value = JSON.parse(text);
	} catch (error) {
		return fail(`is no JSON: ${(error as Error).message}`);
	}
	const root = new Reader(value, 'scenario');
	const details = root.get('details');
	return {
		...root.texts(['title', 'description', 'difficulty', 'time']),
		intro: details.get('intro').texts(partKeys),
		finish: details.get('finish').texts(partKeys),
		steps: details
			.get('steps')
			.items()
			.map((step) => step.texts(partKeys)),
		assets: details
			.get('assets')
			.entries()
			.map(([host, list]) => [host, list.items().map(asset)]),
		image: root.get('backend').texts(['imageid']).imageid ?? '',
	};
}
