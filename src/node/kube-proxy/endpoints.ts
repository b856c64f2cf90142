import type { EndpointSlice } from '../../api/kubernetes.ts';
import type { ServicePort } from './service-port.ts';

/** One address behind a Service port. After pkg/proxy/endpoint.go: BaseEndpointInfo */
export interface ProxyEndpoint {
	ip: string;
	port: number;
	isLocal: boolean;
	ready: boolean;
	serving: boolean;
	terminating: boolean;
}

/** Endpoints of each Service port, `ns/service` to port name and protocol to list. */
export type EndpointMap = Map<string, Map<string, ProxyEndpoint[]>>;

export function endpointKey(portName: string, protocol: string): string {
	return `${portName}/${protocol}`;
}

/** After pkg/proxy/endpointslicecache.go: endpointInfoByServicePort */
export function endpointMap(slices: EndpointSlice[], nodeName: string): EndpointMap {
	const map: EndpointMap = new Map();
	for (const slice of slices) {
		const service = slice.metadata.labels?.['kubernetes.io/service-name'];
		if (service === undefined || slice.addressType !== 'IPv4') continue;
		const key = `${slice.metadata.namespace ?? 'default'}/${service}`;
		const ports = map.get(key) ?? new Map<string, ProxyEndpoint[]>();
		map.set(key, ports);
		for (const { name = '', port, protocol = 'TCP' } of slice.ports ?? [])
			if (port) addSlice(ports, endpointKey(name, protocol.toLowerCase()), port, slice, nodeName);
	}
	return map;
}

function addSlice(
	ports: Map<string, ProxyEndpoint[]>,
	key: string,
	port: number,
	slice: EndpointSlice,
	nodeName: string,
): void {
	const list = ports.get(key) ?? [];
	ports.set(key, list);
	for (const { addresses, conditions = {}, nodeName: at } of slice.endpoints ?? []) {
		const ip = addresses[0];
		if (ip === undefined || list.some((known) => known.ip === ip && known.port === port)) continue;
		const ready = conditions.ready ?? true;
		list.push({
			ip,
			port,
			isLocal: at === nodeName,
			ready,
			serving: conditions.serving ?? ready,
			terminating: conditions.terminating ?? false,
		});
	}
	list.sort((a, b) => (a.ip < b.ip ? -1 : a.ip > b.ip ? 1 : a.port - b.port));
}

/** Which endpoints take a Service port's traffic. After pkg/proxy/topology.go: CategorizeEndpoints */
export interface Chosen {
	cluster: ProxyEndpoint[];
	local: ProxyEndpoint[];
	/** Used by some policy of this port: each needs its chain. */
	all: ProxyEndpoint[];
	/** Whether anything is behind the Service at all, on any node. */
	hasAny: boolean;
}

/** The ready ones; without any, those that still serve while they end. */
function usable(endpoints: ProxyEndpoint[]): ProxyEndpoint[] {
	const ready = endpoints.filter((endpoint) => endpoint.ready);
	if (ready.length > 0) return ready;
	return endpoints.filter((endpoint) => endpoint.serving && endpoint.terminating);
}

export function chooseEndpoints(port: ServicePort, endpoints: ProxyEndpoint[]): Chosen {
	const cluster = usable(endpoints);
	const needsLocal = port.internalLocal || port.externalLocal;
	const local = needsLocal ? usable(endpoints.filter((endpoint) => endpoint.isLocal)) : [];
	const all = [...new Set([...cluster, ...local])];
	return { cluster, local, all, hasAny: all.length > 0 };
}
