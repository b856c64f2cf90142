import { collect } from './builder.ts';
import { fieldManagerFlag } from './common-flags.ts';
import { pathOf } from './discovery.ts';
import { CliError } from './errors.ts';
import { listAt, mapAt, text, type Json, type Manifest } from './fields.ts';
import { matchingContainers, podSpecOf } from './pod-template.ts';
import type { Session } from './session.ts';
import { updateFlags, updateObjects } from './update-objects.ts';
import type { Verb } from './verb.ts';

export const setEnv: Verb = {
	name: 'env',
	usage: 'RESOURCE/NAME KEY_1=VAL_1 ... KEY_N=VAL_N',
	short: 'Update environment variables on a pod template',
	complete: 'resources',
	examples: [
		'kubectl set env deployment/web COLOR=blue',
		'kubectl set env deployment/web --list',
		'kubectl set env deployment/web COLOR-',
	],
	flags: [
		...updateFlags,
		fieldManagerFlag('kubectl-set'),
		{
			name: 'containers',
			short: 'c',
			type: 'string',
			value: '*',
			usage: 'The containers to change.',
		},
		{ name: 'env', short: 'e', type: 'array', usage: 'A variable to set (a=b).' },
		{ name: 'from', type: 'string', usage: 'A config map or secret with the variables.' },
		{ name: 'keys', type: 'strings', usage: 'Only these keys of --from.' },
		{ name: 'list', type: 'bool', value: 'false', usage: 'Print the variables.' },
		{ name: 'overwrite', type: 'bool', value: 'true', usage: 'Whether set variables may change.' },
		{ name: 'prefix', type: 'string', usage: 'Put before the names of --from.' },
		{ name: 'resolve', type: 'bool', value: 'false', usage: 'Refused.', hidden: true },
	],
	run,
};

interface EnvChange {
	set: Json[];
	remove: string[];
}

async function run(session: Session): Promise<void> {
	const { args, flags } = session;
	const isChange = (arg: string) => arg.includes('=') || (arg.endsWith('-') && arg !== '-');
	const resources = args.filter((arg) => !isChange(arg));
	const words = [...args.filter(isChange), ...flags.list('env')];
	const remove = words.filter((word) => !word.includes('=')).map((word) => word.slice(0, -1));
	const set = words
		.filter((word) => word.includes('='))
		.map((word) => {
			const equals = word.indexOf('=');
			return { name: word.slice(0, equals), value: word.slice(equals + 1) };
		});
	if (flags.bool('list') && words.length === 0 && !flags.has('from'))
		return list(session, resources);
	const from = flags.has('from') ? await variablesFrom(session, flags.text('from')) : [];
	const change = { set: [...set, ...from], remove };
	await updateObjects(session, {
		args: resources,
		done: 'env updated',
		quietWhenSame: true,
		change: (object) => changeEnv(session, object, change),
	});
}

function changeEnv(session: Session, object: Manifest, { set, remove }: EnvChange): void {
	const pattern = session.flags.text('containers');
	const containers = matchingContainers(podSpecOf(object), pattern);
	if (containers.length === 0)
		throw new CliError(
			`${object.kind}/${object.metadata.name} does not have any containers matching "${pattern}"`,
		);
	for (const container of containers) {
		const env = listAt(container, 'env').filter(({ name }) => !remove.includes(text(name)));
		for (const variable of set) {
			const at = env.findIndex(({ name }) => name === variable['name']);
			if (at < 0) env.push(variable);
			else if (session.flags.bool('overwrite')) env[at] = variable;
			else
				throw new CliError(
					`'${text(variable['name'])}' already has a value, and --overwrite is false`,
				);
		}
		container['env'] = env;
	}
}

/** References to the keys of a config map or secret. */
async function variablesFrom(session: Session, from: string): Promise<Json[]> {
	const [type = '', name = ''] = from.split('/');
	const resource = await session.resource(type);
	const source = await session.rest.get(pathOf(resource, session.namespace, name));
	if (source.kind !== 'ConfigMap' && source.kind !== 'Secret')
		throw new CliError(`unsupported resource specified in --from`);
	const only = session.flags.list('keys');
	const keys = Object.keys(mapAt(source, 'data')).sort();
	const ref = source.kind === 'Secret' ? 'secretKeyRef' : 'configMapKeyRef';
	return keys
		.filter((key) => only.length === 0 || only.includes(key))
		.map((key) => ({
			name: session.flags.text('prefix') + key.toUpperCase().replace(/[^A-Z0-9_]/g, '_'),
			valueFrom: { [ref]: { name, key } },
		}));
}

async function list(session: Session, resources: string[]): Promise<void> {
	const { infos, errors } = await collect(session, { args: resources, fetch: true });
	for (const { object, name } of infos) {
		const spec = podSpecOf(object);
		for (const container of matchingContainers(spec, session.flags.text('containers'))) {
			await session.out(`# ${object.kind} ${name}, container ${text(container['name'])}\n`);
			for (const variable of listAt(container, 'env')) await session.out(`${describe(variable)}\n`);
		}
	}
	if (errors.length > 0) throw errors[0];
}

function describe(variable: Json): string {
	const source = mapAt(variable, 'valueFrom');
	const name = text(variable['name']);
	for (const [ref, kind] of [
		['configMapKeyRef', 'configmap'],
		['secretKeyRef', 'secret'],
	] as const) {
		const { name: object, key } = mapAt(source, ref);
		if (object) return `# ${name} from ${kind} ${text(object)}, key ${text(key)}`;
	}
	const field = mapAt(source, 'fieldRef')['fieldPath'];
	return field ? `# ${name} from field path ${text(field)}` : `${name}=${text(variable['value'])}`;
}
