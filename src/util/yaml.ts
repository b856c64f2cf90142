import {
	CST,
	isAlias,
	isCollection,
	isMap,
	isScalar,
	Lexer,
	LineCounter,
	parseDocument,
	type Document,
	type DocumentOptions,
	type ParseOptions,
	type SchemaOptions,
} from 'yaml';
import { mostDepth } from './depth.ts';

/** What is wrong with a text, with the offset where. */
interface YamlFault {
	message: string;
	at: number;
}

/** The library's own check of repeated keys compares each with each: {@link yamlFault} has one that does not. */
export const boundedYaml = { uniqueKeys: false, prettyErrors: false, logLevel: 'silent' } as const;

/** Every list of pairs in a document. */
function* mappings(document: Document.Parsed): Generator<readonly { key: unknown }[]> {
	const open: unknown[] = [document.contents];
	for (let node = open.pop(); node !== undefined; node = open.pop()) {
		if (!isCollection(node)) continue;
		if (isMap(node)) {
			yield node.items;
			for (const { value } of node.items) if (value) open.push(value);
		} else for (const item of node.items) open.push(item);
	}
}

/** Whether a key is a list or a mapping, whose text could be longer than any memory. */
export function hasCollectionKey(document: Document.Parsed): boolean {
	for (const pairs of mappings(document))
		if (pairs.some(({ key }) => isCollection(key) || isAlias(key))) return true;
	return false;
}

/**
 * The first fault of a document: of its syntax, a key set twice, or one that is a collection. Takes time in proportion
 * to the text.
 */
export function yamlFault(document: Document.Parsed): YamlFault | undefined {
	const [error] = document.errors;
	if (error) return { message: error.message, at: error.pos[0] };
	for (const pairs of mappings(document)) {
		const fault = keyFault(pairs);
		if (fault) return fault;
	}
	return undefined;
}

function keyFault(pairs: readonly { key: unknown }[]): YamlFault | undefined {
	const seen = new Set<string>();
	for (const { key } of pairs) {
		const at = isCollection(key) || isAlias(key) || isScalar(key) ? (key.range?.[0] ?? 0) : 0;
		if (isCollection(key) || isAlias(key)) return { message: 'invalid map key', at };
		const name = String(isScalar(key) ? key.value : key);
		if (name !== '<<' && seen.has(name))
			return { message: `key ${JSON.stringify(name)} already set in map`, at };
		seen.add(name);
	}
	return undefined;
}

const [newline, ...prefix] = [...'\n \t-?:'].map((char) => char.charCodeAt(0));
const [openings, closings] = ['[{', ']}'].map((chars) => [...chars].map((c) => c.charCodeAt(0)));

/** A level of a block takes a column at least, but for lists in mappings. */
const mostColumns = mostDepth / 2;

/**
 * Whether a text may nest more deeply than {@link mostDepth}. To be asked before it is parsed: the library calls itself
 * for each level, and a stack that is used up in the wrong place ends the process.
 */
export function isDeepYaml(text: string): boolean {
	let brackets = 0;
	let column = 0;
	for (let at = 0; at < text.length; at++) {
		const char = text.charCodeAt(at);
		if (char === newline) column = 0;
		else if (column >= 0) column = prefix.includes(char) ? column + 1 : -1;
		if (openings?.includes(char)) brackets++;
		else if (brackets > 0 && closings?.includes(char)) brackets--;
		if (column > mostColumns) return true;
		if (brackets > mostDepth) return hasDeepFlow(text);
	}
	return false;
}

/** The same of brackets that are no part of a text. */
function hasDeepFlow(text: string): boolean {
	let depth = 0;
	for (const token of new Lexer().lex(text)) {
		const type = CST.tokenType(token);
		if (type === 'flow-seq-start' || type === 'flow-map-start') depth++;
		if (type === 'flow-seq-end' || type === 'flow-map-end') depth--;
		if (depth > mostDepth) return true;
	}
	return false;
}

/** The value of a YAML text; throws an Error that names the line of what is wrong. */
export function parseYaml(
	text: string,
	options: ParseOptions & DocumentOptions & SchemaOptions = {},
): unknown {
	if (isDeepYaml(text)) throw new Error(`exceeded max depth of ${mostDepth}`);
	const lineCounter = new LineCounter();
	const document = parseDocument(text, { ...options, ...boundedYaml, lineCounter });
	const fault = yamlFault(document);
	if (fault) throw new Error(`line ${lineCounter.linePos(fault.at).line}: ${fault.message}`);
	return document.toJS() as unknown;
}
