import type { Service, ServicePort } from '../../api/kubernetes.ts';
import type { Cause } from '../../client/status.ts';
import { validatePortRef, validPort } from './container-validation.ts';
import { duplicate, forbiddenField, invalidValue, notSupported, required } from './field-error.ts';
import { dnsLabelErrors, subdomainErrors, validateLabels } from './validate-meta.ts';

// After k/k pkg/apis/core/validation/validation.go: ValidateService

const types = ['ClusterIP', 'NodePort', 'LoadBalancer', 'ExternalName'];
const protocols = ['TCP', 'UDP', 'SCTP'];
const policies = ['Cluster', 'Local'];

export function validateService({ spec }: Service): Cause[] {
	return [
		...validateType(spec),
		...validatePorts(spec),
		...validateLabels(spec.selector, 'spec.selector'),
		...validateChoices(spec),
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
	if (externalTrafficPolicy && !policies.includes(externalTrafficPolicy))
		causes.push(notSupported('spec.externalTrafficPolicy', externalTrafficPolicy, policies));
	if (internalTrafficPolicy && !policies.includes(internalTrafficPolicy))
		causes.push(notSupported('spec.internalTrafficPolicy', internalTrafficPolicy, policies));
	return causes;
}
