import type { Endpoints, EndpointSlice, Service } from '../../api/kubernetes.ts';
import { age, ageColumn, column, labelsText, nameColumn, type TableShape } from './table.ts';

// After k/k pkg/printers/internalversion/printers.go: printService, printEndpoints, printEndpointSlice

function externalIp({ spec, status }: Service): string {
	const ingress = (status.loadBalancer?.ingress ?? []).map(
		({ ip, hostname }) => ip ?? hostname ?? '',
	);
	const external = spec.externalIPs ?? [];
	if (spec.type === 'ExternalName') return spec.externalName ?? '<none>';
	if (spec.type !== 'LoadBalancer') return external.length > 0 ? external.join(',') : '<none>';
	const all = [...ingress, ...external];
	return all.length > 0 ? all.join(',') : '<pending>';
}

function ports({ spec }: Service): string {
	const list = (spec.ports ?? []).map(({ port, nodePort, protocol }) =>
		nodePort ? `${port}:${nodePort}/${protocol}` : `${port}/${protocol}`,
	);
	return list.length > 0 ? list.join(',') : '<none>';
}

const services: TableShape<Service> = {
	columns: [
		nameColumn,
		column('Type', 'How the Service is reached.'),
		column('Cluster-IP', 'Virtual address inside the cluster.'),
		column('External-IP', 'Addresses outside the cluster.'),
		column('Port(s)', 'Ports of the Service.'),
		ageColumn,
		column('Selector*', 'Labels of the pods behind it.'),
	],
	cells: (service, now) => [
		service.metadata.name,
		service.spec.type ?? '',
		service.spec.clusterIP || '<none>',
		externalIp(service),
		ports(service),
		age(service.metadata.creationTimestamp, now),
		labelsText(service.spec.selector),
	],
};

const shownEndpoints = 3;

function addresses({ subsets }: Endpoints): string {
	const all: string[] = [];
	for (const { addresses: ready, ports: list } of subsets ?? []) {
		if (list?.length)
			for (const { port } of list) for (const { ip } of ready ?? []) all.push(`${ip}:${port}`);
		else for (const { ip } of ready ?? []) all.push(ip);
	}
	return shorten(all, '<none>');
}

/** The first few of a list, and how many more there are. */
function shorten(all: string[], none: string): string {
	if (all.length === 0) return none;
	const more = all.length - shownEndpoints;
	const text = all.slice(0, shownEndpoints).join(',');
	return more > 0 ? `${text} + ${more} more...` : text;
}

const endpoints: TableShape<Endpoints> = {
	columns: [nameColumn, column('Endpoints', 'Addresses that are ready.'), ageColumn],
	cells: (object, now) => [
		object.metadata.name,
		addresses(object),
		age(object.metadata.creationTimestamp, now),
	],
};

function slicePorts({ ports: list }: EndpointSlice): string {
	return shorten(
		(list ?? []).map(({ port, name }) => (port ? String(port) : name || '*')),
		'<unset>',
	);
}

const endpointslices: TableShape<EndpointSlice> = {
	columns: [
		nameColumn,
		column('AddressType', 'Kind of the addresses.'),
		column('Ports', 'Ports of every address.'),
		column('Endpoints', 'The addresses.'),
		ageColumn,
	],
	cells: (slice, now) => [
		slice.metadata.name,
		slice.addressType,
		slicePorts(slice),
		shorten(
			(slice.endpoints ?? []).flatMap((endpoint) => endpoint.addresses),
			'<unset>',
		),
		age(slice.metadata.creationTimestamp, now),
	],
};

export const serviceTables: Record<string, TableShape> = {
	services: services,
	endpoints,
	endpointslices: endpointslices,
};
