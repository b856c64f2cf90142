import {
	isMap,
	isScalar,
	isSeq,
	parseAllDocuments,
	type Document,
	type Node,
	type Pair,
} from 'yaml';
import type { ApiSchemas, FieldPath, KindSchema, Schema } from './schema.ts';

/** Something that is wrong at a place of the text. */
export interface Problem {
	from: number;
	to: number;
	severity: 'error' | 'warning';
	/** From the parser, the schema, or the API server. */
	source: 'yaml' | 'schema' | 'server';
	/** Words of the parser or the server; the page's own for the schema. */
	message: string | SchemaMessage;
}

export type SchemaMessage =
	| { say: 'unknown'; field: string; near: string | undefined }
	| { say: 'type'; field: string; wanted: string }
	| { say: 'required'; field: string }
	| { say: 'enum'; field: string; wanted: string }
	| { say: 'no-kind' }
	| { say: 'not-served'; kind: string };

type Range = { from: number; to: number };

function rangeOf(node: unknown): Range | undefined {
	const range = (node as Node | null | undefined)?.range;
	return range ? { from: range[0], to: Math.max(range[0], range[1]) } : undefined;
}

export function parse(text: string): Document.Parsed[] {
	const documents = parseAllDocuments(text, { prettyErrors: false });
	return Array.isArray(documents) ? documents : [];
}

/** Problems of the syntax; with one of these nothing else can be said about the document. */
export function syntaxProblems(documents: readonly Document.Parsed[]): Problem[] {
	return documents.flatMap((document) =>
		[...document.errors, ...document.warnings].map((error) => ({
			from: error.pos[0],
			to: Math.max(error.pos[1], error.pos[0] + 1),
			severity: error.name === 'YAMLWarning' ? ('warning' as const) : ('error' as const),
			source: 'yaml' as const,
			message: error.message,
		})),
	);
}

/** Where a field stands; the nearest one above it that is written when it is not there itself. */
export function rangeOfPath(document: Document.Parsed, path: FieldPath): Range {
	for (let length = path.length; length > 0; length--) {
		const parent = document.getIn(path.slice(0, length - 1), true) ?? document.contents;
		const last = path[length - 1];
		if (isMap(parent)) {
			const pair = parent.items.find(
				(one) => isScalar(one.key) && String(one.key.value) === String(last),
			);
			const range = pair && rangeOf(pair.key);
			if (range) return range;
		}
		const item = isSeq(parent) && typeof last === 'number' ? parent.items[last] : undefined;
		const range = rangeOf(item);
		if (range) return { from: range.from, to: Math.min(range.to, range.from + 1) };
	}
	const [from] = document.range;
	return { from, to: from };
}

const typeNames: Record<string, (value: unknown) => boolean> = {
	string: (value) => typeof value === 'string',
	integer: (value) => typeof value === 'number' && Number.isInteger(value),
	number: (value) => typeof value === 'number',
	boolean: (value) => typeof value === 'boolean',
};

/** How many letters have to change; enough to find the field that was meant. */
function distance(a: string, b: string): number {
	let row = Array.from({ length: b.length + 1 }, (_, index) => index);
	for (let i = 1; i <= a.length; i++) {
		const next = [i];
		for (let j = 1; j <= b.length; j++) {
			const change = a[i - 1] === b[j - 1] ? 0 : 1;
			next[j] = Math.min((row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1, (row[j - 1] ?? 0) + change);
		}
		row = next;
	}
	return row[b.length] ?? 0;
}

function nearest(name: string, names: readonly string[]): string | undefined {
	const lower = name.toLowerCase();
	const ranked = names
		.map((one) => ({ one, far: distance(lower, one.toLowerCase()) }))
		.sort((a, b) => a.far - b.far);
	const [best] = ranked;
	return best && best.far <= 2 ? best.one : undefined;
}

/** Compares one document with the schema of its kind. */
class SchemaCheck {
	readonly problems: Problem[] = [];
	readonly #schema: KindSchema;

	constructor(schema: KindSchema) {
		this.#schema = schema;
	}
	node(node: unknown, schema: Schema, field: string): void {
		if (isMap(node)) this.#map(node.items, node, schema, field);
		else if (isSeq(node)) {
			const { items } = schema;
			if (!items) return this.#type(node, schema, field);
			for (const item of node.items) this.node(item, this.#schema.resolve(items), field);
		} else if (isScalar(node)) this.#scalar(node, schema, field);
	}
	#map(pairs: readonly Pair[], node: unknown, schema: Schema, field: string): void {
		const { properties, additionalProperties } = schema;
		if (!properties && !additionalProperties) {
			if (schema.type !== undefined && schema.type !== 'object') this.#type(node, schema, field);
			return;
		}
		for (const pair of pairs) this.#pair(pair, schema);
		const there = pairs.map(({ key }) => (isScalar(key) ? String(key.value) : ''));
		for (const name of schema.required ?? [])
			if (!there.includes(name)) this.#add(pairs[0]?.key ?? node, { say: 'required', field: name });
	}
	#pair({ key, value }: Pair, schema: Schema): void {
		if (!isScalar(key)) return;
		const name = String(key.value);
		const own = schema.properties?.[name] ?? schema.additionalProperties;
		if (own) return this.node(value, this.#schema.resolve(own), name);
		if (schema['x-kubernetes-preserve-unknown-fields']) return;
		const near = nearest(name, Object.keys(schema.properties ?? {}));
		this.#add(key, { say: 'unknown', field: name, near });
	}
	#scalar(node: { value: unknown }, schema: Schema, field: string): void {
		const { value } = node;
		if (value === null || schema.oneOf) return;
		if (schema.enum && !schema.enum.includes(value))
			this.#add(node, { say: 'enum', field, wanted: schema.enum.join(', ') });
		else this.#type(node, schema, field);
	}
	#type(node: unknown, schema: Schema, field: string): void {
		const wanted = schema.type;
		if (wanted === undefined || schema.oneOf || schema['x-kubernetes-preserve-unknown-fields'])
			return;
		const value = isScalar(node) ? node.value : undefined;
		if (!typeNames[wanted]?.(value)) this.#add(node, { say: 'type', field, wanted });
	}
	#add(node: unknown, message: SchemaMessage): void {
		const range = rangeOf(node) ?? { from: 0, to: 0 };
		this.problems.push({ ...range, severity: 'error', source: 'schema', message });
	}
}

/** Problems of one document with the API server's own schema. */
export async function schemaProblems(
	document: Document.Parsed,
	schemas: ApiSchemas,
): Promise<Problem[]> {
	if (document.contents === null || document.errors.length > 0) return [];
	const [from] = document.range;
	const at = (message: SchemaMessage, path: FieldPath): Problem[] => {
		const range = path.length > 0 ? rangeOfPath(document, path) : { from, to: from };
		return [{ ...range, severity: 'error', source: 'schema', message }];
	};
	const apiVersion: unknown = document.getIn(['apiVersion']);
	const kind: unknown = document.getIn(['kind']);
	if (typeof apiVersion !== 'string' || typeof kind !== 'string') return at({ say: 'no-kind' }, []);
	const schema = await schemas.kind(apiVersion, kind);
	if (!schema) return at({ say: 'not-served', kind: `${apiVersion} ${kind}` }, ['kind']);
	const check = new SchemaCheck(schema);
	check.node(document.contents, schema.resolve(schema.root), '');
	return check.problems;
}
