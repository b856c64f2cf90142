import { isNotFound } from '../../client/status.ts';
import { collect, forEach, parseTargets, type Info } from './builder.ts';
import {
	allFlag,
	allNamespacesFlag,
	fieldSelectorFlag,
	filenameFlags,
	outputFlags,
	selectorFlag,
} from './common-flags.ts';
import { waitGone } from './delete-object.ts';
import { singularName } from './discovery.ts';
import { CliError } from './errors.ts';
import { dig, listAt, numberAt, text, type Manifest } from './fields.ts';
import { relaxedJsonPath } from './jsonpath.ts';
import { until, WaitTimeout } from './observe.ts';
import { filenames } from './options.ts';
import { compileJsonPath, printerFor, report } from './printers.ts';
import type { Session } from './session.ts';
import type { Verb } from './verb.ts';

export const wait: Verb = {
	name: 'wait',
	usage:
		'([-f FILENAME] | resource.group/resource.name | resource.group [(-l label | --all)]) [--for=create|--for=delete|--for condition=available|--for=jsonpath={}[=value]]',
	short: 'Wait for a specific condition on one or many resources',
	group: 'Advanced Commands',
	complete: 'resources',
	examples: [
		'kubectl wait --for=condition=Ready pod/web --timeout=60s',
		'kubectl wait --for=delete pod/web',
	],
	flags: [
		allFlag,
		allNamespacesFlag,
		fieldSelectorFlag,
		...filenameFlags,
		{
			name: 'for',
			type: 'string',
			usage: 'What to wait for: create, delete, condition=name[=value], jsonpath={path}[=value].',
		},
		...outputFlags,
		selectorFlag,
		{
			name: 'timeout',
			type: 'duration',
			value: '30s',
			usage: 'How long to wait; 0 looks once, below 0 a week.',
		},
	],
	run,
};

type Check = (object: Manifest) => boolean;

async function run(session: Session): Promise<void> {
	const wanted = session.flags.text('for');
	if (wanted === 'delete') return deletions(session);
	if (wanted === 'create') return creations(session);
	const check = checkFor(wanted);
	const found = await collect(session, { fetch: true });
	if (found.infos.length === 0 && found.errors.length === 0)
		throw new CliError('no matching resources found');
	await forEach(found, (info) => waitFor(session, info, check));
}

/** After pkg/cmd/wait: conditionFuncFor. */
function checkFor(wanted: string): Check {
	const [kind = '', ...rest] = wanted.split('=');
	const argument = rest.join('=');
	if (kind === 'condition') return conditionCheck(argument);
	if (kind === 'jsonpath') return jsonPathCheck(argument);
	throw new CliError(`unrecognized condition: "${wanted}"`);
}

function conditionCheck(argument: string): Check {
	const [name = '', value = 'true'] = argument.split('=');
	return (object) => {
		const observed = numberAt(object, 'status', 'observedGeneration');
		const generation = numberAt(object, 'metadata', 'generation');
		if (dig(object, 'status', 'observedGeneration') !== undefined && observed < generation)
			return false;
		const condition = listAt(object, 'status', 'conditions').find(
			({ type }) => text(type).toLowerCase() === name.toLowerCase(),
		);
		return text(condition?.['status']).toLowerCase() === value.toLowerCase();
	};
}

function jsonPathCheck(argument: string): Check {
	const close = argument.lastIndexOf('}');
	const expression = close < 0 ? (argument.split('=')[0] ?? '') : argument.slice(0, close + 1);
	const rest = argument.slice(expression.length);
	if (rest === '=')
		throw new CliError(
			"jsonpath wait has to have a value after equal sign, like --for=jsonpath='{.status.readyReplicas}'=3",
		);
	const path = compileJsonPath(relaxedJsonPath(expression.replace(/^'|'$/g, '')), true);
	const wanted = unquoted(rest.slice(1));
	return (object) => {
		const values = path.find(object);
		if (rest === '') return values.length > 0;
		if (values.length > 1)
			throw new CliError('given jsonpath expression matches more than one value');
		return values.length === 1 && text(values[0]) === wanted;
	};
}

function unquoted(text: string): string {
	const [quote = ''] = text;
	const isQuoted = /['"]/.test(quote) && text.length > 1 && text.endsWith(quote);
	return isQuoted ? text.slice(1, -1) : text;
}

function timeoutOf(session: Session): number {
	const given = session.flags.duration('timeout');
	return given < 0 ? 168 * 3_600_000 : given;
}

async function waitFor(session: Session, info: Info, check: Check): Promise<void> {
	const timedOut = `timed out waiting for the condition on ${info.resource.name}/${info.name}`;
	const printer = await printerFor(session);
	if (check(info.object)) return report(session, printer, info.object, 'condition met');
	if (timeoutOf(session) === 0)
		throw new CliError(`condition not met for ${info.resource.name}/${info.name}`);
	try {
		const met = await until(session, info, timeoutOf(session), (object) =>
			object && check(object) ? object : undefined,
		);
		await report(session, printer, met, 'condition met');
	} catch (error) {
		throw error instanceof WaitTimeout ? new CliError(timedOut) : error;
	}
}

async function deletions(session: Session): Promise<void> {
	const found = await collect(session, { fetch: true });
	found.errors = found.errors.filter((error) => !isNotFound(error));
	await forEach(found, async (info) => {
		await waitGone(session, info, info.object.metadata.uid, timeoutOf(session));
		await session.out(`${singularName(info.resource)}/${info.name} condition met\n`);
	});
}

async function creations(session: Session): Promise<void> {
	const printer = await printerFor(session);
	const targets =
		filenames(session).length > 0
			? (await collect(session, { fetch: false })).infos
			: await parseTargets(session, session.args);
	for (const { resource, namespace, name } of targets) {
		if (name === undefined) throw new CliError('--for=create needs the names of the objects');
		try {
			const made = await until(
				session,
				{ resource, namespace, name },
				timeoutOf(session),
				(object) => object,
			);
			await report(session, printer, made, 'condition met');
		} catch (error) {
			if (error instanceof WaitTimeout) throw new CliError('timed out waiting for the condition');
			throw error;
		}
	}
}
