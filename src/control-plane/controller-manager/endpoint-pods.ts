import type {
	Endpoint,
	EndpointPort,
	Node,
	ObjectReference,
	Pod,
	Service,
	ServicePort,
} from '../../api/kubernetes.ts';
import { isPodReady, isPodTerminal } from './conditions.ts';

/** Whether a service selects pods; without a selector its endpoints are somebody else's. */
export function selects(service: Service): boolean {
	const { selector, type } = service.spec;
	return type !== 'ExternalName' && selector !== undefined && Object.keys(selector).length > 0;
}

export function isHeadless(service: Service): boolean {
	return service.spec.clusterIP === 'None';
}

/** Whether a pod can be an endpoint at all. After endpointslice/util: ShouldPodBeInEndpoints */
export function canBeEndpoint(pod: Pod, includeTerminating: boolean): boolean {
	if (isPodTerminal(pod) || !pod.status.podIP) return false;
	return includeTerminating || pod.metadata.deletionTimestamp === undefined;
}

/** The pod's port that a service port leads to. After pkg/api/v1/service: FindPort */
function targetPortOf(pod: Pod, port: ServicePort): number | undefined {
	const { targetPort = port.port, protocol = 'TCP' } = port;
	if (typeof targetPort === 'number') return targetPort === 0 ? port.port : targetPort;
	const sidecars = (pod.spec.initContainers ?? []).filter(
		({ restartPolicy }) => restartPolicy === 'Always',
	);
	for (const container of [...pod.spec.containers, ...sidecars])
		for (const candidate of container.ports ?? [])
			if (candidate.name === targetPort && (candidate.protocol ?? 'TCP') === protocol)
				return candidate.containerPort;
	return undefined;
}

/** The ports a pod serves; a named one that it does not have is left out. */
export function endpointPorts(service: Service, pod: Pod): EndpointPort[] {
	return (service.spec.ports ?? []).flatMap((port) => {
		const number = targetPortOf(pod, port);
		if (number === undefined) return [];
		const { name = '', protocol = 'TCP', appProtocol } = port;
		return [{ name, port: number, protocol, ...(appProtocol ? { appProtocol } : {}) }];
	});
}

/** A reference without the revision, which would change with every write of the pod. */
export function podReference({ metadata }: Pod): ObjectReference {
	const { namespace = '', name, uid } = metadata;
	return { kind: 'Pod', namespace, name, uid };
}

/** The name under which a headless service publishes a pod. */
export function publishedHostname(pod: Pod, service: Service): string | undefined {
	const { hostname, subdomain } = pod.spec;
	return hostname && subdomain === service.metadata.name ? hostname : undefined;
}

/** A pod as an endpoint. After endpointslice/utils.go: podToEndpoint */
export function endpointOf(pod: Pod, service: Service, node: Node | undefined): Endpoint {
	const serving = isPodReady(pod);
	const terminating = pod.metadata.deletionTimestamp !== undefined;
	const ready = service.spec.publishNotReadyAddresses === true || (serving && !terminating);
	const hostname = publishedHostname(pod, service);
	const zone = node?.metadata.labels?.['topology.kubernetes.io/zone'];
	return {
		addresses: [pod.status.podIP ?? ''],
		conditions: { ready, serving, terminating },
		...(hostname ? { hostname } : {}),
		targetRef: podReference(pod),
		...(pod.spec.nodeName ? { nodeName: pod.spec.nodeName } : {}),
		...(zone ? { zone } : {}),
	};
}
