import { fieldManagerFlag } from './common-flags.ts';
import { CliError } from './errors.ts';
import { mapAt, stringMap, type Json, type Manifest } from './fields.ts';
import { matchingContainers, podSpecOf } from './pod-template.ts';
import type { Session } from './session.ts';
import { setEnv } from './set-env.ts';
import { updateFlags, updateObjects } from './update-objects.ts';
import type { Verb } from './verb.ts';

const flags = [...updateFlags, fieldManagerFlag('kubectl-set')];

/** Splits arguments into objects and `a=b` pairs. */
function pairsOf(args: string[]): { resources: string[]; pairs: Record<string, string> } {
	const resources = args.filter((arg) => !arg.includes('='));
	const given = args
		.filter((arg) => arg.includes('='))
		.map((arg) => {
			const equals = arg.indexOf('=');
			return [arg.slice(0, equals), arg.slice(equals + 1)];
		});
	return { resources, pairs: Object.fromEntries(given) as Record<string, string> };
}

const setImage: Verb = {
	name: 'image',
	usage:
		'(-f FILENAME | TYPE NAME) CONTAINER_NAME_1=CONTAINER_IMAGE_1 ... CONTAINER_NAME_N=CONTAINER_IMAGE_N',
	short: 'Update the image of a pod template',
	complete: 'resources',
	examples: ['kubectl set image deployment/web nginx=nginx:1.27'],
	flags,
	async run(session) {
		const { resources, pairs } = pairsOf(session.args);
		if (Object.keys(pairs).length === 0 && resources.length > 0)
			throw new CliError('at least one image update is required');
		await updateObjects(session, {
			args: resources,
			done: 'image updated',
			quietWhenSame: true,
			change: (object) => changeImages(object, pairs),
		});
	},
};

function changeImages(object: Manifest, pairs: Record<string, string>): void {
	const spec = podSpecOf(object);
	for (const [name, image] of Object.entries(pairs)) {
		const containers = matchingContainers(spec, name);
		if (containers.length === 0) throw new CliError(`unable to find container named "${name}"`);
		for (const container of containers) container['image'] = image;
	}
}

const setResources: Verb = {
	name: 'resources',
	usage: '(-f FILENAME | TYPE NAME)  ([--limits=LIMITS & --requests=REQUESTS]',
	short: 'Update resource requests/limits on objects with pod templates',
	complete: 'resources',
	examples: ['kubectl set resources deployment web -c=nginx --limits=cpu=200m,memory=64Mi'],
	flags: [
		...flags,
		{
			name: 'containers',
			short: 'c',
			type: 'string',
			value: '*',
			usage: 'The containers to change.',
		},
		{ name: 'limits', type: 'string', usage: 'The limits (cpu=100m,memory=64Mi).' },
		{ name: 'requests', type: 'string', usage: 'The requests (cpu=100m,memory=64Mi).' },
	],
	async run(session) {
		const limits = quantities(session, 'limits');
		const requests = quantities(session, 'requests');
		if (Object.keys({ ...limits, ...requests }).length === 0)
			throw new CliError(
				'you must specify an update to requests or limits (in the form of --requests/--limits)',
			);
		await updateObjects(session, {
			args: session.args,
			done: 'resource requirements updated',
			change: (object) => {
				for (const container of containersOf(session, object)) {
					const resources = mapAt(container, 'resources');
					container['resources'] = {
						...resources,
						...merged('limits', resources, limits),
						...merged('requests', resources, requests),
					};
				}
			},
		});
	},
};

function merged(key: string, resources: Json, values: Record<string, string>): Json {
	if (Object.keys(values).length === 0) return {};
	return { [key]: { ...stringMap(resources[key]), ...values } };
}

/** The containers that `-c` means; none is an error. */
function containersOf(session: Session, object: Manifest): Json[] {
	const pattern = session.flags.text('containers');
	const found = matchingContainers(podSpecOf(object), pattern);
	if (found.length === 0) throw new CliError(`unable to find container named ${pattern}`);
	return found;
}

function quantities(session: Session, flag: string): Record<string, string> {
	const given = session.flags.text(flag);
	const entries = given
		.split(',')
		.filter(Boolean)
		.map((pair) => {
			const [name = '', value] = pair.split('=');
			if (value === undefined)
				throw new CliError(`invalid argument syntax ${pair}, expected <resource>=<value>`);
			return [name, value];
		});
	return Object.fromEntries(entries) as Record<string, string>;
}

const setSelector: Verb = {
	name: 'selector',
	usage: '(-f FILENAME | TYPE NAME) EXPRESSIONS [--resource-version=version]',
	short: 'Set the selector on a resource',
	complete: 'resources',
	flags,
	async run(session) {
		const { resources, pairs } = pairsOf(session.args);
		await updateObjects(session, {
			args: resources,
			done: 'selector updated',
			change: (object) => {
				if (object.kind !== 'Service')
					throw new CliError(`setting a selector is only supported for Services`);
				const spec = mapAt(object, 'spec');
				const before = stringMap(spec['selector']);
				const gone = Object.keys(before).filter((key) => !Object.hasOwn(pairs, key));
				spec['selector'] = { ...pairs, ...Object.fromEntries(gone.map((key) => [key, null])) };
			},
		});
	},
};

const setServiceAccount: Verb = {
	name: 'serviceaccount',
	aliases: ['sa'],
	usage: '(-f FILENAME | TYPE NAME) SERVICE_ACCOUNT',
	short: 'Update the service account of a resource',
	complete: 'resources',
	flags,
	async run(session) {
		const account = session.args.at(-1);
		if (account === undefined) throw new CliError('serviceaccount is required');
		await updateObjects(session, {
			args: session.args.slice(0, -1),
			done: 'serviceaccount updated',
			change: (object) => {
				podSpecOf(object)['serviceAccountName'] = account;
			},
		});
	},
};

export const set: Verb = {
	name: 'set',
	usage: '',
	short: 'Set specific features on objects',
	group: 'Basic Commands (Beginner)',
	verbs: [setEnv, setImage, setResources, setSelector, setServiceAccount],
};
