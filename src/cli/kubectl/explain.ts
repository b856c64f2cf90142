import { apiVersionOf } from './discovery.ts';
import { CliError, PlainError, UsageError } from './errors.ts';
import { dig, isJson, listAt, mapAt, textAt, textsAt, type Json } from './fields.ts';
import type { Session } from './session.ts';
import type { Verb } from './verb.ts';

export const explain: Verb = {
	name: 'explain',
	usage: 'TYPE [--recursive=FALSE|TRUE] [--api-version=api-version-group] [-o|--output=plaintext]',
	short: 'Get documentation for a resource',
	group: 'Basic Commands (Intermediate)',
	complete: 'type',
	examples: [
		'kubectl explain pods',
		'kubectl explain pods.spec.containers',
		'kubectl explain deploy --recursive',
	],
	flags: [
		{ name: 'api-version', type: 'string', usage: 'The group and version of the type.' },
		{ name: 'output', short: 'o', type: 'string', value: 'plaintext', usage: 'Only plaintext.' },
		{ name: 'recursive', type: 'bool', value: 'false', usage: 'The names of all fields below.' },
	],
	run,
};

async function run(session: Session): Promise<void> {
	const [what] = session.args;
	if (what === undefined)
		throw new CliError(
			'You must specify the type of resource to explain. Use "kubectl api-resources" for a complete list of supported resources.',
		);
	if (session.args.length > 1) throw new UsageError('We accept only this format: explain RESOURCE');
	if (session.flags.text('output') !== 'plaintext')
		throw new CliError('only -o plaintext is supported');
	const [type = '', ...fields] = what.split('.');
	const resource = await session.resource(type).catch((error: unknown) => {
		throw error instanceof CliError ? new PlainError(error.message, 1) : error;
	});
	const apiVersion = session.flags.text('api-version') || apiVersionOf(resource);
	const schemas = await schemasOf(session, apiVersion);
	const root = Object.values(schemas).find((schema) =>
		listAt(schema, 'x-kubernetes-group-version-kind').some(
			(gvk) => gvk['kind'] === resource.kind && groupVersion(gvk) === apiVersion,
		),
	);
	if (!root)
		throw new CliError(
			`couldn't find resource for "${apiVersion}, Kind=${resource.kind}" in the documents of the server`,
		);
	const head = `${resource.group ? `GROUP:      ${resource.group}\n` : ''}KIND:       ${resource.kind}\nVERSION:    ${apiVersion.split('/').at(-1)}\n\n`;
	await session.out(head);
	await session.out(fieldText(session, schemas, { root, fields }));
}

function groupVersion(gvk: Json): string {
	const group = textAt(gvk, 'group');
	return group ? `${group}/${textAt(gvk, 'version')}` : textAt(gvk, 'version');
}

async function schemasOf(session: Session, apiVersion: string): Promise<Record<string, Json>> {
	const key = apiVersion.includes('/') ? `apis/${apiVersion}` : `api/${apiVersion}`;
	const index = await session.rest.get<Json>('/openapi/v3');
	const url = textAt(index, 'paths', key, 'serverRelativeURL');
	if (url === '') throw new CliError(`the server has no documentation for ${apiVersion}`);
	const document = await session.rest.get<Json>(url);
	return mapAt(document, 'components', 'schemas') as Record<string, Json>;
}

type Schemas = Record<string, Json>;

/** The schema behind references; those in `allOf` as well. */
function resolve(schemas: Schemas, schema: Json | undefined): Json {
	const reference =
		textAt(schema, '$ref') ||
		listAt(schema, 'allOf')
			.map((one) => textAt(one, '$ref'))
			.find(Boolean);
	if (!reference) return schema ?? {};
	return schemas[reference.split('/').at(-1) ?? ''] ?? {};
}

function referenceName(schema: Json): string {
	const reference =
		textAt(schema, '$ref') ||
		listAt(schema, 'allOf')
			.map((one) => textAt(one, '$ref'))
			.find(Boolean);
	return reference?.split('.').at(-1) ?? '';
}

/** The schema whose fields stand below: of the items of a list, of the values of a map. */
function inner(schemas: Schemas, schema: Json): Json {
	const resolved = resolve(schemas, schema);
	if (isJson(resolved['items'])) return inner(schemas, resolved['items']);
	if (isJson(resolved['additionalProperties']))
		return inner(schemas, resolved['additionalProperties']);
	return resolved;
}

function typeOf(schemas: Schemas, schema: Json): string {
	if (isJson(schema['items'])) return `[]${typeOf(schemas, schema['items'])}`;
	if (isJson(schema['additionalProperties']))
		return `map[string]${typeOf(schemas, schema['additionalProperties'])}`;
	const named = referenceName(schema);
	const resolved = resolve(schemas, schema);
	if (named && isJson(resolved['properties'])) return named;
	if (named === 'Quantity' || named === 'IntOrString') return named;
	if (textAt(resolved, 'type') === 'object') return named || 'Object';
	return textAt(resolved, 'type') || named || 'Object';
}

function fieldText(
	session: Session,
	schemas: Schemas,
	{ root, fields }: { root: Json; fields: string[] },
): string {
	let at = root;
	let property: Json = root;
	let text = '';
	for (const [i, field] of fields.entries()) {
		const next = dig(inner(schemas, at), 'properties', field);
		if (!isJson(next)) throw new CliError(`field "${field}" does not exist`);
		property = next;
		at = next;
		if (i === fields.length - 1) text = `FIELD: ${field} <${typeOf(schemas, next)}>\n\n\n`;
	}
	const schema = inner(schemas, at);
	const own = textAt(property, 'description');
	const general = textAt(schema, 'description');
	const description = [own, general]
		.filter((one, i, all) => one && all.indexOf(one) === i)
		.join('\n');
	text += `DESCRIPTION:\n${wrap(description || '<empty>', 4)}    \n`;
	const lines = fieldLines(session, schemas, schema, 2, []);
	return lines === '' ? `${text}\n` : `${text}FIELDS:\n${lines}\n`;
}

function fieldLines(
	session: Session,
	schemas: Schemas,
	schema: Json,
	indent: number,
	above: Json[],
): string {
	const properties = mapAt(schema, 'properties') as Record<string, Json>;
	const required = textsAt(schema, 'required');
	const recursive = session.flags.bool('recursive');
	return Object.keys(properties)
		.sort()
		.map((name) => {
			const property = properties[name] ?? {};
			const must = required.includes(name) ? ' -required-' : '';
			const line = `${' '.repeat(indent)}${name}\t<${typeOf(schemas, property)}>${must}\n`;
			const below = inner(schemas, property);
			if (recursive)
				return above.includes(below)
					? line
					: line + fieldLines(session, schemas, below, indent + 2, [...above, schema]);
			return `${line}${wrap(textAt(property, 'description') || '<no description>', indent + 2)}\n`;
		})
		.join('');
}

const width = 80;

/** Text broken into lines of the terminal's width. */
function wrap(text: string, indent: number): string {
	const pad = ' '.repeat(indent);
	return text
		.split('\n')
		.map((paragraph) => {
			const lines: string[] = [''];
			for (const word of paragraph.split(/\s+/)) {
				const line = lines.at(-1) ?? '';
				if (line !== '' && line.length + word.length + 1 > width - indent) lines.push(word);
				else lines[lines.length - 1] = line === '' ? word : `${line} ${word}`;
			}
			return lines.map((line) => `${pad}${line}`.trimEnd()).join('\n');
		})
		.join('\n')
		.concat('\n');
}
