import type { Container, ObjectReference, Pod } from '../../api/kubernetes.ts';

/** `name_namespace(uid)`, as messages name a pod. After pkg/kubelet/util/format/pod.go: Pod */
export function formatPod(pod: Pod): string {
	return `${pod.metadata.name}_${namespaceOf(pod)}(${pod.metadata.uid})`;
}

export function namespaceOf(pod: Pod): string {
	return pod.metadata.namespace ?? 'default';
}

/** Every container of the pod in the order they start. */
export function allContainers(pod: Pod): Container[] {
	return [...(pod.spec.initContainers ?? []), ...pod.spec.containers];
}

export function isInitContainer(pod: Pod, name: string): boolean {
	return (pod.spec.initContainers ?? []).some((container) => container.name === name);
}

/** An init container that keeps running beside the others. */
export function isSidecar(pod: Pod, name: string): boolean {
	return (pod.spec.initContainers ?? []).some(
		(container) => container.name === name && container.restartPolicy === 'Always',
	);
}

/** The reference an event about one container carries. After kuberuntime: GenerateContainerRef */
export function containerReference(pod: Pod, name: string): ObjectReference {
	const list = isInitContainer(pod, name) ? 'initContainers' : 'containers';
	return { ...podReference(pod), fieldPath: `spec.${list}{${name}}` };
}

export function podReference(pod: Pod): ObjectReference {
	return {
		kind: 'Pod',
		apiVersion: 'v1',
		name: pod.metadata.name,
		namespace: namespaceOf(pod),
		uid: pod.metadata.uid,
		resourceVersion: pod.metadata.resourceVersion,
	};
}
