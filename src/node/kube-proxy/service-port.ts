import type { Service } from '../../api/kubernetes.ts';

/** One port of a Service as the proxy sees it. After pkg/proxy/serviceport.go: BaseServicePortInfo */
export interface ServicePort {
	/** `ns/service` */
	service: string;
	/** `ns/service:port`, the port's name left out when it has none. */
	name: string;
	portName: string;
	protocol: 'tcp' | 'udp';
	clusterIp: string;
	port: number;
	nodePort: number | undefined;
	externalIps: string[];
	/** Seconds a client sticks to its endpoint. */
	affinitySeconds: number | undefined;
	externalLocal: boolean;
	internalLocal: boolean;
}

export function serviceKey(object: { metadata: { namespace?: string; name: string } }): string {
	return `${object.metadata.namespace ?? 'default'}/${object.metadata.name}`;
}

/** After pkg/proxy/util/utils.go: ShouldSkipService */
function isProxied({ spec, metadata }: Service): boolean {
	if (!spec.clusterIP || spec.clusterIP === 'None' || spec.type === 'ExternalName') return false;
	return metadata.labels?.['service.kubernetes.io/service-proxy-name'] === undefined;
}

export function servicePorts(service: Service): ServicePort[] {
	if (!isProxied(service)) return [];
	const { spec } = service;
	const key = serviceKey(service);
	const affinity = spec.sessionAffinity === 'ClientIP';
	const seconds = spec.sessionAffinityConfig?.clientIP?.timeoutSeconds ?? 10_800;
	const ingress = (service.status?.loadBalancer?.ingress ?? []).flatMap(({ ip }) => ip ?? []);
	return (spec.ports ?? []).flatMap((port): ServicePort[] => {
		if (port.protocol === 'SCTP') return [];
		const portName = port.name ?? '';
		return [
			{
				service: key,
				name: portName === '' ? key : `${key}:${portName}`,
				portName,
				protocol: port.protocol === 'UDP' ? 'udp' : 'tcp',
				clusterIp: spec.clusterIP ?? '',
				port: port.port,
				nodePort: port.nodePort || undefined,
				externalIps: [...(spec.externalIPs ?? []), ...ingress],
				affinitySeconds: affinity ? seconds : undefined,
				externalLocal: spec.externalTrafficPolicy === 'Local',
				internalLocal: spec.internalTrafficPolicy === 'Local',
			},
		];
	});
}
