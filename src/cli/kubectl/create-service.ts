import { CliError } from './errors.ts';
import type { Json } from './fields.ts';
import { createMade, generatorFlags, newObject, oneName, requireFlags } from './generate.ts';
import type { Session } from './session.ts';
import type { Flag } from '../flags.ts';
import type { Verb } from './verb.ts';

const flags = generatorFlags('kubectl-create');

const tcpFlag: Flag = {
	name: 'tcp',
	type: 'strings',
	usage: "Port pairs as '<port>:<targetPort>'.",
};

/** A port pair of `--tcp`. After pkg/cmd/create: parsePorts. */
function parsePort(pair: string, nodePort: number): Json {
	const [port = '', target = port] = pair.split(':');
	const number = Number(port);
	const problem = /^\d+$/.test(port) ? number > 65535 && 'value out of range' : 'invalid syntax';
	if (problem) throw new CliError(`strconv.ParseUint: parsing "${port}": ${problem}`);
	return {
		name: pair.replace(':', '-'),
		port: number,
		protocol: 'TCP',
		targetPort: /^\d+$/.test(target) ? Number(target) : target,
		...(nodePort > 0 ? { nodePort } : {}),
	};
}

function serviceObject(session: Session, type: string, rest: Json) {
	const name = oneName(session);
	const ports = session.flags.list('tcp');
	const nodePort = session.flags.int('node-port');
	return newObject(
		session,
		{ apiVersion: 'v1', kind: 'Service' },
		{ name, labels: { app: name } },
		{
			spec: {
				...(ports.length > 0 ? { ports: ports.map((pair) => parsePort(pair, nodePort)) } : {}),
				selector: { app: name },
				type,
				...rest,
			},
			status: { loadBalancer: {} },
		},
	);
}

function serviceVerb(name: string, type: string, usage: string, own: Flag[]): Verb {
	return {
		name,
		usage: `NAME ${usage} [--dry-run=server|client|none]`,
		short: `Create a ${type} service`,
		complete: 'none',
		flags: [...flags, tcpFlag, ...own],
		async run(session) {
			oneName(session);
			const clusterIP = session.flags.text('clusterip');
			if (session.flags.list('tcp').length === 0 && clusterIP !== 'None' && type !== 'ExternalName')
				throw new CliError('at least one tcp port specifier must be provided');
			if (type === 'ExternalName') requireFlags(session, 'external-name');
			const external = session.flags.text('external-name');
			await createMade(
				session,
				serviceObject(session, type, {
					...(clusterIP ? { clusterIP } : {}),
					...(external ? { externalName: external } : {}),
				}),
				{ failure: `failed to create ${type} service:` },
			);
		},
	};
}

export const clusterIp = serviceVerb('clusterip', 'ClusterIP', '[--tcp=<port>:<targetPort>]', [
	{ name: 'clusterip', type: 'string', usage: "The address to take; 'None' makes it headless." },
]);
export const nodePort = serviceVerb('nodeport', 'NodePort', '[--tcp=port:targetPort]', [
	{ name: 'node-port', type: 'int', value: '0', usage: 'The port on each node.' },
]);
export const loadBalancer = serviceVerb(
	'loadbalancer',
	'LoadBalancer',
	'[--tcp=port:targetPort]',
	[],
);
export const externalName = serviceVerb(
	'externalname',
	'ExternalName',
	'--external-name external.name',
	[{ name: 'external-name', type: 'string', usage: 'The DNS name that the service stands for.' }],
);
