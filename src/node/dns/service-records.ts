import type { Endpoint, EndpointPort, EndpointSlice, Service } from '../../api/kubernetes.ts';

/** Where the zone finds Services and their endpoints. */
export interface Directory {
	service(namespace: string, name: string): Service | undefined;
	services(): Service[];
	slices(namespace: string, service: string): EndpointSlice[];
	allSlices(): EndpointSlice[];
}

/** One address with a name of its own below its headless Service. */
export interface NamedEndpoint {
	label: string;
	address: string;
	ports: EndpointPort[];
}

/** The endpoint's hostname, or its address with dashes. After coredns plugin/kubernetes: endpointHostname */
function labelOf(endpoint: Endpoint, address: string): string {
	return endpoint.hostname || address.replaceAll('.', '-');
}

/** Addresses that are to be found: ready ones. */
export function endpointsOf(slices: EndpointSlice[]): NamedEndpoint[] {
	const found: NamedEndpoint[] = [];
	for (const slice of slices) {
		if (slice.addressType !== 'IPv4') continue;
		for (const endpoint of slice.endpoints ?? []) {
			if (endpoint.conditions?.ready === false) continue;
			for (const address of endpoint.addresses) {
				const known = found.find((one) => one.address === address);
				if (known) known.ports.push(...(slice.ports ?? []));
				else
					found.push({
						label: labelOf(endpoint, address),
						address,
						ports: [...(slice.ports ?? [])],
					});
			}
		}
	}
	return found;
}

export function isHeadless({ spec }: Service): boolean {
	return spec.clusterIP === 'None';
}

export function hasClusterIp({ spec }: Service): boolean {
	return Boolean(spec.clusterIP) && spec.clusterIP !== 'None' && spec.type !== 'ExternalName';
}
