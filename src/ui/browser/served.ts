import { httpUrl } from '../../browser/address.ts';
import type { ClusterState } from '../state/cluster-state.svelte.ts';
import type { ServiceView } from '../topology/service-view.ts';

export interface Served {
	kind: 'service' | 'nodePort' | 'pod' | 'container';
	/** What answers there: `web`, `web-6d4c-x7k2p`. */
	name: string;
	url: string;
	/** Of the object, where there is one. */
	uid?: string;
}

const isTcp = ({ protocol = 'TCP' }: { protocol?: string }) => protocol.toUpperCase() === 'TCP';

/** The addresses of a Service: its ports on the machines, and its name. */
function servedBy(
	{ name, namespace, service, uid }: ServiceView,
	node: string | undefined,
): Served[] {
	const host = `${name}.${namespace}.svc.cluster.local`;
	return (service.spec.ports ?? [])
		.filter(isTcp)
		.flatMap(({ port, nodePort }): Served[] => [
			...(nodePort && node !== undefined
				? [{ kind: 'nodePort' as const, name, uid, url: httpUrl(node, nodePort) }]
				: []),
			{ kind: 'service', name, uid, url: httpUrl(host, port) },
		]);
}

/** What could be opened right now, Services first. */
export function served(state: ClusterState): Served[] {
	const running = state.nodes.filter(({ power }) => power === 'running');
	const worker = running.find(({ role }) => role === 'worker') ?? running[0];
	const services = state.services.flatMap((one) => servedBy(one, worker?.name));
	const pods = state.pods
		.filter(({ state: podState }) => podState === 'ready')
		.flatMap(({ name, ip, pod, uid }) =>
			pod.spec.containers
				.flatMap(({ ports = [] }) => ports)
				.filter(isTcp)
				.map(({ containerPort }): Served => ({
					kind: 'pod',
					name,
					uid,
					url: httpUrl(ip ?? '', containerPort),
				})),
		);
	const containers = running.flatMap((node) =>
		(state.facts.get(node.name)?.containers ?? [])
			.filter((one) => one.state === 'running')
			.flatMap(({ name, config }) =>
				(config.ports ?? [])
					.filter(({ protocol, hostPort }) => protocol === 'tcp' && hostPort > 0)
					.map(({ hostPort }): Served => ({
						kind: 'container',
						name,
						url: httpUrl(node.name, hostPort),
					})),
			),
	);
	const seen = new Set<string>();
	return [...services, ...containers, ...pods].filter(({ url }) => !seen.has(url) && seen.add(url));
}
