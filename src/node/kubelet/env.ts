import type { ConfigMap, Container, EnvVar, Pod, Secret, Service } from '../../api/kubernetes.ts';
import { expand } from './expansion.ts';
import { fieldValue, resourceValue, type Allocatable, type PodAddresses } from './field-path.ts';
import { allContainers, namespaceOf } from './pod-ref.ts';
import { serviceEnv } from './service-env.ts';

/** Why a container cannot be made from its pod as it is: the reason CreateContainerConfigError. */
export class ContainerConfigError extends Error {}

/** What an environment is made from besides the pod. */
export interface EnvSources {
	configMap(namespace: string, name: string): Promise<ConfigMap | undefined>;
	secret(namespace: string, name: string): Promise<Secret | undefined>;
	services: Service[];
	addresses: PodAddresses;
	allocatable: Allocatable;
}

/** Decodes the base64 of a Secret's value. */
export function decodeBase64(text: string): Uint8Array<ArrayBuffer> {
	return Uint8Array.from(atob(text), (char) => char.charCodeAt(0));
}

const decoder = new TextDecoder();

interface Reference {
	name: string;
	optional?: boolean;
}

/** The keys of a ConfigMap or Secret as text; `undefined` when it is absent and may be. */
async function textsOf(
	kind: 'configmap' | 'secret',
	pod: Pod,
	reference: Reference,
	sources: EnvSources,
): Promise<Record<string, string> | undefined> {
	const namespace = namespaceOf(pod);
	const object =
		kind === 'configmap'
			? await sources.configMap(namespace, reference.name)
			: await sources.secret(namespace, reference.name);
	if (!object) {
		if (reference.optional) return undefined;
		throw new ContainerConfigError(`${kind} "${reference.name}" not found`);
	}
	if (kind === 'configmap') return object.data ?? {};
	return Object.fromEntries(
		Object.entries(object.data ?? {}).map(([key, text]) => [
			key,
			decoder.decode(decodeBase64(text)),
		]),
	);
}

async function keyOf(
	kind: 'configmap' | 'secret',
	pod: Pod,
	reference: Reference & { key: string },
	sources: EnvSources,
): Promise<string | undefined> {
	const texts = await textsOf(kind, pod, reference, sources);
	const value = texts?.[reference.key];
	if (value !== undefined || reference.optional) return value;
	const place = `${kind === 'configmap' ? 'ConfigMap' : 'Secret'} ${namespaceOf(pod)}/${reference.name}`;
	throw new ContainerConfigError(`couldn't find key ${reference.key} in ${place}`);
}

async function valueFrom(
	pod: Pod,
	container: Container,
	from: NonNullable<EnvVar['valueFrom']>,
	sources: EnvSources,
): Promise<string | undefined> {
	const { fieldRef, resourceFieldRef, configMapKeyRef, secretKeyRef } = from;
	if (configMapKeyRef) return keyOf('configmap', pod, configMapKeyRef, sources);
	if (secretKeyRef) return keyOf('secret', pod, secretKeyRef, sources);
	try {
		if (fieldRef) return fieldValue(pod, fieldRef.fieldPath, sources.addresses);
		if (!resourceFieldRef) return undefined;
		const { containerName, resource, divisor } = resourceFieldRef;
		const target = allContainers(pod).find(({ name }) => name === containerName) ?? container;
		return resourceValue(target, resource, divisor, sources.allocatable);
	} catch (error) {
		throw new ContainerConfigError((error as Error).message);
	}
}

async function addEnvFrom(
	env: Map<string, string>,
	pod: Pod,
	container: Container,
	sources: EnvSources,
): Promise<void> {
	for (const { prefix = '', configMapRef, secretRef } of container.envFrom ?? []) {
		const reference = configMapRef ?? secretRef;
		if (!reference) continue;
		const kind = configMapRef ? 'configmap' : 'secret';
		const texts = await textsOf(kind, pod, reference, sources);
		for (const [key, value] of Object.entries(texts ?? {})) env.set(prefix + key, value);
	}
}

/** The container's variables by name. After pkg/kubelet/kubelet_pods.go: makeEnvironmentVariables */
export async function makeEnvironment(
	pod: Pod,
	container: Container,
	sources: EnvSources,
): Promise<Map<string, string>> {
	const env = new Map<string, string>();
	const services = serviceEnv(pod, sources.services);
	await addEnvFrom(env, pod, container, sources);
	for (const variable of container.env ?? []) {
		const value = variable.valueFrom
			? await valueFrom(pod, container, variable.valueFrom, sources)
			: expand(variable.value ?? '', (name) => env.get(name) ?? services.get(name));
		if (value !== undefined) env.set(variable.name, value);
	}
	for (const [name, value] of services) if (!env.has(name)) env.set(name, value);
	return env;
}
