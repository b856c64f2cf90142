import type { Pod, Service } from '../../api/kubernetes.ts';
import { namespaceOf } from './pod-ref.ts';

function variable(name: string): string {
	return name.toUpperCase().replaceAll('-', '_');
}

/** After pkg/kubelet/envvars/envvars.go: FromServices */
function linksOf(service: Service): [string, string][] {
	const { clusterIP: ip = '', ports = [] } = service.spec;
	const prefix = variable(service.metadata.name);
	const first = ports[0];
	if (!first) return [];
	const links: [string, string][] = [
		[`${prefix}_SERVICE_HOST`, ip],
		[`${prefix}_SERVICE_PORT`, String(first.port)],
	];
	for (const port of ports)
		if (port.name) links.push([`${prefix}_SERVICE_PORT_${variable(port.name)}`, String(port.port)]);
	ports.forEach((port, index) => {
		const protocol = port.protocol ?? 'TCP';
		const url = `${protocol.toLowerCase()}://${ip}:${port.port}`;
		const portPrefix = `${prefix}_PORT_${port.port}_${protocol}`;
		if (index === 0) links.push([`${prefix}_PORT`, url]);
		links.push(
			[portPrefix, url],
			[`${portPrefix}_PROTO`, protocol.toLowerCase()],
			[`${portPrefix}_PORT`, String(port.port)],
			[`${portPrefix}_ADDR`, ip],
		);
	});
	return links;
}

/**
 * Variables that tell a container of the Services it may call: those of its namespace, and always the API server's.
 * After pkg/kubelet/kubelet_pods.go: getServiceEnvVarMap
 */
export function serviceEnv(pod: Pod, services: Service[]): Map<string, string> {
	const namespace = namespaceOf(pod);
	const linked = pod.spec.enableServiceLinks !== false;
	const env = new Map<string, string>();
	for (const service of services) {
		const ip = service.spec.clusterIP;
		if (!ip || ip === 'None') continue;
		const { name, namespace: place } = service.metadata;
		const master = place === 'default' && name === 'kubernetes';
		if (!master && !(linked && place === namespace)) continue;
		for (const [key, value] of linksOf(service)) env.set(key, value);
	}
	return env;
}
