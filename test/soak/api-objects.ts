import type { KubeObject } from '../../src/api/kubernetes.ts';
import {
	structOf,
	typeNamed,
	type Field,
	type Scalar,
	type TypeRef,
} from '../../src/control-plane/apiserver/schema.ts';
import type { ServedKind } from '../../src/control-plane/apiserver/served-kinds.ts';
import { apiVersionOf } from '../../src/client/resources.ts';
import { hostileKeys, hostileText, hostileValue, mutate, ownKey } from './hostile.ts';
import type { Random } from './random.ts';

export const names = ['a', 'b', 'c', 'kubernetes', 'constructor', 'x.y-z'];
export const namespaces = ['default', 'kube-system', 'other', 'nowhere', 'constructor'];

const labels = { app: 'a' };
const pod = { containers: [{ name: 'main', image: 'nginx:1.27' }] };
const template = { metadata: { labels }, spec: pod };
const workload = { replicas: 2, selector: { matchLabels: labels }, template };

/** What a good client sends, by kind; other kinds are made up from the schema. */
const samples: Record<string, object> = {
	Pod: { spec: pod },
	Deployment: { spec: workload },
	ReplicaSet: { spec: workload },
	Service: { spec: { selector: labels, ports: [{ name: 'http', port: 80, targetPort: 'web' }] } },
	ConfigMap: { data: { a: 'b' }, binaryData: { c: 'AAEC' } },
	Secret: { type: 'Opaque', data: { a: 'YQ==' }, stringData: { b: 'c' } },
	Namespace: {},
	ServiceAccount: {},
	Node: {
		spec: { podCIDR: '10.244.0.0/24', taints: [{ key: 'a', effect: 'NoSchedule' }] },
		status: { capacity: { cpu: '1', memory: '96Mi' }, addresses: [] },
	},
	Lease: { spec: { holderIdentity: 'a', leaseDurationSeconds: 40 } },
	Endpoints: { subsets: [{ addresses: [{ ip: '10.0.0.1' }], ports: [{ port: 80 }] }] },
	EndpointSlice: {
		addressType: 'IPv4',
		endpoints: [{ addresses: ['10.0.0.1'], conditions: { ready: true } }],
		ports: [{ name: 'http', port: 80, protocol: 'TCP' }],
	},
	Event: {
		involvedObject: { kind: 'Pod', name: 'a', namespace: 'default' },
		reason: 'Started',
		message: 'started',
		type: 'Normal',
	},
	Scale: { spec: { replicas: 3 } },
	Binding: { target: { kind: 'Node', name: 'a' } },
	Eviction: { deleteOptions: {} },
};

/** A whole object of a kind, as a good client writes it. */
export function goodObject(
	{ resource }: Pick<ServedKind, 'resource'>,
	name: string,
	namespace: string,
): KubeObject {
	const { kind, namespaced } = resource;
	const metadata = { name, labels, annotations: { a: 'b' }, ...(namespaced ? { namespace } : {}) };
	const object = { apiVersion: apiVersionOf(resource), kind, metadata, ...samples[kind] };
	return structuredClone(object) as unknown as KubeObject;
}

/** The same with anything done to it: places changed at random, fields of the schema filled in. */
export function badObject(random: Random, served: ServedKind, name: string, namespace: string) {
	const object = goodObject(served, name, namespace);
	for (let left = random.int(3); left > 0; left--)
		fillIn(random, served.schema, object as unknown as Record<string, unknown>);
	for (let left = random.int(4); left > 0; left--) mutate(random, object);
	return object;
}

/** Sets a field that the schema has somewhere in an object to a value of about its type. */
function fillIn(random: Random, typeName: string, object: Record<string, unknown>): void {
	const fields = [...typeNamed(typeName).fields.values()];
	if (fields.length === 0) return;
	const field = random.pick(fields);
	const inner = structOf(field.type);
	const there = object[field.name];
	if (inner && typeof there === 'object' && there !== null && random.chance(0.8))
		return fillIn(random, inner.name, there as Record<string, unknown>);
	object[field.name] = fieldValue(random, field, 4);
}

function fieldValue(random: Random, field: Field, depth: number): unknown {
	return random.chance(0.05) ? hostileValue(random) : valueOf(random, field.type, depth);
}

function valueOf(random: Random, type: TypeRef, depth: number): unknown {
	if (type.is === 'scalar') return scalarOf(random, type.scalar);
	if (type.is === 'list')
		return Array.from({ length: random.int(3) }, () => valueOf(random, type.of, depth - 1));
	if (type.is === 'map') {
		const key = random.chance(0.5) ? random.pick(hostileKeys) : 'a';
		return ownKey({}, key, valueOf(random, type.of, depth - 1));
	}
	const struct: Record<string, unknown> = {};
	if (depth <= 0) return struct;
	for (const field of typeNamed(type.name).fields.values())
		if (random.chance(0.4)) struct[field.name] = fieldValue(random, field, depth - 1);
	return struct;
}

const texts = [
	'a',
	'web',
	'http',
	'TCP',
	'Always',
	'10.0.0.1',
	'default',
	'/tmp',
	'In',
	'ClusterIP',
];
const times = ['2026-01-01T00:00:00Z', '2026-01-01T00:00:00.000000Z', '0001-01-01T00:00:00Z'];
const quantities = [
	'1',
	'500m',
	'64Mi',
	'1e3',
	'0',
	'-1',
	'1e3000000',
	'0.1n',
	'9E',
	'1e-400',
	5,
	0.1,
];

function scalarOf(random: Random, scalar: Scalar): unknown {
	if (scalar === 'bool') return random.chance(0.5);
	if (scalar === 'Time' || scalar === 'MicroTime') return random.pick(times);
	if (scalar === 'Quantity') return random.pick(quantities);
	if (scalar === 'bytes') return random.pick(['AAEC', '', 'YQ', '=']);
	if (scalar === 'IntOrString') return random.pick([80, 'web', '25%', 0, -1, '101%', 2 ** 31]);
	if (scalar === 'any' || scalar === 'FieldsV1') return hostileValue(random);
	if (scalar === 'string') return random.chance(0.7) ? random.pick(texts) : hostileText(random);
	return random.pick([0, 1, 80, 65_535, 65_536, -1, 2 ** 31 - 1]);
}
