import type {
	Container,
	EnvVar,
	PodSpec,
	Probe,
	ProbeHandler,
	ResourceRequirements,
} from '../../api/kubernetes.ts';
import { compare, parseQuantity } from '../../client/quantity.ts';
import type { Cause } from '../../client/status.ts';
import { own } from '../../util/own.ts';
import {
	duplicate,
	forbiddenField,
	invalidValue,
	notFoundValue,
	notSupported,
	required,
} from './field-error.ts';
import { dnsLabelErrors } from './validate-meta.ts';

// After k/k pkg/apis/core/validation/validation.go: validateContainers

/** Containers and init containers of a pod's spec. */
export function validateContainers(spec: PodSpec, field: string): Cause[] {
	const causes: Cause[] = [];
	if (spec.containers.length === 0) causes.push(required(`${field}.containers`));
	const names = new Set<string>();
	const volumes = new Set((spec.volumes ?? []).map(({ name }) => name));
	const check = (list: Container[] | undefined, path: string, init: boolean) => {
		for (const [i, container] of (list ?? []).entries()) {
			const at = `${path}[${i}]`;
			causes.push(
				...validateContainer(container, at, volumes),
				...probesOfInit(container, at, init),
			);
			if (container.name && names.has(container.name))
				causes.push(duplicate(`${at}.name`, container.name));
			names.add(container.name);
		}
	};
	check(spec.containers, `${field}.containers`, false);
	check(spec.initContainers, `${field}.initContainers`, true);
	causes.push(...hostPortConflicts(spec, field));
	return causes;
}

function probesOfInit(container: Container, path: string, init: boolean): Cause[] {
	const always = (container.restartPolicy as string | undefined) === 'Always';
	if (!init && container.restartPolicy !== undefined)
		return [forbiddenField(`${path}.restartPolicy`, 'may not be set for non-init containers')];
	if (!init || always) return [];
	return (['livenessProbe', 'readinessProbe', 'startupProbe', 'lifecycle'] as const)
		.filter((key) => container[key])
		.map((key) =>
			forbiddenField(
				`${path}.${key}`,
				'may not be set for init containers without restartPolicy=Always',
			),
		);
}

const messagePolicies = ['File', 'FallbackToLogsOnError'];

function validateContainer(container: Container, path: string, volumes: Set<string>): Cause[] {
	const { name, image } = container;
	const causes: Cause[] = [];
	if (!name) causes.push(required(`${path}.name`));
	else causes.push(...dnsLabelErrors(name).map((text) => invalidValue(`${path}.name`, name, text)));
	if (!image) causes.push(required(`${path}.image`));
	else if (image !== image.trim())
		causes.push(
			invalidValue(`${path}.image`, image, 'must not have leading or trailing whitespace'),
		);
	const policies = ['Always', 'IfNotPresent', 'Never'];
	if (container.imagePullPolicy && !policies.includes(container.imagePullPolicy))
		causes.push(notSupported(`${path}.imagePullPolicy`, container.imagePullPolicy, policies));
	const { terminationMessagePolicy: message } = container;
	if (message && !messagePolicies.includes(message))
		causes.push(notSupported(`${path}.terminationMessagePolicy`, message, messagePolicies));
	return [
		...causes,
		...validatePorts(container, `${path}.ports`),
		...validateEnv(container.env, `${path}.env`),
		...validateMounts(container, `${path}.volumeMounts`, volumes),
		...validateResources(container.resources, `${path}.resources`),
		...validateProbes(container, path),
	];
}

const portRange = 'must be between 1 and 65535, inclusive';

export function validPort(port: number | undefined): boolean {
	return port !== undefined && port >= 1 && port <= 65535;
}

/** What is wrong with a port name. After validation.IsValidPortName */
function portNameErrors(name: string): string[] {
	const errors: string[] = [];
	if (name.length > 15) errors.push('must be no more than 15 characters');
	if (!/^[-a-z0-9]+$/.test(name))
		errors.push('must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)');
	if (!/[a-z]/.test(name)) errors.push('must contain at least one letter (a-z)');
	if (name.includes('--')) errors.push('must not contain consecutive hyphens');
	if (name.startsWith('-') || name.endsWith('-'))
		errors.push('must not begin or end with a hyphen');
	return errors;
}

const protocols = ['SCTP', 'TCP', 'UDP'];

function validatePorts(container: Container, field: string): Cause[] {
	const names = new Set<string>();
	return (container.ports ?? []).flatMap((port, i) => {
		const path = `${field}[${i}]`;
		const { name, containerPort, hostPort, protocol } = port;
		const causes: Cause[] = [];
		if (name) {
			causes.push(...portNameErrors(name).map((text) => invalidValue(`${path}.name`, name, text)));
			if (names.has(name)) causes.push(duplicate(`${path}.name`, name));
			names.add(name);
		}
		if (!containerPort) causes.push(required(`${path}.containerPort`));
		else if (!validPort(containerPort))
			causes.push(invalidValue(`${path}.containerPort`, containerPort, portRange));
		if (hostPort && !validPort(hostPort))
			causes.push(invalidValue(`${path}.hostPort`, hostPort, portRange));
		if (protocol && !protocols.includes(protocol))
			causes.push(notSupported(`${path}.protocol`, protocol, protocols));
		return causes;
	});
}

function hostPortConflicts(spec: PodSpec, field: string): Cause[] {
	const taken = new Set<string>();
	return spec.containers.flatMap((container, i) =>
		(container.ports ?? []).flatMap((port, j) => {
			if (!port.hostPort) return [];
			const id = `${port.protocol}/${port.hostIP ?? ''}/${port.hostPort}`;
			if (taken.has(id)) return [duplicate(`${field}.containers[${i}].ports[${j}].hostPort`, id)];
			taken.add(id);
			return [];
		}),
	);
}

const envName = /^[^=\0]+$/;

function validateEnv(env: EnvVar[] | undefined, field: string): Cause[] {
	return (env ?? []).flatMap((variable, i) => {
		const path = `${field}[${i}]`;
		const causes: Cause[] = [];
		if (!variable.name) causes.push(required(`${path}.name`));
		else if (!envName.test(variable.name))
			causes.push(
				invalidValue(
					`${path}.name`,
					variable.name,
					"a valid environment variable name must consist only of printable ASCII characters other than '='",
				),
			);
		const { valueFrom } = variable;
		if (!valueFrom) return causes;
		const sources = Object.keys(valueFrom);
		if (variable.value)
			causes.push(
				invalidValue(`${path}.valueFrom`, '', 'may not be specified when `value` is not empty'),
			);
		if (sources.length === 0)
			causes.push(
				invalidValue(
					`${path}.valueFrom`,
					'',
					'must specify one of: `fieldRef`, `resourceFieldRef`, `configMapKeyRef` or `secretKeyRef`',
				),
			);
		if (sources.length > 1)
			causes.push(
				invalidValue(
					`${path}.valueFrom`,
					'',
					'may not have more than one field specified at a time',
				),
			);
		for (const source of ['configMapKeyRef', 'secretKeyRef'] as const)
			if (valueFrom[source] && !valueFrom[source].key)
				causes.push(required(`${path}.valueFrom.${source}.key`));
		const { fieldRef } = valueFrom;
		if (fieldRef)
			causes.push(...validateFieldPath(fieldRef.fieldPath, `${path}.valueFrom.fieldRef.fieldPath`));
		return causes;
	});
}

/** What an environment variable can be taken from. */
const fieldPaths = new Set([
	'metadata.name',
	'metadata.namespace',
	'metadata.uid',
	'spec.nodeName',
	'spec.serviceAccountName',
	'status.hostIP',
	'status.hostIPs',
	'status.podIP',
	'status.podIPs',
]);

function validateFieldPath(fieldPath: string | undefined, path: string): Cause[] {
	if (!fieldPath) return [required(path)];
	if (fieldPaths.has(fieldPath) || /^metadata\.(labels|annotations)\['.+'\]$/.test(fieldPath))
		return [];
	const known = /^metadata\.(labels|annotations)$/.test(fieldPath);
	if (known) return [notSupported(path, fieldPath, [...fieldPaths].sort())];
	return [
		invalidValue(
			path,
			fieldPath,
			`error converting fieldPath: field label not supported: ${fieldPath}`,
		),
	];
}

function validateMounts(container: Container, field: string, volumes: Set<string>): Cause[] {
	const paths = new Set<string>();
	return (container.volumeMounts ?? []).flatMap((mount, i) => {
		const path = `${field}[${i}]`;
		const causes: Cause[] = [];
		if (!mount.name) causes.push(required(`${path}.name`));
		else if (!volumes.has(mount.name)) causes.push(notFoundValue(`${path}.name`, mount.name));
		if (!mount.mountPath) causes.push(required(`${path}.mountPath`));
		else if (mount.mountPath.includes(':'))
			causes.push(invalidValue(`${path}.mountPath`, mount.mountPath, "must not contain ':'"));
		else if (paths.has(mount.mountPath))
			causes.push(invalidValue(`${path}.mountPath`, mount.mountPath, 'must be unique'));
		paths.add(mount.mountPath);
		return causes;
	});
}

function validateResources(resources: ResourceRequirements | undefined, field: string): Cause[] {
	const causes: Cause[] = [];
	for (const kind of ['limits', 'requests'] as const) {
		for (const [name, text] of Object.entries(resources?.[kind] ?? {})) {
			const path = `${field}.${kind}[${name}]`;
			if (!isResourceName(name))
				causes.push(invalidValue(path, name, 'must be a standard resource for containers'));
			if (parseQuantity(text).value < 0n)
				causes.push(invalidValue(path, text, 'must be greater than or equal to 0'));
		}
	}
	for (const [name, request] of Object.entries(resources?.requests ?? {})) {
		const limit = own(resources?.limits, name);
		if (limit !== undefined && compare(request, limit) > 0)
			causes.push(
				invalidValue(
					`${field}.requests`,
					request,
					`must be less than or equal to ${name} limit of ${limit}`,
				),
			);
	}
	return causes;
}

const nativeResource = /^(cpu|memory|ephemeral-storage|hugepages-.+)$/;

/** A resource of Kubernetes, or one with a domain before its name. */
function isResourceName(name: string): boolean {
	if (nativeResource.test(name)) return true;
	return /^[^/]+\/.+$/.test(name) && name.slice(1, name.indexOf('/') - 1).includes('.');
}

function validateProbes(container: Container, path: string): Cause[] {
	const causes: Cause[] = [];
	for (const key of ['livenessProbe', 'readinessProbe', 'startupProbe'] as const) {
		const probe = container[key];
		if (!probe) continue;
		causes.push(...validateProbe(probe, `${path}.${key}`));
		if (key !== 'readinessProbe' && (probe.successThreshold ?? 1) !== 1)
			causes.push(
				invalidValue(`${path}.${key}.successThreshold`, probe.successThreshold, 'must be 1'),
			);
	}
	const { postStart, preStop } = container.lifecycle ?? {};
	if (postStart) causes.push(...validateHandler(postStart, `${path}.lifecycle.postStart`));
	if (preStop) causes.push(...validateHandler(preStop, `${path}.lifecycle.preStop`));
	return causes;
}

function validateProbe(probe: Probe, path: string): Cause[] {
	const numbers = (
		[
			'initialDelaySeconds',
			'timeoutSeconds',
			'periodSeconds',
			'successThreshold',
			'failureThreshold',
		] as const
	)
		.filter((key) => (probe[key] ?? 0) < 0)
		.map((key) => invalidValue(`${path}.${key}`, probe[key], 'must be greater than or equal to 0'));
	return [...validateHandler(probe, path), ...numbers];
}

function validateHandler(handler: ProbeHandler, path: string): Cause[] {
	const ways = (['exec', 'httpGet', 'tcpSocket', 'grpc', 'sleep'] as const).filter(
		(way) => way in handler,
	);
	if (ways.length === 0) return [required(path, 'must specify a handler type')];
	if (ways.length > 1)
		return ways
			.slice(1)
			.map((way) => forbiddenField(`${path}.${way}`, 'may not specify more than 1 handler type'));
	const { exec, httpGet, tcpSocket } = handler;
	if (exec && !exec.command?.length) return [required(`${path}.exec.command`)];
	if (httpGet) return validateHttpGet(httpGet, `${path}.httpGet`);
	return tcpSocket ? validatePortRef(tcpSocket.port, `${path}.tcpSocket.port`) : [];
}

const schemes = ['HTTP', 'HTTPS'];

function validateHttpGet(
	{ path, port, scheme }: NonNullable<ProbeHandler['httpGet']>,
	field: string,
): Cause[] {
	return [
		...(path ? [] : [required(`${field}.path`)]),
		...validatePortRef(port, `${field}.port`),
		...(scheme && !schemes.includes(scheme)
			? [notSupported(`${field}.scheme`, scheme, schemes)]
			: []),
	];
}

/** A port by number or by name. */
export function validatePortRef(port: number | string, path: string): Cause[] {
	if (typeof port === 'number') return validPort(port) ? [] : [invalidValue(path, port, portRange)];
	return portNameErrors(port ?? '').map((text) => invalidValue(path, port ?? '', text));
}
