import type { ContainerStatus, Pod, PodStatus } from '../../api/kubernetes.ts';
import { rfc3339 } from '../../client/time.ts';
import { containerStatuses, withoutWaiting, type StatusSources } from './container-status.ts';
import { podConditions } from './pod-conditions.ts';
import { podPhase } from './pod-phase.ts';
import { isRunning, readySandbox, type PodRuntime } from './pod-runtime.ts';
import { qosClass } from './qos.ts';

/** What the probes say about a running container. */
export interface ProbeResults {
	started(containerId: string): boolean;
	ready(containerId: string): boolean;
}

export interface PodStatusContext extends StatusSources {
	probes: ProbeResults;
	hostIp: string;
	nowMs: number;
	/** The status last written, or the API's. */
	before: PodStatus;
	/** Every container has stopped and none will start. */
	terminal: boolean;
	/** Phase, reason and message a kubelet decides by itself: DeadlineExceeded. */
	verdict: { reason: string; message: string } | undefined;
}

/** After pkg/kubelet/prober/prober_manager.go: UpdatePodStatus */
function applyProbes(
	statuses: ContainerStatus[],
	runtime: PodRuntime,
	probes: ProbeResults,
	init: boolean,
	isSidecar: (name: string) => boolean,
): void {
	for (const status of statuses) {
		const run = runtime.containers.get(status.name)?.[0];
		const running = run !== undefined && isRunning(run);
		status.started = running && probes.started(run.id);
		if (init && !isSidecar(status.name)) status.ready = status.state.terminated?.exitCode === 0;
		else status.ready = running && status.started && probes.ready(run.id);
	}
}

function addresses(pod: Pod, runtime: PodRuntime, context: PodStatusContext): Partial<PodStatus> {
	const { hostIp, before } = context;
	const sandbox = readySandbox(runtime);
	const ip = pod.spec.hostNetwork ? hostIp : (sandbox?.ip ?? '');
	const kept = ip || before.podIP;
	return {
		hostIP: hostIp,
		hostIPs: [{ ip: hostIp }],
		...(kept && (sandbox || before.podIP) ? { podIP: kept, podIPs: [{ ip: kept }] } : {}),
	};
}

/** The status the API is to hear. After pkg/kubelet/kubelet_pods.go: generateAPIPodStatus */
export function podStatus(pod: Pod, runtime: PodRuntime, context: PodStatusContext): PodStatus {
	const { before, probes } = context;
	const inits = pod.spec.initContainers ?? [];
	const sidecar = (name: string) =>
		inits.some((container) => container.name === name && container.restartPolicy === 'Always');
	const init = containerStatuses(pod, inits, runtime, context, {
		init: true,
		previous: before.initContainerStatuses ?? [],
	});
	const seen = containerStatuses(pod, pod.spec.containers, runtime, context, {
		init: false,
		previous: before.containerStatuses ?? [],
	});
	const main = context.terminal ? withoutWaiting(pod, seen) : seen;
	applyProbes(init, runtime, probes, true, sidecar);
	applyProbes(main, runtime, probes, false, sidecar);
	const decided = context.verdict ? 'Failed' : podPhase(pod, init, main, context.terminal);
	const ended = before.phase === 'Failed' || before.phase === 'Succeeded';
	const phase = ended && before.phase ? before.phase : decided;
	const now = rfc3339(context.nowMs);
	return {
		phase,
		...(context.verdict ?? kept(before)),
		conditions: podConditions(
			pod,
			{ phase, all: [...init, ...main], hasNetwork: readySandbox(runtime) !== undefined, now },
			before.conditions ?? [],
		),
		...addresses(pod, runtime, context),
		startTime: before.startTime ?? now,
		...(inits.length ? { initContainerStatuses: init } : {}),
		containerStatuses: main,
		qosClass: pod.status.qosClass ?? qosClass(pod),
	};
}

/** Reason and message stay as they were: eviction and deadlines are told once. */
function kept({ reason, message }: PodStatus): Partial<PodStatus> {
	return { ...(reason ? { reason } : {}), ...(message ? { message } : {}) };
}
