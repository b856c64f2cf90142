import type { Container as EngineContainer } from '../../api/engine.ts';
import type { Container, Pod } from '../../api/kubernetes.ts';
import { hex, sha256 } from './hash.ts';

/** After pkg/kubelet/types/labels.go. */
const podNameLabel = 'io.kubernetes.pod.name';
const podNamespaceLabel = 'io.kubernetes.pod.namespace';
export const podUidLabel = 'io.kubernetes.pod.uid';
export const containerNameLabel = 'io.kubernetes.container.name';
/** After pkg/kubelet/kuberuntime/labels.go; kept as labels so that a restarted kubelet finds them. */
export const containerHashLabel = 'io.kubernetes.container.hash';
export const restartCountLabel = 'io.kubernetes.container.restartCount';
const terminationPathLabel = 'io.kubernetes.container.terminationMessagePath';
const messageFileLabel = 'io.kubernetes.container.terminationMessageFile';
const messagePolicyLabel = 'io.kubernetes.container.terminationMessagePolicy';
const graceLabel = 'io.kubernetes.pod.terminationGracePeriod';

/** Changes when the running container no longer is what the pod asks for. After helpers.go: HashContainer */
export function containerHash(container: Container): string {
	return hex(sha256(JSON.stringify({ name: container.name, image: container.image }))).slice(0, 8);
}

export function podLabels(pod: Pod): Record<string, string> {
	return {
		...pod.metadata.labels,
		[podNameLabel]: pod.metadata.name,
		[podNamespaceLabel]: pod.metadata.namespace ?? 'default',
		[podUidLabel]: pod.metadata.uid,
	};
}

export function containerLabels(
	pod: Pod,
	container: Container,
	run: { attempt: number; messageFile: string },
): Record<string, string> {
	return {
		[podNameLabel]: pod.metadata.name,
		[podNamespaceLabel]: pod.metadata.namespace ?? 'default',
		[podUidLabel]: pod.metadata.uid,
		[containerNameLabel]: container.name,
		[containerHashLabel]: containerHash(container),
		[restartCountLabel]: String(run.attempt),
		[terminationPathLabel]: container.terminationMessagePath ?? '/dev/termination-log',
		[messageFileLabel]: run.messageFile,
		[messagePolicyLabel]: container.terminationMessagePolicy ?? 'File',
		[graceLabel]: String(pod.spec.terminationGracePeriodSeconds ?? 30),
	};
}

export function labelOf(container: EngineContainer, label: string): string | undefined {
	return container.config.labels?.[label];
}

export function restartCountOf(container: EngineContainer): number {
	return Number(labelOf(container, restartCountLabel) ?? 0);
}

/** The node's file behind the container's termination message path, and what else may be its message. */
export function messageSource(container: EngineContainer): { file: string; fromLogs: boolean } {
	return {
		file: labelOf(container, messageFileLabel) ?? '',
		fromLogs: labelOf(container, messagePolicyLabel) === 'FallbackToLogsOnError',
	};
}

/** Grace of a container whose pod object is gone. */
export function gracePeriodOf(container: EngineContainer): number {
	return Number(labelOf(container, graceLabel) ?? 30);
}
