import type { Condition, ContainerStatus, Pod } from '../../api/kubernetes.ts';
import { parseTime } from '../../client/time.ts';
import { age, ageColumn, column, humanDuration, nameColumn, type TableShape } from './table.ts';

// After k/k pkg/printers/internalversion/printers.go: printPod

interface Summary {
	reason: string;
	ready: number;
	total: number;
	restarts: number;
	lastRestart: number | undefined;
	restartableInit: number;
}

function isSidecar(pod: Pod, name: string): boolean {
	return (
		pod.spec.initContainers?.some(
			(container) => container.name === name && container.restartPolicy === 'Always',
		) ?? false
	);
}

function terminatedWord(prefix: string, status: ContainerStatus): string {
	const { reason, signal, exitCode = 0 } = status.state.terminated ?? {};
	if (reason) return prefix + reason;
	return signal ? `${prefix}Signal:${signal}` : `${prefix}ExitCode:${exitCode}`;
}

function countRestart(summary: Summary, status: ContainerStatus): void {
	summary.restarts += status.restartCount;
	const finished = parseTime(status.lastState?.terminated?.finishedAt);
	if (finished !== undefined) summary.lastRestart = Math.max(summary.lastRestart ?? 0, finished);
}

/** The word for pods that are still initializing; undefined once they are done. */
function initializing(pod: Pod, summary: Summary): string | undefined {
	const statuses = pod.status.initContainerStatuses ?? [];
	const total = pod.spec.initContainers?.length ?? 0;
	for (const [i, status] of statuses.entries()) {
		const sidecar = isSidecar(pod, status.name);
		countRestart(summary, status);
		if (sidecar) summary.restartableInit += status.restartCount;
		const { terminated, waiting } = status.state;
		if (terminated?.exitCode === 0) continue;
		if (sidecar && status.started) {
			if (status.ready) summary.ready++;
			continue;
		}
		if (terminated) return terminatedWord('Init:', status);
		if (waiting?.reason && waiting.reason !== 'PodInitializing') return `Init:${waiting.reason}`;
		return `Init:${i}/${total}`;
	}
	return undefined;
}

function running(pod: Pod, summary: Summary): void {
	let hasRunning = false;
	for (const status of [...(pod.status.containerStatuses ?? [])].reverse()) {
		countRestart(summary, status);
		const { waiting, terminated, running: runs } = status.state;
		if (waiting?.reason) summary.reason = waiting.reason;
		else if (terminated) summary.reason = terminatedWord('', status);
		else if (status.ready && runs) {
			hasRunning = true;
			summary.ready++;
		}
	}
	if (summary.reason !== 'Completed' || !hasRunning) return;
	const ready = pod.status.conditions?.find(({ type }) => type === 'Ready')?.status === 'True';
	summary.reason = ready ? 'Running' : 'NotReady';
}

function hasCondition(pod: Pod, type: string, check: (condition: Condition) => boolean): boolean {
	return pod.status.conditions?.some((entry) => entry.type === type && check(entry)) ?? false;
}

/** The word of a pod that is being deleted. */
function terminating(pod: Pod, reason: string): string {
	if (pod.status.reason === 'NodeLost') return 'Unknown';
	const { phase } = pod.status;
	return phase === 'Succeeded' || phase === 'Failed' ? reason : 'Terminating';
}

/** READY, STATUS and RESTARTS of a pod as `kubectl get` shows them. */
export function summarize(pod: Pod): Summary {
	const sidecars = (pod.spec.initContainers ?? []).filter(({ restartPolicy }) => restartPolicy);
	const summary: Summary = {
		reason: pod.status.reason || pod.status.phase || 'Unknown',
		ready: 0,
		total: pod.spec.containers.length + sidecars.length,
		restarts: 0,
		lastRestart: undefined,
		restartableInit: 0,
	};
	if (hasCondition(pod, 'PodScheduled', ({ reason }) => reason === 'SchedulingGated'))
		summary.reason = 'SchedulingGated';
	const word = initializing(pod, summary);
	if (word !== undefined) summary.reason = word;
	if (word === undefined || hasCondition(pod, 'Initialized', ({ status }) => status === 'True')) {
		summary.restarts = summary.restartableInit;
		running(pod, summary);
	}
	if (pod.metadata.deletionTimestamp) summary.reason = terminating(pod, summary.reason);
	return summary;
}

function readinessGates(pod: Pod): string {
	const gates = pod.spec.readinessGates ?? [];
	if (gates.length === 0) return '<none>';
	const met = gates.filter(({ conditionType }) =>
		pod.status.conditions?.some(({ type, status }) => type === conditionType && status === 'True'),
	);
	return `${met.length}/${gates.length}`;
}

export const podTable: TableShape<Pod> = {
	columns: [
		nameColumn,
		column('Ready', 'Containers that are ready, of all.'),
		column('Status', 'One word for the state of the pod.'),
		column('Restarts', 'How often containers were started again.', 'string'),
		ageColumn,
		column('IP*', 'Address of the pod.'),
		column('Node*', 'Node the pod is bound to.'),
		column('Nominated Node*', 'Node that is being made free for the pod.'),
		column('Readiness Gates*', 'Further conditions that are met, of all.'),
	],
	cells(pod, now) {
		const { reason, ready, total, restarts, lastRestart } = summarize(pod);
		const ago =
			restarts > 0 && lastRestart !== undefined ? ` (${humanDuration(now - lastRestart)} ago)` : '';
		return [
			pod.metadata.name,
			`${ready}/${total}`,
			reason,
			`${restarts}${ago}`,
			age(pod.metadata.creationTimestamp, now),
			pod.status.podIP || '<none>',
			pod.spec.nodeName || '<none>',
			pod.status.nominatedNodeName || '<none>',
			readinessGates(pod),
		];
	},
};
