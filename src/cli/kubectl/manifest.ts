import { parseAllDocuments, type Document, type Tags, type YAMLError } from 'yaml';
import type { CommandIo } from '../../api/command.ts';
import { mostDepth } from '../../util/depth.ts';
import { hasCollectionKey, isDeepYaml } from '../../util/yaml.ts';
import { CliError } from './errors.ts';
import { isJson, listAt, mapAt, textAt, type Json, type Manifest } from './fields.ts';
import { trimEndOf } from '../../util/trim-end.ts';

/** One object of a file, before anything is known about its kind. */
export interface SourcedObject {
	/** The file as it was named, or STDIN. */
	source: string;
	object: Json;
}

const extensions = ['.json', '.yaml', '.yml'];

/** The objects of all files of `-f`, in their order; lists are taken apart. After pkg/resource: Builder.FilenameParam. */
export async function readManifests(
	io: CommandIo,
	filenames: string[],
	recursive: boolean,
): Promise<SourcedObject[]> {
	const objects: SourcedObject[] = [];
	for (const name of filenames)
		for (const [source, content] of await readSource(io, name, recursive))
			objects.push(...parseManifest(source, content).map((object) => ({ source, object })));
	return objects;
}

async function readSource(
	io: CommandIo,
	name: string,
	recursive: boolean,
): Promise<[string, string][]> {
	if (name === '-') return [['STDIN', await readAll(io)]];
	if (/^https?:\/\//.test(name))
		throw new CliError(
			`cannot read "${name}": kubectl has no way to the internet here; save the manifest to a file and name that`,
		);
	const stat = await io.stat(name).catch(() => undefined);
	if (!stat) throw new CliError(`the path "${name}" does not exist`);
	if (!isDirectory(stat.type)) return [[name, await readText(io, name)]];
	const files = await filesBelow(io, trimEndOf(name, '/'), recursive);
	if (files.length === 0)
		throw new CliError(
			`error reading [${name}]: recognized file extensions are [${extensions.join(' ')}]`,
		);
	return Promise.all(
		files.map(async (file): Promise<[string, string]> => [file, await readText(io, file)]),
	);
}

/** Whether a `stat` or `listDir` type means a folder. */
export function isDirectory(type: string): boolean {
	return type === 'directory' || type === 'dir';
}

async function filesBelow(io: CommandIo, folder: string, recursive: boolean): Promise<string[]> {
	const entries = await io.listDir(folder);
	const found: string[] = [];
	for (const { name, type } of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
		const path = `${folder}/${name}`;
		if (isDirectory(type)) found.push(...(recursive ? await filesBelow(io, path, true) : []));
		else if (extensions.some((ending) => name.endsWith(ending))) found.push(path);
	}
	return found;
}

/** A file of the guest as text, with the shell's words for a failure. */
export async function readText(io: CommandIo, path: string): Promise<string> {
	try {
		return new TextDecoder().decode(await io.readFile(path));
	} catch (error) {
		throw new CliError(`open ${path}: ${errnoText(error)}`);
	}
}

const errnoTexts: Record<string, string> = {
	ENOENT: 'no such file or directory',
	EACCES: 'permission denied',
	EISDIR: 'is a directory',
	ENOTDIR: 'not a directory',
};

/** The C library's text for an error of the guest's files. */
export function errnoText(error: unknown): string {
	const errno = (error as { errno?: unknown } | null)?.errno;
	if (typeof errno === 'string' && errnoTexts[errno]) return errnoTexts[errno];
	return error instanceof Error ? error.message : String(error);
}

/** Standard input to its end. */
export async function readAll(io: CommandIo): Promise<string> {
	const decoder = new TextDecoder();
	let result = '';
	for (let chunk = await io.read(); chunk; chunk = await io.read())
		result += decoder.decode(chunk, { stream: true });
	return result;
}

/** The objects of one file's text. */
export function parseManifest(source: string, content: string): Json[] {
	const found: Json[] = [];
	for (const value of documents(source, content)) {
		if (value === null || value === undefined) continue;
		if (!isJson(value)) throw invalidData(source, 'invalid object to validate');
		found.push(...flatten(value));
	}
	return found;
}

function documents(source: string, content: string): unknown[] {
	if (/^\s*[{[]/.test(content)) return [parseJson(source, content)];
	return content.split(/^---(?:[ \t].*)?$\n?/m).flatMap((part) => parseYamlPart(source, part));
}

function parseJson(source: string, content: string): unknown {
	try {
		return JSON.parse(content);
	} catch {
		try {
			return parseYamlText(content);
		} catch (error) {
			const why = error instanceof Error ? error.message : String(error);
			throw new CliError(`error parsing ${source}: ${why}`);
		}
	}
}

function parseYamlPart(source: string, part: string): unknown[] {
	if (part.split('\n').every((line) => /^\s*(?:#|$)/.test(line))) return [];
	try {
		return [parseYamlText(part)];
	} catch (error) {
		const why = error instanceof Error ? error.message : String(error);
		throw new CliError(`error parsing ${source}: error converting YAML to JSON: ${why}`);
	}
}

/** YAML 1.1 as Go's parser reads it: `yes` is true, `1:30` and dates stay strings. */
function goTags(tags: Tags): Tags {
	return tags.filter(
		(tag) => typeof tag === 'string' || (tag.format !== 'TIME' && !tag.tag.endsWith(':timestamp')),
	);
}

/** The value of one YAML document; an error has the text of Go's parser. */
export function parseYamlText(content: string): unknown {
	if (isDeepYaml(content)) throw new Error(`yaml: exceeded max depth of ${mostDepth}`);
	const [document] = parseAllDocuments(content, {
		version: '1.1',
		uniqueKeys: false,
		merge: true,
		logLevel: 'silent',
		customTags: goTags,
	}) as Document.Parsed[];
	if (!document) return null;
	const [first, second] = document.errors;
	if (first) throw new Error(goYamlMessage(first, second, content));
	if (hasCollectionKey(document)) throw new Error('yaml: invalid map key');
	try {
		return document.toJS() as unknown;
	} catch (error) {
		const message = error instanceof Error ? error.message : '';
		const anchor = message.includes('alias') ? message.slice(message.lastIndexOf(' ') + 1) : '';
		throw new Error(`yaml: unknown anchor '${anchor}' referenced`, { cause: error });
	}
}

/** Go's scanner counts lines from one, its parser names the line before the one it stands on. */
function goYamlMessage(error: YAMLError, next: YAMLError | undefined, content: string): string {
	const line = error.linePos?.[0].line ?? 1;
	const say = (at: number, message: string) => `yaml: ${at > 0 ? `line ${at}: ` : ''}${message}`;
	switch (error.code) {
		case 'BLOCK_AS_IMPLICIT_KEY': {
			const spread = next?.code === 'MULTILINE_IMPLICIT_KEY' ? 1 : 0;
			return say(line + spread, 'mapping values are not allowed in this context');
		}
		case 'MULTILINE_IMPLICIT_KEY':
			return say(line + 1, "could not find expected ':'");
		case 'TAB_AS_INDENT':
		case 'BAD_SCALAR_START':
			return say(line, 'found character that cannot start any token');
		case 'BAD_DQ_ESCAPE':
			return say(line, 'found unknown escape character');
		case 'BAD_ALIAS':
			return say(line, 'did not find expected alphabetic or numeric character');
		case 'MISSING_CHAR':
			return missingChar(error.message, line, content, say);
		default:
			return say(line - 1, expectation(error.message, content, line));
	}
}

function missingChar(
	message: string,
	line: number,
	content: string,
	say: (line: number, message: string) => string,
): string {
	if (message.startsWith('Missing closing'))
		return say(content.split('\n').length, 'found unexpected end of stream');
	if (message.startsWith('Implicit map keys')) return say(line + 1, "could not find expected ':'");
	return say(line - 1, expectation(message, content, line));
}

function expectation(message: string, content: string, line: number): string {
	if (message.includes('}')) return "did not find expected ',' or '}'";
	if (message.includes(']')) return "did not find expected ',' or ']'";
	const indent = /^ */.exec(content.split('\n')[line - 1] ?? '')?.[0].length ?? 0;
	const above = content
		.split('\n')
		.slice(0, line - 1)
		.reverse();
	const sibling = above.find(
		(text) => /^ */.exec(text)?.[0].length === indent && text.trim() !== '',
	);
	return sibling?.trim().startsWith('- ')
		? "did not find expected '-' indicator"
		: 'did not find expected key';
}

function flatten(object: Json): Json[] {
	const isList = textAt(object, 'kind').endsWith('List') && Array.isArray(object['items']);
	return isList ? listAt(object, 'items').flatMap(flatten) : [object];
}

function invalidData(source: string, why: string): CliError {
	return new CliError(
		`error validating "${source}": error validating data: ${why}; if you choose to ignore these errors, turn validation off with --validate=false`,
	);
}

/** Checks that an object says what it is. After pkg/validation: ValidateSchema. */
export function checkTypeMeta({ source, object }: SourcedObject): Manifest {
	const missing = ['apiVersion', 'kind'].filter((key) => textAt(object, key) === '');
	if (missing.length === 1) throw invalidData(source, `${missing[0]} not set`);
	if (missing.length > 1)
		throw invalidData(source, `[${missing.map((key) => `${key} not set`).join(', ')}]`);
	if (!isJson(object['metadata'])) object['metadata'] = {};
	checkMaps(source, mapAt(object, 'metadata'));
	return object as Manifest;
}

/** Labels and annotations hold strings; an unquoted `yes` or number is the usual mistake. */
function checkMaps(source: string, metadata: Json): void {
	for (const field of ['annotations', 'labels'])
		for (const value of Object.values(mapAt(metadata, field))) {
			if (typeof value === 'string' || value === null) continue;
			let type: string = typeof value;
			if (type === 'boolean') type = 'bool';
			else if (type === 'object') type = Array.isArray(value) ? 'array' : 'object';
			throw new CliError(
				`unable to decode "${source}": json: cannot unmarshal ${type} into Go struct field ObjectMeta.metadata.${field} of type string`,
			);
		}
}
