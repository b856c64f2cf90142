import type { Container, Pod, PodSpec, Probe, Volume } from '../../api/kubernetes.ts';

// After k/k pkg/apis/core/v1/defaults.go

/** Sets `target[key]` when it is absent. */
export function defaultTo<T extends object, K extends keyof T>(
	target: T,
	key: K,
	value: NonNullable<T[K]>,
): void {
	target[key] ??= value;
}

/** Always for `:latest` and for no tag; a digest or any other tag is pulled once. */
function pullPolicyOf(image: string): 'Always' | 'IfNotPresent' {
	if (image.includes('@')) return 'IfNotPresent';
	const last = image.slice(image.lastIndexOf('/') + 1);
	const tag = last.includes(':') ? last.slice(last.indexOf(':') + 1) : 'latest';
	return tag === 'latest' ? 'Always' : 'IfNotPresent';
}

function defaultProbe(probe: Probe | undefined): void {
	if (!probe) return;
	defaultTo(probe, 'timeoutSeconds', 1);
	defaultTo(probe, 'periodSeconds', 10);
	defaultTo(probe, 'successThreshold', 1);
	defaultTo(probe, 'failureThreshold', 3);
	defaultHandler(probe);
}

interface Handler {
	httpGet?: { path?: string; scheme?: 'HTTP' | 'HTTPS' };
	grpc?: { service?: string };
}

function defaultHandler(handler: Handler | undefined): void {
	if (handler?.httpGet) {
		defaultTo(handler.httpGet, 'path', '/');
		defaultTo(handler.httpGet, 'scheme', 'HTTP');
	}
	if (handler?.grpc) defaultTo(handler.grpc, 'service', '');
}

function defaultContainer(container: Container): void {
	defaultTo(container, 'imagePullPolicy', pullPolicyOf(container.image ?? ''));
	defaultTo(container, 'terminationMessagePath', '/dev/termination-log');
	defaultTo(container, 'terminationMessagePolicy', 'File');
	for (const port of container.ports ?? []) {
		defaultTo(port, 'protocol', 'TCP');
	}
	defaultProbe(container.livenessProbe);
	defaultProbe(container.readinessProbe);
	defaultProbe(container.startupProbe);
	defaultHandler(container.lifecycle?.postStart);
	defaultHandler(container.lifecycle?.preStop);
	for (const { valueFrom } of container.env ?? [])
		if (valueFrom?.fieldRef) defaultTo(valueFrom.fieldRef, 'apiVersion', 'v1');
}

/** A limit without a request is also the request. */
function defaultRequests(container: Container): void {
	const { resources } = container;
	if (!resources?.limits) return;
	resources.requests = { ...resources.limits, ...resources.requests };
}

const fileMode = 0o644;

function defaultVolume(volume: Volume): void {
	const sources = [
		'emptyDir',
		'hostPath',
		'configMap',
		'secret',
		'downwardAPI',
		'projected',
	] as const;
	const { persistentVolumeClaim } = volume;
	const others = Object.keys(volume).some((key) => key !== 'name');
	if (!others && !persistentVolumeClaim) volume.emptyDir = {};
	for (const source of sources) {
		const found = volume[source];
		if (!found) continue;
		if (source === 'hostPath') defaultTo(found as { type?: string }, 'type', '');
		else if (source !== 'emptyDir')
			defaultTo(found as { defaultMode?: number }, 'defaultMode', fileMode);
	}
	defaultFieldRefs(volume.downwardAPI?.items);
	for (const projection of (volume.projected?.sources ?? []) as Projection[]) {
		defaultFieldRefs(projection.downwardAPI?.items);
		if (projection.serviceAccountToken)
			defaultTo(projection.serviceAccountToken, 'expirationSeconds', 3600);
	}
}

interface Projection {
	downwardAPI?: { items?: FieldFile[] };
	serviceAccountToken?: { expirationSeconds?: number };
}

interface FieldFile {
	fieldRef?: { apiVersion?: string };
}

function defaultFieldRefs(items: FieldFile[] | undefined): void {
	for (const { fieldRef } of items ?? []) if (fieldRef) defaultTo(fieldRef, 'apiVersion', 'v1');
}

/** Defaults of a pod's or a template's spec. */
export function defaultPodSpec(spec: PodSpec): void {
	defaultTo(spec, 'dnsPolicy', 'ClusterFirst');
	defaultTo(spec, 'restartPolicy', 'Always');
	defaultTo(spec, 'securityContext', {});
	defaultTo(spec, 'terminationGracePeriodSeconds', 30);
	defaultTo(spec, 'schedulerName', 'default-scheduler');
	spec.containers ??= [];
	for (const container of [...(spec.initContainers ?? []), ...spec.containers])
		defaultContainer(container);
	for (const volume of spec.volumes ?? []) defaultVolume(volume);
	if (spec.serviceAccountName ?? spec.serviceAccount) {
		spec.serviceAccountName ??= spec.serviceAccount as string;
		spec.serviceAccount = spec.serviceAccountName;
	}
}

/** Defaults that a pod has and a template has not. */
export function defaultPod(pod: Pod): void {
	defaultPodSpec(pod.spec);
	defaultTo(pod.spec, 'enableServiceLinks', true);
	const { containers, initContainers = [], hostNetwork } = pod.spec;
	for (const container of [...containers, ...initContainers]) {
		defaultRequests(container);
		if (!hostNetwork) continue;
		for (const port of container.ports ?? []) port.hostPort ??= port.containerPort;
	}
}
