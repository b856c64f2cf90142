import type {
	Endpoint,
	EndpointSlice,
	Endpoints,
	Service,
	ServicePort,
} from '../../api/kubernetes.ts';
import { listAll } from './builder.ts';
import { appendEvents } from './describe-events.ts';
import { DescribeWriter, orNone } from './describe-writer.ts';
import type { Manifest } from './fields.ts';
import type { Session } from './session.ts';
import { labelText } from './table-printer.ts';

/** After pkg/describe: describeService. */
export async function describeService(session: Session, object: Manifest): Promise<string> {
	const service = object as unknown as Service;
	const { metadata, spec } = service;
	const writer = new DescribeWriter();
	writer.write(0, `Name:\t${metadata.name}`);
	writer.write(0, `Namespace:\t${metadata.namespace ?? ''}`);
	writer.labels('Labels', metadata.labels ?? {});
	writer.annotations('Annotations', metadata.annotations ?? {});
	writer.write(0, `Selector:\t${labelText(spec.selector ?? {})}`);
	writer.write(0, `Type:\t${spec.type ?? ''}`);
	addresses(writer, service);
	const slices = await slicesOf(session, object);
	for (const port of spec.ports ?? []) describePort(writer, port, slices);
	writer.write(0, `Session Affinity:\t${spec.sessionAffinity ?? ''}`);
	if (spec.externalTrafficPolicy)
		writer.write(0, `External Traffic Policy:\t${spec.externalTrafficPolicy}`);
	if (spec.internalTrafficPolicy)
		writer.write(0, `Internal Traffic Policy:\t${spec.internalTrafficPolicy}`);
	await appendEvents(session, writer, object);
	return writer.toString();
}

function addresses(writer: DescribeWriter, { spec, status }: Service): void {
	if (spec.ipFamilyPolicy) writer.write(0, `IP Family Policy:\t${spec.ipFamilyPolicy}`);
	writer.write(0, `IP Families:\t${orNone((spec.ipFamilies ?? []).join(','))}`);
	writer.write(0, `IP:\t${spec.clusterIP ?? ''}`);
	writer.write(0, `IPs:\t${orNone((spec.clusterIPs ?? []).join(','))}`);
	if (spec.externalIPs?.length) writer.write(0, `External IPs:\t${spec.externalIPs.join(',')}`);
	if (spec.externalName) writer.write(0, `External Name:\t${spec.externalName}`);
	const ingress = status.loadBalancer.ingress ?? [];
	if (ingress.length > 0)
		writer.write(
			0,
			`LoadBalancer Ingress:\t${ingress.map(({ ip, hostname }) => ip ?? hostname).join(', ')}`,
		);
}

async function slicesOf(session: Session, service: Manifest): Promise<EndpointSlice[]> {
	const resource = await session.resource('endpointslices.discovery.k8s.io');
	const labelSelector = `kubernetes.io/service-name=${service.metadata.name}`;
	const place = { resource, namespace: service.metadata.namespace };
	return (await listAll(session, place, { labelSelector })) as unknown as EndpointSlice[];
}

function describePort(writer: DescribeWriter, port: ServicePort, slices: EndpointSlice[]): void {
	const name = port.name || '<unset>';
	const protocol = port.protocol ?? 'TCP';
	writer.write(0, `Port:\t${name}\t${port.port}/${protocol}`);
	writer.write(0, `TargetPort:\t${port.targetPort ?? port.port}/${protocol}`);
	if (port.nodePort) writer.write(0, `NodePort:\t${name}\t${port.nodePort}/${protocol}`);
	writer.write(0, `Endpoints:\t${orNone(endpointsOf(port, slices))}`);
}

function endpointsOf(port: ServicePort, slices: EndpointSlice[]): string {
	const found = slices.flatMap((slice) => {
		const matching = (slice.ports ?? []).filter(({ name }) => (name ?? '') === (port.name ?? ''));
		const ready = (slice.endpoints ?? []).filter(({ conditions }) => conditions?.ready !== false);
		return matching.flatMap((one) =>
			ready.flatMap(({ addresses: list }) => list.map((address) => `${address}:${one.port ?? 0}`)),
		);
	});
	const shown = found.slice(0, 3).join(',');
	return found.length > 3 ? `${shown} + ${found.length - 3} more...` : shown;
}

/** After pkg/describe: describeEndpointSliceV1. */
export async function describeEndpointSlice(session: Session, object: Manifest): Promise<string> {
	const slice = object as unknown as EndpointSlice;
	const writer = new DescribeWriter();
	writer.write(0, `Name:\t${slice.metadata.name}`);
	writer.write(0, `Namespace:\t${slice.metadata.namespace ?? ''}`);
	writer.labels('Labels', slice.metadata.labels ?? {});
	writer.annotations('Annotations', slice.metadata.annotations ?? {});
	writer.write(0, `AddressType:\t${slice.addressType}`);
	const ports = slice.ports ?? [];
	if (ports.length === 0) writer.write(0, 'Ports: <unset>');
	else {
		writer.write(0, 'Ports:\n  Name\tPort\tProtocol');
		writer.write(1, '----\t----\t--------');
	}
	for (const { name, port, protocol } of ports)
		writer.write(1, `${name || '<unset>'}\t${port ?? '<unset>'}\t${protocol ?? ''}`);
	const endpoints = slice.endpoints ?? [];
	writer.write(0, endpoints.length === 0 ? 'Endpoints: <none>' : 'Endpoints:');
	for (const endpoint of endpoints) describeEndpoint(writer, endpoint);
	await appendEvents(session, writer, object);
	return writer.toString();
}

function describeEndpoint(writer: DescribeWriter, endpoint: Endpoint): void {
	const { targetRef } = endpoint;
	writer.write(1, `- Addresses:  ${orNone(endpoint.addresses.join(','))}`);
	writer.write(2, `Conditions:\n      Ready:\t${endpoint.conditions?.ready ?? '<unset>'}`);
	writer.write(2, `Hostname:\t${endpoint.hostname ?? '<unset>'}`);
	if (targetRef) writer.write(2, `TargetRef:\t${targetRef.kind}/${targetRef.name}`);
	writer.write(2, `NodeName:\t${endpoint.nodeName ?? '<unset>'}`);
	writer.write(2, `Zone:\t${endpoint.zone ?? '<unset>'}`);
}

/** After pkg/describe: describeEndpoints. */
export async function describeEndpoints(session: Session, object: Manifest): Promise<string> {
	const { metadata, subsets = [] } = object as unknown as Endpoints;
	const writer = new DescribeWriter();
	writer.write(0, `Name:\t${metadata.name}`);
	writer.write(0, `Namespace:\t${metadata.namespace ?? ''}`);
	writer.labels('Labels', metadata.labels ?? {});
	writer.annotations('Annotations', metadata.annotations ?? {});
	writer.write(0, 'Subsets:');
	for (const { addresses = [], notReadyAddresses = [], ports = [] } of subsets) {
		writer.write(1, `Addresses:\t${orNone(addresses.map(({ ip }) => ip).join(','))}`);
		writer.write(
			1,
			`NotReadyAddresses:\t${orNone(notReadyAddresses.map(({ ip }) => ip).join(','))}`,
		);
		if (ports.length > 0) {
			writer.write(1, 'Ports:');
			writer.write(2, 'Name\tPort\tProtocol');
			writer.write(2, '----\t----\t--------');
		}
		for (const { name, port, protocol } of ports)
			writer.write(2, `${name || '<unset>'}\t${port}\t${protocol ?? ''}`);
		writer.write(0, '');
	}
	await appendEvents(session, writer, object);
	return writer.toString();
}
