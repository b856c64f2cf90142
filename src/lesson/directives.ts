import { LessonError } from './lesson-error.ts';

export interface Directive {
	kind: 'directive';
	name: string;
	/** `{check=id}` → `{ check: 'id' }`; `{#id}` → `{ id: 'id' }`. */
	attributes: Record<string, string>;
	line: number;
	/** What stands inside, cut at `+++`. */
	parts: Source[];
}

/** Markdown between directives. */
export interface Source {
	kind: 'source';
	line: number;
	lines: string[];
}

export type Piece = Directive | Source;

const opening = /^:::([a-z]+)(?:\s*\{([^}]*)\})?\s*$/;
const closing = /^:::\s*$/;
const fence = /^\s*(`{3,}|~{3,})/;

/** What opens or closes a code block; a line with more backquotes in it is code in a sentence. */
function fenceMark(line: string): string | undefined {
	const [whole = '', mark] = fence.exec(line) ?? [];
	return mark?.startsWith('`') && line.includes('`', whole.length) ? undefined : mark;
}

function attributesOf(file: string, line: number, text: string): Record<string, string> {
	const result: Record<string, string> = {};
	for (const [whole, id, key, quoted, bare] of text.matchAll(
		/#([\w-]+)|([\w-]+)=(?:"([^"]*)"|([^\s"]+))|\S+/g,
	)) {
		if (id !== undefined) result['id'] = id;
		else if (key !== undefined) result[key] = quoted ?? bare ?? '';
		else throw new LessonError(file, line, `cannot read the attribute "${whole}"`);
	}
	return result;
}

/** Walks lines and says which of them are inside a fenced code block. */
export class Fences {
	#open = '';
	/** What would close the block that the last line was in; empty outside. */
	get open(): string {
		return this.#open;
	}
	/** True when the line belongs to a code block (its fences included). */
	enter(line: string): boolean {
		const mark = fenceMark(line);
		if (this.#open === '') {
			this.#open = mark ?? '';
			return mark !== undefined;
		}
		if (mark?.startsWith(this.#open)) this.#open = '';
		return true;
	}
}

/** What is nested is looked through once for each block around it. */
const deepest = 20;

function endOf(file: string, source: Source, from: number): number {
	const fences = new Fences();
	let depth = 0;
	for (let index = from; index < source.lines.length; index++) {
		const line = source.lines[index] ?? '';
		if (fences.enter(line)) continue;
		if (opening.test(line)) {
			if (++depth > deepest)
				throw new LessonError(file, source.line + index, 'blocks are nested too deeply');
		} else if (closing.test(line) && depth-- === 0) return index;
	}
	throw new LessonError(file, source.line + from - 1, 'this block has no closing ":::"');
}

function cut(lines: string[], line: number): Source[] {
	const fences = new Fences();
	const parts: Source[] = [{ kind: 'source', line, lines: [] }];
	lines.forEach((text, index) => {
		if (!fences.enter(text) && /^\+\+\+\s*$/.test(text))
			parts.push({ kind: 'source', line: line + index + 1, lines: [] });
		else parts.at(-1)?.lines.push(text);
	});
	return parts;
}

/** Separates `:::name{…}` containers from the Markdown around them; containers may be nested. */
export function splitDirectives(file: string, source: Source): Piece[] {
	const pieces: Piece[] = [];
	const fences = new Fences();
	let plain: Source = { kind: 'source', line: source.line, lines: [] };
	for (let index = 0; index < source.lines.length; index++) {
		const text = source.lines[index] ?? '';
		const line = source.line + index;
		const match = fences.enter(text) ? null : opening.exec(text);
		if (!match) {
			if (text.startsWith(':::') && closing.test(text))
				throw new LessonError(file, line, '":::" closes nothing');
			plain.lines.push(text);
			continue;
		}
		const end = endOf(file, source, index + 1);
		if (plain.lines.length > 0) pieces.push(plain);
		pieces.push({
			kind: 'directive',
			name: match[1] ?? '',
			attributes: attributesOf(file, line, match[2] ?? ''),
			line,
			parts: cut(source.lines.slice(index + 1, end), line + 1),
		});
		plain = { kind: 'source', line: source.line + end + 1, lines: [] };
		index = end;
	}
	if (plain.lines.length > 0) pieces.push(plain);
	return pieces;
}
