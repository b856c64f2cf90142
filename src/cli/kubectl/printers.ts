import { CliError } from './errors.ts';
import { isJson, without, type Json, type Manifest } from './fields.ts';
import { GoTemplate } from './go-template.ts';
import { JsonPath, sortKeys } from './jsonpath.ts';
import { readText } from './manifest.ts';
import { dryRun, dryRunSuffix } from './options.ts';
import type { Session } from './session.ts';
import { toYaml } from './yaml-writer.ts';

const formats = [
	'go-template',
	'go-template-file',
	'json',
	'jsonpath',
	'jsonpath-as-json',
	'jsonpath-file',
	'name',
	'template',
	'templatefile',
	'yaml',
];

/** Turns objects into the text of one output format. */
export interface Printer {
	/** '' when the verb's own words are printed. */
	format: string;
	print(object: Json): string;
}

/** The printer that `-o` and `--template` ask for. After cli-runtime/pkg/genericclioptions: PrintFlags.ToPrinter. */
export async function printerFor(session: Session, alsoAllowed: string[] = []): Promise<Printer> {
	const { flags } = session;
	const output = flags.text('output');
	const template = flags.text('template');
	const equals = output.indexOf('=');
	const format = equals < 0 ? output : output.slice(0, equals);
	const argument = equals < 0 ? template : output.slice(equals + 1);
	const known = [...formats, ...alsoAllowed].sort();
	const wanted = format === '' && template !== '' ? 'go-template' : format;
	if (wanted !== '' && !known.includes(wanted))
		throw new CliError(
			`unable to match a printer suitable for the output format "${output}", allowed formats are: ${known.join(',')}`,
		);
	const keepManaged = flags.bool('show-managed-fields') || !['json', 'yaml'].includes(wanted);
	const print = await printFunction(session, wanted, argument);
	return {
		format: wanted,
		print: (object) => print(keepManaged ? object : withoutManaged(object)),
	};
}

async function printFunction(
	session: Session,
	format: string,
	argument: string,
): Promise<(object: Json) => string> {
	switch (format) {
		case 'json':
			return toJson;
		case 'yaml':
			return yamlPrinter();
		case 'name':
			return (object) => `${objectName(object as Manifest)}\n`;
		case 'jsonpath':
		case 'jsonpath-file':
		case 'jsonpath-as-json':
			return jsonPathPrinter(session, format, await templateText(session, format, argument));
		case 'go-template':
		case 'go-template-file':
		case 'template':
		case 'templatefile':
			return templatePrinter(session, await templateText(session, format, argument));
		default:
			return () => '';
	}
}

async function templateText(session: Session, format: string, argument: string): Promise<string> {
	if (argument === '') throw new CliError(`template format specified but no template given`);
	return format.endsWith('file') ? readText(session.io, argument) : argument;
}

/** Documents after the first are set off with `---`. */
function yamlPrinter(): (object: Json) => string {
	let count = 0;
	return (object) => (count++ === 0 ? '' : '---\n') + toYaml(object);
}

/** JSON with four spaces and Go's escapes. */
export function toJson(value: unknown): string {
	const json = JSON.stringify(sortKeys(value), undefined, 4);
	const escaped = json.replace(/[<>&\u2028\u2029]/g, (char) => {
		return `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`;
	});
	return `${escaped}\n`;
}

function jsonPathPrinter(
	session: Session,
	format: string,
	template: string,
): (object: Json) => string {
	const allowMissing = session.flags.bool('allow-missing-template-keys');
	const path = compileJsonPath(template, allowMissing);
	return (object) => {
		try {
			return format === 'jsonpath-as-json' ? toJson(path.find(object)) : path.print(object);
		} catch (error) {
			const why = error instanceof Error ? error.message : String(error);
			throw new CliError(`error executing jsonpath ${JSON.stringify(template)}: Error executing template: ${why}. Printing more information for debugging the template:
	template was:
		${template}
	object given to jsonpath engine was:
		${goSyntax(object)}

`);
		}
	};
}

/** A template of `-o jsonpath`; a mistake in it is the user's. */
export function compileJsonPath(template: string, allowMissing: boolean): JsonPath {
	try {
		return new JsonPath(template, { allowMissing });
	} catch (error) {
		const why = error instanceof Error ? error.message : String(error);
		throw new CliError(`error parsing jsonpath ${template}, ${why}`);
	}
}

function templatePrinter(session: Session, source: string): (object: Json) => string {
	const strict = !session.flags.bool('allow-missing-template-keys');
	const compile = () => {
		try {
			return new GoTemplate(source, { strict });
		} catch (error) {
			const why = error instanceof Error ? error.message : String(error);
			throw new CliError(`error parsing template ${source}, ${why}`);
		}
	};
	const template = compile();
	return (object) => {
		try {
			return template.print(object);
		} catch (error) {
			const why = error instanceof Error ? error.message : String(error);
			throw new CliError(`error executing template ${JSON.stringify(source)}: ${why}`);
		}
	};
}

/** `deployment.apps/web`. After cli-runtime/pkg/printers: NamePrinter. */
function objectName({ apiVersion, kind, metadata }: Manifest): string {
	const group = apiVersion.includes('/') ? `.${apiVersion.split('/')[0]}` : '';
	return `${kind.toLowerCase()}${group}/${metadata.name}`;
}

/** Prints an object in the asked format, or says what was done to it. */
export function report(
	session: Session,
	printer: Printer,
	object: Manifest,
	operation: string,
): Promise<void> {
	if (printer.format !== '') return session.out(printer.print(object));
	const suffix = dryRunSuffix(dryRun(session));
	return session.out(`${objectName(object)} ${operation}${suffix}\n`);
}

function withoutManaged(object: Json): Json {
	const items = object['items'];
	const cleaned = Array.isArray(items) ? { ...object, items: items.map(dropManaged) } : object;
	return dropManaged(cleaned) as Json;
}

function dropManaged(object: unknown): unknown {
	if (!isJson(object) || !isJson(object['metadata'])) return object;
	return { ...object, metadata: without(object['metadata'], 'managedFields') };
}

/** A value as Go writes it in source, with `%#v`. */
function goSyntax(value: unknown): string {
	if (value === null || value === undefined) return 'interface {}(nil)';
	if (Array.isArray(value)) return `[]interface {}{${value.map(goSyntax).join(', ')}}`;
	if (!isJson(value)) return JSON.stringify(value);
	const pairs = Object.keys(value)
		.sort()
		.map((key) => `${JSON.stringify(key)}:${goSyntax(value[key])}`);
	return `map[string]interface {}{${pairs.join(', ')}}`;
}
