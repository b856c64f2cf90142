import type { FieldPath } from './schema.ts';

/** Where the cursor stands in an object, told by indentation: a text that is being written need not parse. */
export interface Place {
	/** Of the map that the line belongs to. */
	parent: FieldPath;
	/** The key before the colon; undefined while it is being written. */
	key: string | undefined;
	/** What has been written of the word under the cursor, and where it begins. */
	word: string;
	from: number;
	/** Keys that the map has on other lines. */
	siblings: string[];
	/** Line on which the object (the YAML document) begins. */
	start: number;
}

interface Line {
	/** Column at which the first key stands; a dash before it counts as indentation. */
	indent: number;
	/** Columns of the dashes before it. */
	dashes: number[];
	key: string | undefined;
	blank: boolean;
}

function readLine(text: string): Line {
	const blank = /^\s*(#.*)?$/.test(text);
	const dashes: number[] = [];
	let indent = 0;
	for (;;) {
		while (text[indent] === ' ') indent++;
		if (text[indent] !== '-' || !/\s/.test(text[indent + 1] ?? ' ')) break;
		dashes.push(indent);
		indent++;
	}
	const key = /^(?:"([^"]*)"\s*|'([^']*)'\s*|([^\s:#"'{[][^:#]*)):(?:\s|$)/.exec(
		text.slice(indent),
	);
	return { indent, dashes, key: key?.[1] ?? key?.[2] ?? key?.[3]?.trimEnd(), blank };
}

/** The number of an item: dashes in the same column above, back to the line that holds the list. */
function itemIndex(lines: readonly Line[], row: number, column: number, start: number): number {
	let index = 0;
	for (let above = row - 1; above >= start; above--) {
		const line = lines[above];
		if (!line || line.blank) continue;
		if (line.dashes.includes(column)) index++;
		else if (Math.min(line.indent, ...line.dashes) < column || line.dashes.length === 0)
			if (line.indent <= column) break;
	}
	return index;
}

function pathTo(lines: readonly Line[], row: number, indent: number, start: number): FieldPath {
	const path: (string | number)[] = [];
	let limit = indent;
	let from = row;
	const own = lines[row]?.dashes.filter((column) => column < limit).toReversed() ?? [];
	for (const column of own) {
		path.unshift(itemIndex(lines, row, column, start));
		limit = column;
	}
	// A list may stand at the column of its key.
	let atKey = own.length > 0;
	for (let above = from - 1; above >= start; above--) {
		const line = lines[above];
		if (!line || line.blank) continue;
		const holds = line.indent < limit || (atKey && line.indent === limit && !line.dashes.length);
		if (line.key !== undefined && holds) {
			path.unshift(line.key);
			limit = line.indent;
			atKey = false;
			from = above;
		}
		for (const column of line.dashes.toReversed()) {
			if (column >= limit) continue;
			path.unshift(itemIndex(lines, above, column, start));
			limit = column;
			atKey = true;
		}
	}
	return path;
}

/** Reads a place off the text before and around an offset. */
export function placeAt(text: string, offset: number): Place {
	const texts = text.split('\n');
	const row = text.slice(0, offset).split('\n').length - 1;
	const lineStart = offset - (text.slice(0, offset).split('\n').at(-1)?.length ?? 0);
	const current = texts[row] ?? '';
	const column = offset - lineStart;
	let start = row;
	while (start > 0 && !/^---(\s|$)/.test(texts[start - 1] ?? '')) start--;
	const lines = texts.map(readLine);
	const line = lines[row] ?? { indent: 0, dashes: [], key: undefined, blank: true };
	// An empty line has no key to measure: the cursor says how deep it is meant.
	const indent = line.blank ? column : line.indent;
	const before = current.slice(0, column);
	const colon = /:\s+([^\s]*)$/.exec(before.slice(Math.min(indent, before.length)));
	const word = colon ? (colon[1] ?? '') : before.slice(Math.min(indent, before.length));
	const parent = pathTo(lines, row, indent, start);
	return {
		parent,
		key: colon ? line.key : undefined,
		word,
		from: offset - word.length,
		siblings: siblingsOf(lines, row, indent, start),
		start,
	};
}

/** Keys of the same map: lines at the same depth with nothing shallower in between. */
function siblingsOf(lines: readonly Line[], row: number, indent: number, start: number): string[] {
	const isItem = (line: Line) => line.dashes.some((column) => column < indent);
	const shallower = (line: Line) => !line.blank && line.indent < indent;
	const keys = (some: readonly Line[]) =>
		some.flatMap((line) => (line.indent === indent && line.key !== undefined ? [line.key] : []));
	const own = lines[row];
	const above = own && isItem(own) ? [] : lines.slice(start, row).toReversed();
	const ends = above.findIndex((line) => shallower(line) || isItem(line));
	// The line with the dash is the first of its item, and belongs to it.
	const first = ends >= 0 && above[ends] && !shallower(above[ends]) ? ends + 1 : ends;
	const below = lines.slice(row + 1);
	const last = below.findIndex((line) => shallower(line) || isItem(line));
	return [
		...keys(ends < 0 ? above : above.slice(0, first)),
		...keys(last < 0 ? below : below.slice(0, last)),
	];
}

/** The field whose key stands at an offset, for an explanation under the pointer. */
export function fieldAt(
	text: string,
	offset: number,
): { path: FieldPath; start: number } | undefined {
	const begin = text.lastIndexOf('\n', offset - 1) + 1;
	const end = text.indexOf('\n', offset);
	const line = readLine(text.slice(begin, end < 0 ? undefined : end));
	if (line.key === undefined) return undefined;
	const column = offset - begin;
	if (column < line.indent || column > line.indent + line.key.length) return undefined;
	const place = placeAt(text, begin + line.indent);
	return { path: [...place.parent, line.key], start: place.start };
}

/** `apiVersion` and `kind` of the document that begins on a line. */
export function kindFrom(
	text: string,
	start: number,
): { apiVersion: string; kind: string } | undefined {
	const [own = ''] = text
		.split('\n')
		.slice(start)
		.join('\n')
		.split(/^---(?:\s|$)/m);
	const value = (key: string) => new RegExp(`^${key}:\\s*["']?([\\w./-]+)`, 'm').exec(own)?.[1];
	const [apiVersion, kind] = [value('apiVersion'), value('kind')];
	return apiVersion !== undefined && kind !== undefined ? { apiVersion, kind } : undefined;
}
