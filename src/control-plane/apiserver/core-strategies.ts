import type {
	ConfigMap,
	Endpoints,
	EndpointSlice,
	Event,
	KubeObject,
	Lease,
	Namespace,
	Node,
	Secret,
} from '../../api/kubernetes.ts';
import type { Cause } from '../../client/status.ts';
import { forbiddenField, immutable, invalidValue, notSupported, required } from './field-error.ts';
import { equalJson } from './json-value.ts';
import { defaultTo } from './pod-defaults.ts';
import { parseIPv4 } from './service-ip.ts';
import type { Strategy } from './strategy.ts';
import { qualifiedNameErrors } from './validate-meta.ts';

/** Namespaces go through Terminating until the finalizer in their spec is taken off. After pkg/registry/core/namespace */
export const namespaceStrategy: Strategy<Namespace> = {
	name: 'label',
	status: true,
	defaults(namespace) {
		const { metadata } = namespace;
		metadata.labels = { ...metadata.labels, 'kubernetes.io/metadata.name': metadata.name };
	},
	prepareForCreate(namespace) {
		namespace.spec = { finalizers: ['kubernetes'] };
		namespace.status = { phase: 'Active' };
	},
	prepareForUpdate(namespace, old) {
		namespace.spec = old.spec;
	},
	prepareForDelete(namespace) {
		namespace.status = { ...namespace.status, phase: 'Terminating' };
	},
	finalizing: (namespace) => (namespace.spec.finalizers ?? []).length > 0,
	selectableFields: (namespace) => ({ 'status.phase': namespace.status.phase ?? '' }),
};

const dataKey = /^[-._a-zA-Z0-9]+$/;
const maxData = 1024 * 1024;

function validateKeys(map: Record<string, string> | undefined, field: string): Cause[] {
	return Object.keys(map ?? {})
		.filter((key) => !dataKey.test(key) || key === '.' || key === '..' || key.length > 253)
		.map((key) =>
			invalidValue(
				`${field}[${key}]`,
				key,
				"a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. 'key.name',  or 'KEY_NAME',  or 'key-name', regex used for validation is '[-._a-zA-Z0-9]+')",
			),
		);
}

function size(map: Record<string, string> | undefined): number {
	return Object.values(map ?? {}).reduce((sum, value) => sum + value.length, 0);
}

interface Sealed extends KubeObject {
	immutable?: boolean;
	data?: Record<string, string>;
	binaryData?: Record<string, string>;
}

function sealedUnchanged(object: Sealed, old: Sealed): Cause[] {
	if (!old.immutable) return [];
	const detail = 'field is immutable when `immutable` is set';
	const causes: Cause[] = [];
	if (!object.immutable) causes.push(forbiddenField('immutable', detail));
	for (const field of ['data', 'binaryData'] as const)
		if (!equalJson(object[field], old[field])) causes.push(forbiddenField(field, detail));
	return causes;
}

export const configMapStrategy: Strategy<ConfigMap> = {
	name: 'subdomain',
	validate({ data, binaryData }) {
		const causes = [...validateKeys(data, 'data'), ...validateKeys(binaryData, 'binaryData')];
		for (const key of Object.keys(data ?? {}))
			if (binaryData && key in binaryData)
				causes.push(invalidValue(`data[${key}]`, key, 'duplicate of key present in binaryData'));
		if (size(data) + size(binaryData) > maxData)
			causes.push({
				reason: 'FieldValueTooLong',
				message: `Too long: may not be more than ${maxData} bytes`,
				field: '',
			});
		return causes;
	},
	validateUpdate: sealedUnchanged,
};

function base64(text: string): string {
	let binary = '';
	for (const byte of new TextEncoder().encode(text)) binary += String.fromCharCode(byte);
	return btoa(binary);
}

const secretKeys: Record<string, string[]> = {
	'kubernetes.io/dockerconfigjson': ['.dockerconfigjson'],
	'kubernetes.io/dockercfg': ['.dockercfg'],
	'kubernetes.io/tls': ['tls.crt', 'tls.key'],
	'kubernetes.io/ssh-auth': ['ssh-privatekey'],
};

export const secretStrategy: Strategy<Secret & { stringData?: Record<string, string> }> = {
	name: 'subdomain',
	defaults(secret) {
		for (const [key, value] of Object.entries(secret.stringData ?? {}))
			secret.data = { ...secret.data, [key]: base64(value) };
		delete secret.stringData;
		secret.type ||= 'Opaque';
	},
	validate({ data, type = '' }) {
		const missing = (secretKeys[type] ?? [])
			.filter((key) => data?.[key] === undefined)
			.map((key) => required(`data[${key}]`));
		return [...validateKeys(data, 'data'), ...missing];
	},
	validateUpdate: (secret, old) => [
		...(secret.type === old.type ? [] : [immutable('type', secret.type)]),
		...sealedUnchanged(secret, old),
	],
	selectableFields: ({ type }) => ({ type: type ?? '' }),
};

export const serviceAccountStrategy: Strategy = { name: 'subdomain', returnDeleted: true };

const taintEffects = ['NoSchedule', 'PreferNoSchedule', 'NoExecute'];

export const nodeStrategy: Strategy<Node> = {
	name: 'subdomain',
	status: true,
	defaults(node) {
		const { status } = node;
		if (status.capacity && !status.allocatable) status.allocatable = { ...status.capacity };
	},
	/** No pod is bound before the node's health is known. After plugin/pkg/admission/nodetaint */
	prepareForCreate({ spec }) {
		const key = 'node.kubernetes.io/not-ready';
		const taints = spec.taints ?? [];
		if (!taints.some((taint) => taint.key === key && taint.effect === 'NoSchedule'))
			spec.taints = [...taints, { key, effect: 'NoSchedule' }];
	},
	validate({ spec }) {
		return (spec.taints ?? []).flatMap(({ key, effect }, i) => {
			const path = `spec.taints[${i}]`;
			const causes = qualifiedNameErrors(key).map((text) => invalidValue(`${path}.key`, key, text));
			if (!effect) causes.push(required(`${path}.effect`));
			else if (!taintEffects.includes(effect))
				causes.push(notSupported(`${path}.effect`, effect, taintEffects));
			return causes;
		});
	},
	validateUpdate({ spec }, { spec: old }) {
		if (old.podCIDR && spec.podCIDR !== old.podCIDR)
			return [
				forbiddenField(
					'spec.podCIDRs',
					'node updates may not change podCIDR except from "" to valid',
				),
			];
		return [];
	},
	selectableFields: ({ spec }) => ({ 'spec.unschedulable': String(spec.unschedulable ?? false) }),
};

export const eventStrategy: Strategy<Event> = {
	name: 'subdomain',
	createOnUpdate: true,
	defaults(event) {
		event.involvedObject ??= {};
		event.source ??= {};
		event.reportingComponent ??= event.source.component ?? '';
		event.reportingInstance ??= event.source.host ?? '';
	},
	validate({ involvedObject, metadata }) {
		const { namespace } = involvedObject;
		const expected = namespace ? namespace : 'default';
		if (metadata.namespace === expected || (!namespace && metadata.namespace === 'kube-system'))
			return [];
		return [
			invalidValue('involvedObject.namespace', namespace ?? '', 'does not match event.namespace'),
		];
	},
	selectableFields: (event) => {
		const { involvedObject: object, source } = event;
		return {
			'involvedObject.kind': object?.kind,
			'involvedObject.namespace': object?.namespace,
			'involvedObject.name': object?.name,
			'involvedObject.uid': object?.uid,
			'involvedObject.apiVersion': object?.apiVersion,
			'involvedObject.resourceVersion': object?.resourceVersion,
			'involvedObject.fieldPath': object?.fieldPath,
			reason: event.reason,
			reportingComponent: event.reportingComponent,
			source: source?.component ?? event.reportingComponent,
			type: event.type,
		};
	},
};

export const leaseStrategy: Strategy<Lease> = {
	name: 'subdomain',
	createOnUpdate: true,
	unconditionalUpdate: false,
	validate({ spec }) {
		const { leaseDurationSeconds: seconds, leaseTransitions: transitions } = spec;
		const causes: Cause[] = [];
		if (seconds !== undefined && seconds <= 0)
			causes.push(invalidValue('spec.leaseDurationSeconds', seconds, 'must be greater than 0'));
		if (transitions !== undefined && transitions < 0)
			causes.push(
				invalidValue('spec.leaseTransitions', transitions, 'must be greater than or equal to 0'),
			);
		return causes;
	},
};

export const endpointsStrategy: Strategy<Endpoints> = {
	name: 'subdomain',
	createOnUpdate: true,
	defaults(endpoints) {
		for (const { ports } of endpoints.subsets ?? [])
			for (const port of ports ?? []) defaultTo(port, 'protocol', 'TCP');
	},
	validate: ({ subsets }) =>
		(subsets ?? []).flatMap((subset, i) =>
			[...(subset.addresses ?? []), ...(subset.notReadyAddresses ?? [])]
				.filter(({ ip }) => parseIPv4(ip) === undefined && !ip.includes(':'))
				.map(({ ip }) =>
					invalidValue(
						`subsets[${i}].addresses`,
						ip,
						'must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)',
					),
				),
		),
};

const addressTypes = ['IPv4', 'IPv6', 'FQDN'];

export const endpointSliceStrategy: Strategy<EndpointSlice> = {
	name: 'subdomain',
	generation: true,
	defaults(slice) {
		for (const port of slice.ports ?? []) {
			defaultTo(port, 'name', '');
			defaultTo(port, 'protocol', 'TCP');
		}
		slice.endpoints ??= [];
		slice.ports ??= [];
	},
	validate({ addressType, endpoints }) {
		const causes: Cause[] = [];
		if (!addressType) causes.push(required('addressType'));
		else if (!addressTypes.includes(addressType))
			causes.push(notSupported('addressType', addressType, addressTypes));
		for (const [i, { addresses }] of (endpoints ?? []).entries())
			if (!addresses?.length)
				causes.push(required(`endpoints[${i}].addresses`, 'must contain at least 1 address'));
		return causes;
	},
	validateUpdate: (slice, old) =>
		slice.addressType === old.addressType ? [] : [immutable('addressType', slice.addressType)],
};

/** Kinds that are listed only. */
export const plainStrategy: Strategy = { name: 'subdomain' };
