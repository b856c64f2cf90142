import type { EndpointSlice, Service } from '../../api/kubernetes.ts';

interface EndpointView {
	address: string;
	/** The pod's uid, or the empty text for an address without one. */
	pod: string;
	ready: boolean;
	terminating: boolean;
}

export interface ServiceView {
	uid: string;
	name: string;
	namespace: string;
	type: string;
	/** `10.96.0.12:80` */
	address: string;
	/** Where a request to it goes from inside the cluster. */
	url: string | undefined;
	/** `app=web` */
	selector: string;
	endpoints: EndpointView[];
	ready: number;
	service: Service;
}

function endpointsOf(service: Service, slices: readonly EndpointSlice[]): EndpointView[] {
	const { name, namespace } = service.metadata;
	const byAddress = new Map<string, EndpointView>();
	for (const slice of slices) {
		const { labels, namespace: own } = slice.metadata;
		if (own !== namespace || labels?.['kubernetes.io/service-name'] !== name) continue;
		for (const endpoint of slice.endpoints ?? [])
			for (const address of endpoint.addresses)
				byAddress.set(address, {
					address,
					pod: endpoint.targetRef?.uid ?? '',
					ready: endpoint.conditions?.ready !== false,
					terminating: endpoint.conditions?.terminating === true,
				});
	}
	return [...byAddress.values()];
}

export function serviceView(service: Service, slices: readonly EndpointSlice[]): ServiceView {
	const { clusterIP, ports = [], selector = {}, type = 'ClusterIP' } = service.spec;
	const [port] = ports;
	const hasIp = clusterIP !== undefined && clusterIP !== '' && clusterIP !== 'None';
	const endpoints = endpointsOf(service, slices);
	const where = port?.port === 80 || !port ? '' : `:${port.port}`;
	return {
		uid: service.metadata.uid,
		name: service.metadata.name,
		namespace: service.metadata.namespace ?? 'default',
		type,
		address: hasIp ? [clusterIP, port?.port].filter((part) => part).join(':') : (clusterIP ?? ''),
		url: hasIp && port ? `http://${clusterIP}${where}/` : undefined,
		selector: Object.entries(selector)
			.map(([key, value]) => `${key}=${value}`)
			.join(','),
		endpoints,
		ready: endpoints.filter((one) => one.ready).length,
		service,
	};
}
