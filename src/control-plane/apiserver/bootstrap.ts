import type { KubeObject } from '../../api/kubernetes.ts';
import { formatIPv4, parseCidr } from './service-ip.ts';
import type { ApiServerOptions } from './strategy.ts';

type Stored = Record<string, unknown> & { apiVersion: string; kind: string };

/** What is there before anybody writes, by resource. After pkg/controlplane: bootstrap controllers */
export function bootstrapObjects(
	options: ApiServerOptions,
): [resource: string, object: KubeObject][] {
	const { base } = parseCidr(options.serviceClusterIpRange);
	const namespaces = ['default', 'kube-node-lease', 'kube-public', 'kube-system'];
	const labels = { component: 'apiserver', provider: 'kubernetes' };
	const service: Stored = {
		apiVersion: 'v1',
		kind: 'Service',
		metadata: { name: 'kubernetes', namespace: 'default', labels },
		spec: {
			type: 'ClusterIP',
			clusterIP: formatIPv4(base + 1),
			ports: [{ name: 'https', port: 443, protocol: 'TCP', targetPort: options.advertisePort }],
		},
		status: {},
	};
	const ports = [{ name: 'https', port: options.advertisePort, protocol: 'TCP' }];
	const endpoints: Stored = {
		apiVersion: 'v1',
		kind: 'Endpoints',
		metadata: {
			name: 'kubernetes',
			namespace: 'default',
			labels: { 'endpointslice.kubernetes.io/skip-mirror': 'true' },
		},
		subsets: [{ addresses: [{ ip: options.advertiseAddress }], ports }],
	};
	const slice: Stored = {
		apiVersion: 'discovery.k8s.io/v1',
		kind: 'EndpointSlice',
		metadata: {
			name: 'kubernetes',
			namespace: 'default',
			labels: { 'kubernetes.io/service-name': 'kubernetes' },
		},
		addressType: 'IPv4',
		endpoints: [{ addresses: [options.advertiseAddress], conditions: { ready: true } }],
		ports,
	};
	return [
		...namespaces.map((name): [string, KubeObject] => [
			'namespaces',
			asObject({ apiVersion: 'v1', kind: 'Namespace', metadata: { name }, spec: {}, status: {} }),
		]),
		['services', asObject(service)],
		['endpoints', asObject(endpoints)],
		['endpointslices', asObject(slice)],
	];
}

function asObject(stored: Stored): KubeObject {
	return stored as unknown as KubeObject;
}
