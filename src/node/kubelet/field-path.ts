import type { Container, Pod } from '../../api/kubernetes.ts';
import { milliValue, quantityToNumber, wholeValue } from '../../client/quantity.ts';
import { namespaceOf } from './pod-ref.ts';

const subscript = /^metadata\.(labels|annotations)\['(.*)'\]$/;

/** `key="value"` lines as the downward API writes maps. After pkg/fieldpath: FormatMap */
function formatMap(map: Record<string, string> | undefined): string {
	return Object.entries(map ?? {})
		.sort(([a], [b]) => (a < b ? -1 : 1))
		.map(([key, value]) => `${key}=${JSON.stringify(value)}`)
		.join('\n');
}

/** The addresses a pod object does not have yet while its first containers are made. */
export interface PodAddresses {
	podIp: string;
	hostIp: string;
}

/** The value of a `fieldRef`; throws on a path there is none for. After pkg/fieldpath and kubelet_pods.go: podFieldSelectorRuntimeValue */
export function fieldValue(pod: Pod, path: string, addresses: PodAddresses): string {
	const match = subscript.exec(path);
	if (match) {
		const map = match[1] === 'labels' ? pod.metadata.labels : pod.metadata.annotations;
		return map?.[match[2] ?? ''] ?? '';
	}
	const read = fields[path];
	if (!read) throw new Error(`unsupported fieldPath: ${path}`);
	return read(pod, addresses);
}

const fields: Record<string, (pod: Pod, addresses: PodAddresses) => string> = {
	'metadata.name': (pod) => pod.metadata.name,
	'metadata.namespace': namespaceOf,
	'metadata.uid': (pod) => pod.metadata.uid,
	'metadata.labels': (pod) => formatMap(pod.metadata.labels),
	'metadata.annotations': (pod) => formatMap(pod.metadata.annotations),
	'spec.nodeName': (pod) => pod.spec.nodeName ?? '',
	'spec.serviceAccountName': (pod) => pod.spec.serviceAccountName ?? '',
	'spec.restartPolicy': (pod) => pod.spec.restartPolicy ?? 'Always',
	'status.phase': (pod) => pod.status.phase ?? 'Pending',
	'status.hostIP': (_pod, { hostIp }) => hostIp,
	'status.hostIPs': (_pod, { hostIp }) => hostIp,
	'status.podIP': (_pod, { podIp }) => podIp,
	'status.podIPs': (_pod, { podIp }) => podIp,
};

export interface Allocatable {
	cpu: string;
	memory: string;
}

/** The value of a `resourceFieldRef`, rounded up to its divisor. After pkg/api/v1/resource: ExtractContainerResourceValue */
export function resourceValue(
	container: Container,
	resource: string,
	divisor: string | undefined,
	allocatable: Allocatable,
): string {
	const [list = '', name = ''] = resource.split('.');
	const { limits, requests } = container.resources ?? {};
	const whole: Record<string, string> = { ...allocatable };
	const values: Record<string, string> = {
		limits: limits?.[name] ?? whole[name] ?? '0',
		requests: requests?.[name] ?? '0',
	};
	const text = values[list];
	if (text === undefined) throw new Error(`unsupported container resource: ${resource}`);
	const unit = !divisor || divisor === '0' ? '1' : divisor;
	if (name === 'cpu') return String(Math.ceil(milliValue(text) / milliValue(unit)));
	return String(Math.ceil(wholeValue(text) / quantityToNumber(unit)));
}
