import { collect, forEach, type Info } from './builder.ts';
import { allFlag, dryRunFlag, filenameFlags, outputFlags, selectorFlag } from './common-flags.ts';
import { pathOf } from './discovery.ts';
import { CliError } from './errors.ts';
import { numberAt, textAt } from './fields.ts';
import { requireFlags } from './generate.ts';
import { until, WaitTimeout } from './observe.ts';
import { dryRun, writeQuery } from './options.ts';
import { printerFor, report, type Printer } from './printers.ts';
import { recordAfterwards, recordFlag } from './record.ts';
import { patchTypes } from './rest.ts';
import type { Session } from './session.ts';
import type { Verb } from './verb.ts';

export const scale: Verb = {
	name: 'scale',
	usage:
		'[--resource-version=version] [--current-replicas=count] --replicas=COUNT (-f FILENAME | TYPE NAME)',
	short: 'Set a new size for a deployment, replica set, or replication controller',
	group: 'Deploy Commands',
	complete: 'resources',
	examples: ['kubectl scale --replicas=3 deployment/web'],
	flags: [
		allFlag,
		{ name: 'current-replicas', type: 'int', value: '-1', usage: 'Only scale from this size.' },
		dryRunFlag,
		...filenameFlags,
		...outputFlags,
		recordFlag,
		{ name: 'replicas', type: 'int', value: '0', usage: 'The new size.' },
		{ name: 'resource-version', type: 'string', usage: 'Only scale this version.' },
		selectorFlag,
		{ name: 'timeout', type: 'duration', value: '0s', usage: 'How long to wait for the new size.' },
	],
	async run(session) {
		requireFlags(session, 'replicas');
		if (session.flags.int('replicas') < 0)
			throw new CliError(
				'The --replicas=COUNT flag is required, and COUNT must be greater than or equal to 0',
			);
		const found = await collect(session, { fetch: true });
		if (found.infos.length === 0) {
			const why = found.errors.map((error) => (error instanceof Error ? ` ${error.message}` : ''));
			throw new CliError(`no objects passed to scale${why.join('')}`);
		}
		const expected = session.flags.int('current-replicas');
		if (found.infos.length > 1 && expected !== -1)
			throw new CliError('cannot use --resource-version with multiple resources');
		const printer = await printerFor(session);
		await forEach(found, (info) => scaleOne(session, info, printer));
	},
};

async function scaleOne(session: Session, info: Info, printer: Printer): Promise<void> {
	if (dryRun(session) === 'client') return report(session, printer, info.object, 'scaled');
	const { flags } = session;
	const replicas = flags.int('replicas');
	const path = pathOf(info.resource, info.namespace, info.name, 'scale');
	const query = writeQuery(session);
	const expected = flags.int('current-replicas');
	const version = flags.text('resource-version');
	if (expected === -1 && version === '')
		await session.rest.json('PATCH', path, {
			query,
			body: { spec: { replicas } },
			contentType: patchTypes.merge,
		});
	else {
		const current = await session.rest.get(path);
		const size = numberAt(current, 'spec', 'replicas');
		if (expected !== -1 && size !== expected)
			throw new CliError(`Expected replicas to be ${expected}, was ${size}`);
		if (version !== '' && current.metadata.resourceVersion !== version)
			throw new CliError(
				`Expected resource version to be ${version}, was ${current.metadata.resourceVersion}`,
			);
		await session.rest.json('PUT', path, { query, body: { ...current, spec: { replicas } } });
	}
	await recordAfterwards(session, info);
	if (flags.duration('timeout') > 0) await waitForSize(session, info, replicas);
	await report(session, printer, info.object, 'scaled');
}

async function waitForSize(session: Session, info: Info, replicas: number): Promise<void> {
	try {
		await until(session, info, session.flags.duration('timeout'), (object) => {
			const seen = numberAt(object, 'status', 'observedGeneration');
			const fresh = seen >= numberAt(object, 'metadata', 'generation');
			return fresh && numberAt(object, 'status', 'replicas') === replicas ? true : undefined;
		});
	} catch (error) {
		if (error instanceof WaitTimeout)
			throw new CliError(
				`timed out waiting for "${textAt(info.object, 'metadata', 'name')}" to be synced`,
			);
		throw error;
	}
}
