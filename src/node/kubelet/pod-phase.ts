import type { ContainerStatus, Pod, PodPhase } from '../../api/kubernetes.ts';
import { isSidecar } from './pod-ref.ts';

interface InitCount {
	pending: number;
	failed: number;
}

function countInit(pod: Pod, statuses: ContainerStatus[]): InitCount {
	const count: InitCount = { pending: 0, failed: 0 };
	for (const { name } of pod.spec.initContainers ?? []) {
		const status = statuses.find((candidate) => candidate.name === name);
		if (isSidecar(pod, name)) {
			if (!status?.started && !status?.state.terminated) count.pending++;
			continue;
		}
		const end = status?.state.terminated ?? status?.lastState.terminated;
		if (!end || status?.state.running) count.pending++;
		else if (end.exitCode !== 0) count.failed++;
	}
	return count;
}

interface MainCount {
	running: number;
	waiting: number;
	stopped: number;
	succeeded: number;
}

function countMain(pod: Pod, statuses: ContainerStatus[]): MainCount {
	const count: MainCount = { running: 0, waiting: 0, stopped: 0, succeeded: 0 };
	for (const { name } of pod.spec.containers) {
		const status = statuses.find((candidate) => candidate.name === name);
		if (status?.state.running) count.running++;
		else if (status?.state.terminated) {
			count.stopped++;
			if (status.state.terminated.exitCode === 0) count.succeeded++;
		} else if (status?.lastState.terminated) count.stopped++;
		else count.waiting++;
	}
	return count;
}

/** `terminal`: every container has stopped for good. After pkg/kubelet/kubelet_pods.go: getPhase */
export function podPhase(
	pod: Pod,
	init: ContainerStatus[],
	main: ContainerStatus[],
	terminal: boolean,
): PodPhase {
	const restartPolicy = pod.spec.restartPolicy ?? 'Always';
	const { pending, failed } = countInit(pod, init);
	const { running, waiting, stopped, succeeded } = countMain(pod, main);
	if (failed > 0 && restartPolicy === 'Never') return 'Failed';
	const succeededAll = stopped > 0 && stopped === succeeded;
	if (terminal) return waiting === 0 && succeededAll ? 'Succeeded' : 'Failed';
	if (pending + failed + waiting > 0 || running + stopped === 0) return 'Pending';
	if (running > 0 || restartPolicy === 'Always') return 'Running';
	if (succeededAll) return 'Succeeded';
	return restartPolicy === 'Never' ? 'Failed' : 'Running';
}
