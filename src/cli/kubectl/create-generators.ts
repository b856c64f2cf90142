import { CliError, UsageError } from './errors.ts';
import type { Json } from './fields.ts';
import { fileData } from './file-data.ts';
import {
	commandAfterDash,
	createMade,
	generatorFlags,
	nameFromImage,
	newObject,
	oneName,
	requireFlags,
} from './generate.ts';
import type { Session } from './session.ts';
import type { Verb } from './verb.ts';

const flags = generatorFlags('kubectl-create');

export const deployment: Verb = {
	name: 'deployment',
	aliases: ['deploy', 'dep'],
	usage: 'NAME --image=image -- [COMMAND] [args...]',
	short: 'Create a deployment with the specified name',
	examples: ['kubectl create deployment web --image=nginx --replicas=3 --port=80'],
	complete: 'none',
	flags: [
		...flags,
		{ name: 'image', type: 'strings', usage: 'The images; each makes a container.' },
		{ name: 'port', type: 'int', value: '-1', usage: 'The port that the containers expose.' },
		{ name: 'replicas', short: 'r', type: 'int', value: '1', usage: 'How many pods.' },
	],
	async run(session) {
		requireFlags(session, 'image');
		const made = deploymentObject(session, oneName(session));
		await createMade(session, made, { failure: 'failed to create deployment:' });
	},
};

function deploymentObject(session: Session, name: string) {
	const images = session.flags.list('image');
	const command = commandAfterDash(session);
	if (images.length > 1 && command.length > 0)
		throw new CliError('cannot specify multiple --image options and command');
	const port = session.flags.int('port');
	if (session.flags.has('port') && (port < 1 || port > 65535))
		throw new CliError(`invalid port number ${port}, must be between 1 and 65535, inclusive`);
	const labels = { app: name };
	const containers = images.map((image) => ({
		name: nameFromImage(image),
		image,
		...(command.length > 0 ? { command } : {}),
		...(session.flags.has('port') ? { ports: [{ containerPort: port }] } : {}),
		resources: {},
	}));
	return newObject(
		session,
		{ apiVersion: 'apps/v1', kind: 'Deployment' },
		{ name, labels },
		{
			spec: {
				replicas: session.flags.int('replicas'),
				selector: { matchLabels: labels },
				strategy: {},
				template: { metadata: { creationTimestamp: null, labels }, spec: { containers } },
			},
			status: {},
		},
	);
}

export const job: Verb = {
	name: 'job',
	usage: 'NAME --image=image -- [COMMAND] [args...]',
	short: 'Create a job with the specified name',
	complete: 'none',
	flags: [...flags, { name: 'image', type: 'string', usage: 'The image of the container.' }],
	async run(session) {
		const name = oneName(session);
		if (!session.flags.has('image'))
			throw new CliError('either --image or --from must be specified');
		const command = commandAfterDash(session);
		const container: Json = {
			name,
			image: session.flags.text('image'),
			...(command.length > 0 ? { command } : {}),
			resources: {},
		};
		const spec = { containers: [container], restartPolicy: 'Never' };
		const template = { metadata: { creationTimestamp: null }, spec };
		const type = { apiVersion: 'batch/v1', kind: 'Job' };
		const made = newObject(session, type, { name }, { spec: { template }, status: {} });
		await createMade(session, made, { failure: 'failed to create job:' });
	},
};

export const namespace: Verb = {
	name: 'namespace',
	aliases: ['ns'],
	usage: 'NAME',
	short: 'Create a namespace with the specified name',
	complete: 'none',
	flags,
	async run(session) {
		const type = { apiVersion: 'v1', kind: 'Namespace', namespaced: false };
		const rest = { spec: {}, status: {} };
		await createMade(session, newObject(session, type, { name: oneName(session) }, rest));
	},
};

export const serviceAccount: Verb = {
	name: 'serviceaccount',
	aliases: ['sa'],
	usage: 'NAME',
	short: 'Create a service account with the specified name',
	complete: 'none',
	flags,
	async run(session) {
		const type = { apiVersion: 'v1', kind: 'ServiceAccount' };
		const made = newObject(session, type, { name: oneName(session) }, {});
		await createMade(session, made, { failure: 'failed to create serviceaccount:' });
	},
};

export const configMap: Verb = {
	name: 'configmap',
	aliases: ['cm'],
	usage: 'NAME [--from-file=[key=]source] [--from-literal=key1=value1]',
	short: 'Create a config map from a local file, directory or literal value',
	complete: 'none',
	flags: [
		...flags,
		{ name: 'append-hash', type: 'bool', value: 'false', usage: 'Refused.', hidden: true },
		{ name: 'from-env-file', type: 'strings', usage: 'Files with lines of KEY=value.' },
		{ name: 'from-file', type: 'strings', usage: 'Files or folders; the key is the file name.' },
		{ name: 'from-literal', type: 'array', usage: 'A key and its value (mykey=somevalue).' },
	],
	async run(session) {
		if (session.flags.bool('append-hash')) throw new UsageError('--append-hash is not supported');
		const name = oneName(session);
		const { texts, binaries } = await fileData(session, ` in Data for ConfigMap "${name}"`);
		const rest = {
			...(Object.keys(texts).length > 0 ? { data: texts } : {}),
			...(Object.keys(binaries).length > 0 ? { binaryData: binaries } : {}),
		};
		const type = { apiVersion: 'v1', kind: 'ConfigMap' };
		const made = newObject(session, type, { name }, rest);
		await createMade(session, made, { failure: 'failed to create configmap:' });
	},
};
