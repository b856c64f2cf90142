import {
	isAlias,
	isCollection,
	isMap,
	isScalar,
	LineCounter,
	parseDocument,
	type Document,
	type DocumentOptions,
	type ParseOptions,
	type SchemaOptions,
} from 'yaml';

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

/** The value of a YAML text; throws an Error that names the line of what is wrong. */
export function parseYaml(
	text: string,
	options: ParseOptions & DocumentOptions & SchemaOptions = {},
): unknown {
	const lineCounter = new LineCounter();
	const document = parseDocument(text, { ...options, ...boundedYaml, lineCounter });
	const fault = yamlFault(document);
	if (fault) throw new Error(`line ${lineCounter.linePos(fault.at).line}: ${fault.message}`);
	return document.toJS() as unknown;
}
