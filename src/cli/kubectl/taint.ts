import type { Taint } from '../../api/kubernetes.ts';
import { CliError, UsageError } from './errors.ts';
import { mapAt, type Manifest } from './fields.ts';
import { fieldManagerFlag, validateFlag } from './common-flags.ts';
import type { Session } from './session.ts';
import { updateFlags } from './update-objects.ts';
import { collect, forEach } from './builder.ts';
import { pathOf } from './discovery.ts';
import { dryRun, writeQuery } from './options.ts';
import { printerFor, report } from './printers.ts';
import { patchTypes } from './rest.ts';
import type { Verb } from './verb.ts';

export const taint: Verb = {
	name: 'taint',
	usage: 'NODE NAME KEY_1=VAL_1:TAINT_EFFECT_1 ... KEY_N=VAL_N:TAINT_EFFECT_N',
	short: 'Update the taints on one or more nodes',
	group: 'Cluster Management Commands',
	complete: 'resources',
	examples: [
		'kubectl taint nodes node-1 dedicated=web:NoSchedule',
		'kubectl taint nodes node-1 dedicated-',
	],
	flags: [
		...updateFlags,
		fieldManagerFlag('kubectl-taint'),
		{ name: 'overwrite', type: 'bool', value: 'false', usage: 'Whether taints may be changed.' },
		validateFlag,
	],
	run,
};

const effects = ['NoSchedule', 'PreferNoSchedule', 'NoExecute'];

interface TaintChanges {
	add: Taint[];
	remove: { key: string; effect: string }[];
}

async function run(session: Session): Promise<void> {
	const first = session.args.findIndex(
		(arg) => (/[=:]|-$/.test(arg) && !arg.includes('/')) || arg.includes('=') || arg.includes(':'),
	);
	const resources = first < 0 ? session.args : session.args.slice(0, first);
	if (resources.length === 0)
		throw new CliError('one or more resources must be specified as <resource> <name>');
	if (first < 0) throw new CliError('at least one taint update is required');
	const changes = parseTaints(session.args.slice(first));
	const found = await collect(session, { args: resources, fetch: true });
	const printer = await printerFor(session);
	await forEach(found, async (info) => {
		if (info.object.kind !== 'Node')
			throw new CliError(`invalid resource type ${info.resource.name}, only node(s) is supported`);
		const { taints, done } = changed(session, info.object, changes);
		if (dryRun(session) === 'client') return report(session, printer, info.object, done);
		const object = await session.rest.json('PATCH', pathOf(info.resource, undefined, info.name), {
			query: writeQuery(session, { validate: true }),
			body: { spec: { taints: taints.length > 0 ? taints : null } },
			contentType: patchTypes.merge,
		});
		await report(session, printer, object, done);
	});
}

/** `key=value:effect`, `key:effect`, `key:effect-`, `key-`. After pkg/cmd/taint/utils.go: parseTaints. */
function parseTaints(specs: string[]): TaintChanges {
	const changes: TaintChanges = { add: [], remove: [] };
	for (const spec of specs) {
		if (spec.endsWith('-')) {
			const [keyValue = '', effect = ''] = spec.slice(0, -1).split(':');
			if (effect !== '') checkEffect(effect);
			changes.remove.push({ key: keyValue.split('=')[0] ?? '', effect });
			continue;
		}
		const [keyValue = '', effect = '', ...more] = spec.split(':');
		if (more.length > 0 || effect === '') throw new UsageError(`invalid taint spec: ${spec}`);
		checkEffect(effect);
		const [key = '', value] = keyValue.split('=');
		if (key === '') throw new UsageError(`invalid taint spec: ${spec}`);
		changes.add.push({ key, ...(value ? { value } : {}), effect: effect as Taint['effect'] });
	}
	return changes;
}

function checkEffect(effect: string): void {
	if (!effects.includes(effect))
		throw new UsageError(`invalid taint effect: ${effect}, unsupported taint effect`);
}

function changed(
	session: Session,
	node: Manifest,
	{ add, remove }: TaintChanges,
): { taints: Taint[]; done: string } {
	const before = (mapAt(node, 'spec')['taints'] ?? []) as Taint[];
	const overwrite = session.flags.bool('overwrite');
	const same = (a: { key: string; effect: string }, b: { key: string; effect: string }) =>
		a.key === b.key && a.effect === b.effect;
	const known = add.find((one) => before.some((other) => same(one, other)));
	if (known && !overwrite)
		throw new CliError(
			`node ${node.metadata.name} already has ${known.key} taint(s) with same effect(s) and --overwrite is false`,
		);
	for (const { key, effect } of remove)
		if (!before.some((one) => one.key === key && (effect === '' || one.effect === effect)))
			throw new CliError(`taint "${effect ? `${key}:${effect}` : key}" not found`);
	const kept = before.filter(
		(one) =>
			!add.some((other) => same(one, other)) &&
			!remove.some(
				({ key, effect }) => one.key === key && (effect === '' || one.effect === effect),
			),
	);
	let done = 'modified';
	if (add.length > 0 && remove.length === 0) done = known ? 'modified' : 'tainted';
	if (add.length === 0) done = 'untainted';
	return { taints: [...kept, ...add], done };
}
