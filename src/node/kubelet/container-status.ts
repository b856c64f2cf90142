import type { Container as EngineContainer } from '../../api/engine.ts';
import type { Container, ContainerState, ContainerStatus, Pod } from '../../api/kubernetes.ts';
import { rfc3339 } from '../../client/time.ts';
import { restartCountOf } from './labels.ts';
import { shouldRestart } from './pod-actions.ts';
import { exitCodeOf, finishedAt, isRunning, startFailed, type PodRuntime } from './pod-runtime.ts';

/** Why the last try to start a container failed. After pkg/kubelet/reason_cache.go */
export interface StartFailure {
	reason: string;
	message: string;
}

/** What a status needs besides the pod and the engine's facts. */
export interface StatusSources {
	failure(uid: string, container: string): StartFailure | undefined;
	terminationMessage(containerId: string): string | undefined;
	/** Digest or id of the image a container was made from. */
	imageId(container: EngineContainer): string;
}

function terminated(container: EngineContainer, sources: StatusSources): ContainerState {
	const exitCode = exitCodeOf(container);
	const failed = startFailed(container);
	const message = failed ? container.error : sources.terminationMessage(container.id);
	const reason = failed
		? 'StartError'
		: container.oomKilled
			? 'OOMKilled'
			: exitCode === 0
				? 'Completed'
				: 'Error';
	return {
		terminated: {
			exitCode,
			reason,
			...(message ? { message } : {}),
			startedAt: rfc3339(container.started),
			finishedAt: rfc3339(finishedAt(container)),
			containerID: containerId(container),
		},
	};
}

/** The id as the API writes it, with the runtime that made it. */
export function containerId(container: EngineContainer): string {
	return `docker://${container.id}`;
}

/** After pkg/kubelet/kubelet_pods.go: convertContainerStatus */
export function stateOf(container: EngineContainer, sources: StatusSources): ContainerState {
	if (isRunning(container)) return { running: { startedAt: rfc3339(container.started) } };
	if (container.state === 'created' && container.error === '') return { waiting: {} };
	return terminated(container, sources);
}

function fresh(container: Container, waiting: string): ContainerStatus {
	return {
		name: container.name,
		state: { waiting: { reason: waiting } },
		lastState: {},
		ready: false,
		restartCount: 0,
		image: container.image ?? '',
		imageID: '',
		started: false,
	};
}

function convert(container: Container, runs: EngineContainer[], sources: StatusSources) {
	const [current, previous] = runs;
	const status = fresh(container, 'ContainerCreating');
	if (!current) return status;
	const state = stateOf(current, sources);
	if (!state.waiting) status.state = state;
	if (previous) status.lastState = stateOf(previous, sources);
	status.restartCount = restartCountOf(current);
	status.image = current.image;
	status.imageID = sources.imageId(current);
	status.containerID = containerId(current);
	return status;
}

/** A container that is to be started again is Waiting, with what went wrong. */
function applyFailure(status: ContainerStatus, failure: StartFailure): void {
	if (status.state.terminated) status.lastState = status.state;
	status.state = {
		waiting: {
			reason: failure.reason,
			...(failure.message ? { message: failure.message } : {}),
		},
	};
}

/** After kubelet_pods.go: convertToAPIContainerStatuses */
export function containerStatuses(
	pod: Pod,
	containers: Container[],
	runtime: PodRuntime,
	sources: StatusSources,
	options: { init: boolean; previous: ContainerStatus[] },
): ContainerStatus[] {
	const waiting = pod.spec.initContainers?.length ? 'PodInitializing' : 'ContainerCreating';
	return containers.map((container) => {
		const runs = runtime.containers.get(container.name) ?? [];
		const before = options.previous.find(({ name }) => name === container.name);
		if (runs.length === 0) return withHistory(fresh(container, waiting), before, pod, sources);
		const status = convert(container, runs, sources);
		if (runs.length === 1 && isLost(before)) status.lastState = before.lastState;
		const done = options.init && status.state.terminated?.exitCode === 0;
		const failure = sources.failure(pod.metadata.uid, container.name);
		const sidecar = container.restartPolicy === 'Always';
		if (failure && (!done || sidecar) && shouldRestart(pod, container, runtime))
			applyFailure(status, failure);
		return status;
	});
}

/** Without any run in the engine: what the API last heard, or why it has not started yet. */
function withHistory(
	status: ContainerStatus,
	before: ContainerStatus | undefined,
	pod: Pod,
	sources: StatusSources,
): ContainerStatus {
	if (before?.state.terminated) return { ...before, ready: false };
	if (before) {
		status.lastState = before.lastState;
		status.restartCount = before.restartCount;
		if (before.state.running) return unknownStatus(status, before, pod);
	}
	const failure = sources.failure(pod.metadata.uid, status.name);
	if (failure) applyFailure(status, failure);
	return status;
}

/** Its run before was lost with all that the engine knew of it. */
export function isLost(status: ContainerStatus | undefined): status is ContainerStatus {
	return status?.lastState.terminated?.reason === lostReason;
}

/** Why a container that ran has ended, when nothing is left that would know. */
const lostReason = 'ContainerStatusUnknown';

function lost(message: string, id: string | undefined): ContainerState {
	return {
		terminated: {
			exitCode: 137,
			reason: lostReason,
			message,
			startedAt: null,
			finishedAt: null,
			...(id ? { containerID: id } : {}),
		},
	};
}

/**
 * A container that was running and is nowhere to be found: it has ended, and starts again unless its pod goes.
 * After kubelet_pods.go: convertToAPIContainerStatuses
 */
function unknownStatus(
	status: ContainerStatus,
	before: ContainerStatus,
	pod: Pod,
): ContainerStatus {
	if (before.lastState.terminated) return status;
	const message =
		'The container could not be located when the pod was deleted.  The container used to be Running';
	const again = pod.metadata.deletionTimestamp === undefined ? 1 : 0;
	return {
		...status,
		restartCount: before.restartCount + again,
		lastState: lost(message, before.containerID),
	};
}

/** At a pod's end no container waits any more. After pkg/kubelet/status/status_manager.go: TerminatePod */
export function withoutWaiting(pod: Pod, statuses: ContainerStatus[]): ContainerStatus[] {
	const begun = statuses.some(({ state, lastState }) => !state.waiting || lastState.terminated);
	if (pod.spec.initContainers?.length && !begun) return statuses;
	const message = 'The container could not be located when the pod was terminated';
	return statuses.map((status) =>
		status.state.terminated ? status : { ...status, state: lost(message, status.containerID) },
	);
}
