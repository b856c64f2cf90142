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
import {
	byteLength,
	duplicate,
	forbiddenField,
	immutable,
	invalidValue,
	notSupported,
	printed,
	quote,
	required,
	tooLong,
} from './field-error.ts';
import { equalJson } from './json-value.ts';
import { defaultTo } from './pod-defaults.ts';
import { ipErrors } from './service-ip.ts';
import type { Strategy } from './strategy.ts';
import { labelValueErrors, qualifiedNameErrors } from './validate-meta.ts';
import { trimEndOf } from '../../util/trim-end.ts';

/** Namespaces go through Terminating until the finalizer in their spec is taken off. After pkg/registry/core/namespace */
export const namespaceStrategy: Strategy<Namespace> = {
	name: 'label',
	status: true,
	defaults(namespace) {
		const { metadata } = namespace;
		if (metadata.name)
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

/** Bytes of texts. */
function textSize(map: Record<string, string> | undefined): number {
	return Object.values(map ?? {}).reduce((sum, value) => sum + byteLength(value), 0);
}

/** Bytes of what stands there in base64. */
function dataSize(map: Record<string, string> | undefined): number {
	return Object.values(map ?? {}).reduce(
		(sum, value) => sum + Math.floor((trimEndOf(value, '=').length * 3) / 4),
		0,
	);
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
			if (binaryData && Object.hasOwn(binaryData, key))
				causes.push(invalidValue(`data[${key}]`, key, 'duplicate of key present in binaryData'));
		if (textSize(data) + dataSize(binaryData) > maxData) causes.push(tooLong('[]', maxData));
		return causes;
	},
	validateUpdate: sealedUnchanged,
};

function base64(text: string): string {
	const bytes = new TextEncoder().encode(text);
	const parts: string[] = [];
	for (let i = 0; i < bytes.length; i += 8192)
		parts.push(String.fromCharCode(...bytes.subarray(i, i + 8192)));
	return btoa(parts.join(''));
}

const secretKeys = new Map([
	['kubernetes.io/dockerconfigjson', ['.dockerconfigjson']],
	['kubernetes.io/dockercfg', ['.dockercfg']],
	['kubernetes.io/tls', ['tls.crt', 'tls.key']],
	['kubernetes.io/ssh-auth', ['ssh-privatekey']],
]);

export const secretStrategy: Strategy<Secret & { stringData?: Record<string, string> }> = {
	name: 'subdomain',
	defaults(secret) {
		for (const [key, value] of Object.entries(secret.stringData ?? {}))
			secret.data = { ...secret.data, [key]: base64(value) };
		delete secret.stringData;
		secret.type ||= 'Opaque';
	},
	validate({ data, type = '' }) {
		const missing = (secretKeys.get(type) ?? [])
			.filter((key) => data?.[key] === undefined)
			.map((key) => required(`data[${key}]`));
		const large = dataSize(data) > maxData ? [tooLong('data', maxData)] : [];
		return [...validateKeys(data, 'data'), ...large, ...missing];
	},
	validateUpdate: (secret, old) => [
		...(secret.type === old.type ? [] : [immutable('type', secret.type)]),
		...sealedUnchanged(secret, old),
	],
	selectableFields: ({ type }) => ({ type: type ?? '' }),
};

export const serviceAccountStrategy: Strategy = { name: 'subdomain', returnDeleted: true };

function goTaint(key: string, value = '', effect = ''): string {
	return `core.Taint{Key:${quote(key)}, Value:${quote(value)}, Effect:${quote(effect)}, TimeAdded:<nil>}`;
}

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
		const seen = new Set<string>();
		return (spec.taints ?? []).flatMap(({ key, value, effect }, i) => {
			const path = `spec.taints[${i}]`;
			const causes = [
				...qualifiedNameErrors(key).map((text) => invalidValue(`${path}.key`, key, text)),
				...labelValueErrors(value ?? '').map((text) =>
					invalidValue(`${path}.value`, value ?? '', text),
				),
			];
			const id = `${key}:${effect}`;
			if (seen.has(id)) causes.push(duplicate(path, printed(goTaint(key, value, effect))));
			seen.add(id);
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
		event.reportingComponent ||= event.source.component ?? '';
		event.reportingInstance ||= event.source.host ?? '';
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
				.map(({ ip = '' }: { ip?: string }) => ip)
				.flatMap((ip) =>
					ipErrors(ip).map((text) => invalidValue(`subsets[${i}].addresses`, ip, text)),
				),
		),
};

const addressTypes = ['FQDN', 'IPv4', 'IPv6'];

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

/** A kind that is listed only, and by what it can be selected. */
export function selectableBy(...paths: string[]): Strategy {
	return {
		...plainStrategy,
		selectableFields: () => Object.fromEntries(paths.map((path) => [path, ''])),
	};
}
