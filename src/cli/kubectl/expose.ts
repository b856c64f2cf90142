import type { ServicePort } from '../../api/kubernetes.ts';
import { collect, forEach, type Info } from './builder.ts';
import { filenameFlags } from './common-flags.ts';
import { CliError } from './errors.ts';
import { listAt, mapAt, numberAt, stringMap, textAt, type Json, type Manifest } from './fields.ts';
import { createMade, generatorFlags, newObject } from './generate.ts';
import { parseYamlText } from './manifest.ts';
import { mergePatch } from './merge-patch.ts';
import type { Session } from './session.ts';
import type { Verb } from './verb.ts';

export const expose: Verb = {
	name: 'expose',
	usage:
		'(-f FILENAME | TYPE NAME) [--port=port] [--protocol=TCP|UDP|SCTP] [--target-port=number-or-name] [--name=name] [--external-ip=external-ip-of-service] [--type=type]',
	short:
		'Take a replication controller, service, deployment or pod and expose it as a new Kubernetes service',
	group: 'Basic Commands (Beginner)',
	complete: 'resources',
	examples: ['kubectl expose deployment web --port=80 --target-port=8080'],
	flags: [
		...generatorFlags('kubectl-expose'),
		...filenameFlags,
		{ name: 'cluster-ip', type: 'string', usage: "The address to take; 'None' makes it headless." },
		{ name: 'external-ip', type: 'string', usage: 'One more address of the service.' },
		{ name: 'labels', short: 'l', type: 'string', usage: 'Labels of the service (a=b,c=d).' },
		{ name: 'name', type: 'string', usage: 'The name of the service.' },
		{ name: 'overrides', type: 'string', usage: 'JSON that is merged over the service.' },
		{ name: 'port', type: 'string', usage: 'The port of the service.' },
		{ name: 'protocol', type: 'string', usage: 'The protocol; TCP unless said otherwise.' },
		{ name: 'selector', type: 'string', usage: 'The labels of the pods (a=b,c=d).' },
		{ name: 'session-affinity', type: 'string', usage: "'None' or 'ClientIP'." },
		{ name: 'target-port', type: 'string', usage: 'Name or number of the port of the pods.' },
		{ name: 'type', type: 'string', usage: 'ClusterIP, NodePort, LoadBalancer or ExternalName.' },
	],
	async run(session) {
		const found = await collect(session, { fetch: true, args: session.args });
		await forEach(found, (info) => exposeOne(session, info));
	},
};

const exposable = new Set(['Deployment', 'Pod', 'ReplicaSet', 'ReplicationController', 'Service']);

async function exposeOne(session: Session, info: Info): Promise<void> {
	const { object } = info;
	if (!exposable.has(object.kind)) throw new CliError(`cannot expose a ${object.kind}`);
	const name = session.flags.text('name') || object.metadata.name.slice(0, 63);
	const overrides = session.flags.text('overrides');
	let service = newObject(
		session,
		{ apiVersion: 'v1', kind: 'Service' },
		{ name, ...labelsFor(session, object) },
		{ spec: specFor(session, object), status: { loadBalancer: {} } },
	);
	if (overrides) service = mergePatch(service, parseYamlText(overrides)) as Manifest;
	await createMade(session, service, { operation: 'exposed' });
}

function labelsFor(session: Session, object: Manifest): Json {
	const given = session.flags.text('labels');
	const labels = given ? equalities(given) : (object.metadata.labels ?? {});
	return Object.keys(labels).length > 0 ? { labels } : {};
}

function equalities(text: string): Record<string, string> {
	return Object.fromEntries(
		text.split(',').map((pair) => {
			const [key = '', value] = pair.split('=');
			if (value === undefined) throw new CliError(`unexpected label spec: ${pair}`);
			return [key, value];
		}),
	);
}

function specFor(session: Session, object: Manifest): Json {
	const { flags } = session;
	const external = flags.text('external-ip');
	return {
		ports: ports(session, object),
		selector: selectorFor(session, object),
		...optional('type', flags.text('type')),
		...optional('clusterIP', flags.text('cluster-ip')),
		...optional('sessionAffinity', flags.text('session-affinity')),
		...(external ? { externalIPs: [external] } : {}),
	};
}

function optional(key: string, value: string): Json {
	return value ? { [key]: value } : {};
}

/** After pkg/polymorphichelpers: MapBasedSelectorForObject. */
function selectorFor(session: Session, object: Manifest): Record<string, string> {
	const given = session.flags.text('selector');
	if (given) return equalities(given);
	if (object.kind === 'Pod') {
		const labels = object.metadata.labels ?? {};
		if (Object.keys(labels).length === 0)
			throw new CliError(
				"couldn't retrieve selectors via --selector flag or introspection: the pod has no labels and cannot be exposed",
			);
		return labels;
	}
	const selector = mapAt(object, 'spec', 'selector');
	if (object.kind === 'Service' || object.kind === 'ReplicationController')
		return stringMap(selector);
	if (listAt(selector, 'matchExpressions').length > 0)
		throw new CliError(
			'couldn\'t retrieve selectors via --selector flag or introspection: couldn\'t convert expressions - "matchExpressions" to map-based selector format',
		);
	return stringMap(selector['matchLabels']);
}

function ports(session: Session, object: Manifest): ServicePort[] {
	const { flags } = session;
	const given = flags.text('port');
	const target = flags.text('target-port');
	const found = given
		? given.split(',').map((port) => ({ port: portNumber(port), protocol: undefined }))
		: objectPorts(object);
	if (found.length === 0)
		throw new CliError(
			"couldn't find port via --port flag or introspection\nSee 'kubectl expose -h' for help and examples",
		);
	return found.map(({ port, protocol }, i) => ({
		...(found.length > 1 ? { name: `port-${i + 1}` } : {}),
		port,
		protocol: (flags.text('protocol') || protocol || 'TCP') as 'TCP',
		targetPort: targetPort(target, port),
	}));
}

function targetPort(target: string, port: number): string | number {
	if (target === '') return port;
	return /^\d+$/.test(target) ? Number(target) : target;
}

function portNumber(text: string): number {
	if (!/^\d+$/.test(text)) throw new CliError(`strconv.Atoi: parsing "${text}": invalid syntax`);
	return Number(text);
}

function objectPorts(object: Manifest): { port: number; protocol: string | undefined }[] {
	if (object.kind === 'Service')
		return listAt(object, 'spec', 'ports').map((one) => ({
			port: numberAt(one, 'port'),
			protocol: textAt(one, 'protocol') || undefined,
		}));
	const spec =
		object.kind === 'Pod' ? mapAt(object, 'spec') : mapAt(object, 'spec', 'template', 'spec');
	return listAt(spec, 'containers').flatMap((container) =>
		listAt(container, 'ports').map((one) => ({
			port: numberAt(one, 'containerPort'),
			protocol: textAt(one, 'protocol') || undefined,
		})),
	);
}
