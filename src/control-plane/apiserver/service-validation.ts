import type { Service, ServicePort } from '../../api/kubernetes.ts';
import type { Cause } from '../../client/status.ts';
import { validatePortRef, validPort } from './container-validation.ts';
import { duplicate, forbiddenField, invalidValue, notSupported, required } from './field-error.ts';
import { ipErrors } from './service-ip.ts';
import { dnsLabelErrors, subdomainErrors, validateLabels } from './validate-meta.ts';

// After k/k pkg/apis/core/validation/validation.go: ValidateService

const types = ['ClusterIP', 'ExternalName', 'LoadBalancer', 'NodePort'];
const protocols = ['SCTP', 'TCP', 'UDP'];
const policies = ['Cluster', 'Local'];

export function validateService({ spec }: Service): Cause[] {
	return [
		...validateType(spec),
		...validatePorts(spec),
		...validateLabels(spec.selector, 'spec.selector'),
		...validateChoices(spec),
		...validateAffinityTimeout(spec),
		...validateExternalIps(spec),
		...validateFamilies(spec),
	];
}

function validateType(spec: Service['spec']): Cause[] {
	const { type = '', externalName } = spec;
	if (!types.includes(type)) return [notSupported('spec.type', type, types)];
	if (type !== 'ExternalName') {
		const headless = spec.clusterIP === 'None';
		if (headless && type !== 'ClusterIP')
			return [
				invalidValue('spec.clusterIPs[0]', 'None', `may not be set to 'None' for ${type} services`),
			];
		return [];
	}
	const causes: Cause[] = [];
	if (spec.clusterIP)
		causes.push(forbiddenField('spec.clusterIPs[0]', 'may not be set for ExternalName services'));
	if (!externalName) causes.push(required('spec.externalName'));
	else
		causes.push(
			...subdomainErrors(externalName).map((text) =>
				invalidValue('spec.externalName', externalName, text),
			),
		);
	return causes;
}

function validatePorts(spec: Service['spec']): Cause[] {
	const ports = spec.ports ?? [];
	const headless = spec.clusterIP === 'None';
	if (ports.length === 0 && !headless && spec.type !== 'ExternalName')
		return [required('spec.ports')];
	const names = new Set<string>();
	const seen = new Set<string>();
	return ports.flatMap((port, i) => {
		const path = `spec.ports[${i}]`;
		const causes = [
			...validateName(port, path, ports.length > 1, names),
			...validatePort(port, path, spec),
		];
		const id = `${port.protocol}/${port.port}`;
		if (seen.has(id)) causes.push(duplicatePort(port, path));
		seen.add(id);
		return causes;
	});
}

function duplicatePort({ port, protocol }: ServicePort, path: string): Cause {
	const shown = `core.ServicePort{Name:"", Protocol:${JSON.stringify(protocol)}, AppProtocol:(*string)(nil), Port:${port}, TargetPort:intstr.IntOrString{Type:0, IntVal:0, StrVal:""}, NodePort:0}`;
	return { ...duplicate(path, ''), message: `Duplicate value: ${shown}` };
}

function validateName(
	port: ServicePort,
	path: string,
	needed: boolean,
	names: Set<string>,
): Cause[] {
	const { name } = port;
	if (!name) return needed ? [required(`${path}.name`)] : [];
	const causes = dnsLabelErrors(name).map((text) => invalidValue(`${path}.name`, name, text));
	if (names.has(name)) causes.push(duplicate(`${path}.name`, name));
	names.add(name);
	return causes;
}

function validatePort(port: ServicePort, path: string, spec: Service['spec']): Cause[] {
	const causes: Cause[] = [];
	if (!validPort(port.port))
		causes.push(
			invalidValue(`${path}.port`, port.port ?? 0, 'must be between 1 and 65535, inclusive'),
		);
	if (!protocols.includes(port.protocol ?? ''))
		causes.push(notSupported(`${path}.protocol`, port.protocol ?? '', protocols));
	if (port.targetPort !== undefined && port.targetPort !== port.port)
		causes.push(...validatePortRef(port.targetPort, `${path}.targetPort`));
	if (port.nodePort && spec.type === 'ClusterIP')
		causes.push(forbiddenField(`${path}.nodePort`, "may not be used when `type` is 'ClusterIP'"));
	return causes;
}

function validateChoices(spec: Service['spec']): Cause[] {
	const causes: Cause[] = [];
	const { sessionAffinity, externalTrafficPolicy, internalTrafficPolicy } = spec;
	if (sessionAffinity && !['None', 'ClientIP'].includes(sessionAffinity))
		causes.push(notSupported('spec.sessionAffinity', sessionAffinity, ['ClientIP', 'None']));
	if (externalTrafficPolicy && !isExternal(spec))
		causes.push(
			invalidValue(
				'spec.externalTrafficPolicy',
				externalTrafficPolicy,
				'may only be set for externally-accessible services',
			),
		);
	else if (externalTrafficPolicy && !policies.includes(externalTrafficPolicy))
		causes.push(notSupported('spec.externalTrafficPolicy', externalTrafficPolicy, policies));
	if (internalTrafficPolicy && !policies.includes(internalTrafficPolicy))
		causes.push(notSupported('spec.internalTrafficPolicy', internalTrafficPolicy, policies));
	return causes;
}

/** Whether somebody outside the cluster can reach it. */
function isExternal({ type, externalIPs = [] }: Service['spec']): boolean {
	if (type === 'NodePort' || type === 'LoadBalancer') return true;
	return type === 'ClusterIP' && externalIPs.length > 0;
}

const maxTimeout = 86_400;

function validateAffinityTimeout({ sessionAffinityConfig }: Service['spec']): Cause[] {
	const timeout = sessionAffinityConfig?.clientIP?.timeoutSeconds;
	if (timeout === undefined || (timeout > 0 && timeout <= maxTimeout)) return [];
	const field = 'spec.sessionAffinityConfig.clientIP.timeoutSeconds';
	return [invalidValue(field, timeout, `must be greater than 0 and less than ${maxTimeout}`)];
}

function validateExternalIps({ externalIPs = [] }: Service['spec']): Cause[] {
	return externalIPs.flatMap((ip, i) =>
		ipErrors(ip).map((text) => invalidValue(`spec.externalIPs[${i}]`, ip, text)),
	);
}

// After pkg/registry/core/service/storage/alloc.go: initIPFamilyFields, for a cluster with IPv4 alone
function validateFamilies({ type, ipFamilyPolicy, ipFamilies = [] }: Service['spec']): Cause[] {
	if (type === 'ExternalName') return [];
	const causes = ipFamilies.flatMap((family, i) =>
		family === 'IPv4'
			? []
			: [invalidValue(`spec.ipFamilies[${i}]`, family, 'not configured on this cluster')],
	);
	if (ipFamilyPolicy !== 'RequireDualStack') return causes;
	const detail = 'this cluster is not configured for dual-stack services';
	return [invalidValue('spec.ipFamilyPolicy', ipFamilyPolicy, detail), ...causes];
}
