import type { ContainerStatus, Pod } from '../../api/kubernetes.ts';

export type PodState =
	'ready' | 'starting' | 'failing' | 'terminating' | 'pending' | 'done' | 'unknown';

interface ContainerView {
	name: string;
	image: string;
	state: 'ready' | 'running' | 'waiting' | 'failed' | 'done';
	restarts: number;
}

export interface PodView {
	uid: string;
	name: string;
	namespace: string;
	/** What tells it from its siblings: the part after the owner's name. */
	shortName: string;
	state: PodState;
	/** The STATUS column of `kubectl get pods`. */
	status: string;
	/** `1/1` */
	ready: string;
	restarts: number;
	node: string | undefined;
	ip: string | undefined;
	containers: ContainerView[];
	/** From the first image's tag: `nginx:2` → `2`. */
	version: string | undefined;
	/** When a terminating pod's grace period ends, in milliseconds since 1970. */
	graceEnds: number | undefined;
	created: number;
	pod: Pod;
}

const waitingIsFailing =
	/^(CrashLoopBackOff|ErrImagePull|ImagePullBackOff|InvalidImageName|CreateContainer(Config)?Error|RunContainerError|ErrImageNeverPull)$/;

export function versionOf(image: string | undefined): string | undefined {
	return /:v?(\d+)(?:[A-Z_a-z.-][\w.-]*)?$/.exec(image ?? '')?.[1];
}

function containerView(pod: Pod, name: string, image: string): ContainerView {
	const status = pod.status.containerStatuses?.find((one) => one.name === name);
	const base = { name, image, restarts: status?.restartCount ?? 0 };
	if (status?.state.terminated)
		return { ...base, state: status.state.terminated.exitCode === 0 ? 'done' : 'failed' };
	if (status?.state.running) return { ...base, state: status.ready ? 'ready' : 'running' };
	const reason = status?.state.waiting?.reason ?? '';
	return { ...base, state: waitingIsFailing.test(reason) ? 'failed' : 'waiting' };
}

function containerReason(status: ContainerStatus): string | undefined {
	const { waiting, terminated } = status.state;
	if (waiting?.reason) return waiting.reason;
	if (!terminated) return undefined;
	return (
		terminated.reason ??
		(terminated.signal ? `Signal:${terminated.signal}` : `ExitCode:${terminated.exitCode}`)
	);
}

// After pkg/printers/internalversion/printers.go: printPod, without init containers.
function statusText(pod: Pod): string {
	if (pod.metadata.deletionTimestamp)
		return pod.status.reason === 'NodeLost' ? 'Unknown' : 'Terminating';
	const statuses = pod.status.containerStatuses ?? [];
	const reason = statuses.map(containerReason).findLast((one) => one !== undefined);
	return reason ?? pod.status.reason ?? pod.status.phase ?? 'Pending';
}

function isReady(pod: Pod): boolean {
	return pod.status.conditions?.find((one) => one.type === 'Ready')?.status === 'True';
}

function stateOf(pod: Pod, containers: ContainerView[], status: string): PodState {
	if (pod.metadata.deletionTimestamp) return 'terminating';
	if (pod.status.phase === 'Unknown') return 'unknown';
	if (pod.status.phase === 'Failed' || waitingIsFailing.test(status)) return 'failing';
	if (pod.status.phase === 'Succeeded') return 'done';
	if (!pod.spec.nodeName) return 'pending';
	if (isReady(pod)) return 'ready';
	return containers.some((one) => one.state === 'failed') ? 'failing' : 'starting';
}

/** Nobody starts or fails on a node that the control plane does not hear: what it says of its pods is old. */
function unheard(state: PodState): PodState {
	return state === 'starting' || state === 'failing' ? 'unknown' : state;
}

function shortNameOf({ metadata }: Pod): string {
	const parts = metadata.name.split('-');
	return metadata.ownerReferences?.length && parts.length > 1
		? (parts.at(-1) ?? metadata.name)
		: metadata.name;
}

/** `isHeard`: the control plane hears from the pod's node. */
export function podView(pod: Pod, isHeard = true): PodView {
	const containers = pod.spec.containers.map((one) =>
		containerView(pod, one.name, one.image ?? ''),
	);
	const status = statusText(pod);
	const state = stateOf(pod, containers, status);
	const ready = containers.filter((one) => one.state === 'ready').length;
	const ends = Date.parse(pod.metadata.deletionTimestamp ?? '');
	return {
		uid: pod.metadata.uid,
		name: pod.metadata.name,
		namespace: pod.metadata.namespace ?? 'default',
		shortName: shortNameOf(pod),
		state: isHeard ? state : unheard(state),
		status,
		ready: `${ready}/${containers.length}`,
		restarts: containers.reduce((sum, one) => sum + one.restarts, 0),
		node: pod.spec.nodeName,
		ip: pod.status.podIP,
		containers,
		version: versionOf(containers[0]?.image),
		graceEnds: Number.isNaN(ends) ? undefined : ends,
		created: Date.parse(pod.metadata.creationTimestamp),
		pod,
	};
}
