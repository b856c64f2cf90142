import type { Service, ServicePort } from '../../api/kubernetes.ts';
import { internal, type Cause } from '../../client/status.ts';
import { invalidValue, required } from './field-error.ts';
import { defaultTo } from './pod-defaults.ts';
import {
	allocateIp,
	allocateNodePort,
	inCidr,
	isIpTaken,
	isNodePortTaken,
	parseCidr,
	parseIPv4,
} from './service-ip.ts';
import { validateService } from './service-validation.ts';
import type { Context, Strategy } from './strategy.ts';

// After k/k pkg/registry/core/service/{strategy.go,storage/alloc.go} and pkg/apis/core/v1/defaults.go

type Spec = Service['spec'];

function takesNodePorts({ type, allocateLoadBalancerNodePorts }: Spec): boolean {
	return (
		type === 'NodePort' || (type === 'LoadBalancer' && allocateLoadBalancerNodePorts !== false)
	);
}

function setDefaults({ spec }: Service): void {
	defaultTo(spec, 'sessionAffinity', 'None');
	defaultTo(spec, 'type', 'ClusterIP');
	if (spec.sessionAffinity === 'ClientIP') {
		spec.sessionAffinityConfig ??= {};
		spec.sessionAffinityConfig.clientIP ??= {};
		defaultTo(spec.sessionAffinityConfig.clientIP, 'timeoutSeconds', 10_800);
	} else delete spec.sessionAffinityConfig;
	for (const port of spec.ports ?? []) {
		defaultTo(port, 'protocol', 'TCP');
		port.targetPort ||= port.port;
	}
	if (spec.type === 'ExternalName') return;
	if (spec.type === 'NodePort' || spec.type === 'LoadBalancer')
		defaultTo(spec, 'externalTrafficPolicy', 'Cluster');
	defaultTo(spec, 'internalTrafficPolicy', 'Cluster');
	if (spec.type === 'LoadBalancer') defaultTo(spec, 'allocateLoadBalancerNodePorts', true);
}

/** Keeps clusterIP and clusterIPs[0] the same, whichever a client set. */
function normalizeIps(spec: Spec): void {
	if (spec.clusterIP && !spec.clusterIPs?.length) spec.clusterIPs = [spec.clusterIP];
	if (!spec.clusterIP && spec.clusterIPs?.[0]) spec.clusterIP = spec.clusterIPs[0];
}

function allocate(service: Service, context: Context): void {
	const { spec } = service;
	normalizeIps(spec);
	if (spec.type === 'ExternalName') return;
	defaultTo(spec, 'ipFamilies', ['IPv4']);
	defaultTo(spec, 'ipFamilyPolicy', 'SingleStack');
	if (!spec.clusterIP) {
		const ip = allocateIp(context, service);
		if (!ip) throw internal('failed to allocate a serviceIP: range is full');
		spec.clusterIP = ip;
		spec.clusterIPs = [ip];
	}
	if (takesNodePorts(spec)) allocatePorts(service, context);
}

/** One node port serves all protocols of the same port number. */
function allocatePorts(service: Service, context: Context): void {
	const taken = new Set((service.spec.ports ?? []).map(({ nodePort }) => nodePort ?? 0));
	const byPort = new Map<number, number>();
	for (const port of service.spec.ports ?? []) {
		const shared = byPort.get(port.port);
		port.nodePort ??= shared ?? newPort(service, context, taken);
		taken.add(port.nodePort);
		byPort.set(port.port, port.nodePort);
	}
}

function newPort(service: Service, context: Context, taken: Set<number>): number {
	const port = allocateNodePort(context, service, taken);
	if (!port) throw internal('failed to allocate a nodePort: range is full');
	return port;
}

/** What the server chose stays, unless the new type has no use for it. After strategy.go: patchAllocatedValues */
function carryOver(service: Service, old: Service): void {
	const { spec } = service;
	const before = old.spec;
	const usesIp = spec.type !== 'ExternalName';
	if (usesIp && before.type !== 'ExternalName') carryIps(spec, before);
	if (!usesIp && before.type !== 'ExternalName') dropIps(spec, before);
	if (takesNodePorts(spec) && takesNodePorts(before)) carryPorts(spec, before);
	if (!takesNodePorts(spec)) dropPorts(spec, before);
}

function carryIps(spec: Spec, before: Spec): void {
	if (!spec.clusterIP && before.clusterIP) spec.clusterIP = before.clusterIP;
	if (!spec.clusterIPs?.length && before.clusterIPs) spec.clusterIPs = before.clusterIPs;
	spec.ipFamilies ??= before.ipFamilies ?? ['IPv4'];
	spec.ipFamilyPolicy ??= before.ipFamilyPolicy ?? 'SingleStack';
}

function dropIps(spec: Spec, before: Spec): void {
	if (spec.clusterIP === before.clusterIP) {
		delete spec.clusterIP;
		delete spec.clusterIPs;
	}
	delete spec.ipFamilies;
	delete spec.ipFamilyPolicy;
	delete spec.internalTrafficPolicy;
}

function samePort(a: ServicePort, b: ServicePort): boolean {
	return a.port === b.port && a.protocol === b.protocol;
}

function carryPorts(spec: Spec, before: Spec): void {
	for (const port of spec.ports ?? []) {
		const was = before.ports?.find((other) => samePort(port, other));
		if (was?.nodePort) port.nodePort ??= was.nodePort;
	}
}

/** A client that changes the type sends back the node ports it had read. */
function dropPorts(spec: Spec, before: Spec): void {
	for (const port of spec.ports ?? []) {
		const had = before.ports?.some(({ nodePort }) => nodePort === port.nodePort);
		if (had) delete port.nodePort;
	}
	if (spec.type !== 'LoadBalancer' && before.externalTrafficPolicy === spec.externalTrafficPolicy)
		delete spec.externalTrafficPolicy;
	if (spec.type !== 'LoadBalancer') delete spec.allocateLoadBalancerNodePorts;
}

function validateAllocations(service: Service, context: Context): Cause[] {
	const { spec } = service;
	const causes: Cause[] = [];
	const { clusterIP } = spec;
	if (clusterIP && clusterIP !== 'None' && spec.type !== 'ExternalName')
		causes.push(...validateIp(service, clusterIP, context));
	const [first, last] = context.options.nodePortRange;
	for (const [i, { nodePort }] of (spec.ports ?? []).entries()) {
		if (!nodePort || !takesNodePorts(spec)) continue;
		const path = `spec.ports[${i}].nodePort`;
		if (nodePort < first || nodePort > last)
			causes.push(
				invalidValue(
					path,
					nodePort,
					`provided port is not in the valid range. The range of valid ports is ${first}-${last}`,
				),
			);
		else if (isNodePortTaken(context, service, nodePort))
			causes.push(invalidValue(path, nodePort, 'provided port is already allocated'));
	}
	return causes;
}

function validateIp(service: Service, clusterIP: string, context: Context): Cause[] {
	const range = context.options.serviceClusterIpRange;
	const address = parseIPv4(clusterIP);
	const field = 'spec.clusterIPs';
	const shown = [clusterIP];
	if (address === undefined)
		return [
			invalidValue(
				'spec.clusterIPs[0]',
				clusterIP,
				'must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)',
			),
		];
	if (!inCidr(parseCidr(range), address))
		return [
			invalidValue(
				field,
				shown,
				`failed to allocate IP ${clusterIP}: the provided IP (${clusterIP}) is not in the valid range. The range of valid IPs is ${range}`,
			),
		];
	if (isIpTaken(context, service, clusterIP))
		return [
			invalidValue(
				field,
				shown,
				`failed to allocate IP ${clusterIP}: provided IP is already allocated`,
			),
		];
	return [];
}

export const serviceStrategy: Strategy<Service> = {
	name: 'label1035',
	status: true,
	returnDeleted: true,
	defaults: setDefaults,
	prepareForCreate(service, context) {
		service.status = { loadBalancer: {} };
		allocate(service, context);
	},
	prepareForUpdate(service, old, context) {
		carryOver(service, old);
		allocate(service, context);
	},
	validate: (service, context) => [
		...validateService(service),
		...validateAllocations(service, context),
	],
	validateUpdate({ spec }, { spec: before }) {
		const keeps = before.type !== 'ExternalName' && spec.type !== 'ExternalName';
		if (!keeps || !before.clusterIP || spec.clusterIP === before.clusterIP) return [];
		if (!spec.clusterIP) return [required('spec.clusterIPs[0]')];
		return [invalidValue('spec.clusterIPs[0]', [spec.clusterIP], 'may not change once set')];
	},
	selectableFields: ({ spec }) => ({ 'spec.clusterIP': spec.clusterIP, 'spec.type': spec.type }),
};
