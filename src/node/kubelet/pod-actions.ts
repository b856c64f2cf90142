import type { Container as EngineContainer } from '../../api/engine.ts';
import type { Container, Pod } from '../../api/kubernetes.ts';
import { containerHash, containerHashLabel, labelOf } from './labels.ts';
import {
	exitCodeOf,
	isRunning,
	latest,
	readySandbox,
	startFailed,
	type PodRuntime,
} from './pod-runtime.ts';

/** What the probes know that decides about containers. */
export interface ProbeVerdicts {
	/** Why the container must be restarted: `failed liveness probe`. */
	failed(containerId: string): string | undefined;
	/** Its startup probe, if any, has passed. */
	started(containerId: string): boolean;
}

/** After pkg/kubelet/kuberuntime/kuberuntime_manager.go: podActions */
export interface PodActions {
	killPod: boolean;
	createSandbox: boolean;
	/** Number of the sandbox to create. */
	attempt: number;
	kill: { name: string; id: string; message: string }[];
	start: Container[];
}

/** After pkg/kubelet/container/helpers.go: ShouldContainerBeRestarted */
export function shouldRestart(pod: Pod, container: Container, runtime: PodRuntime): boolean {
	if (pod.metadata.deletionTimestamp) return false;
	const status = latest(runtime, container.name);
	if (!status) return true;
	if (isRunning(status)) return false;
	if (status.state === 'created' && !startFailed(status)) return true;
	if (container.restartPolicy === 'Always') return true;
	if (pod.spec.restartPolicy === 'Never') return false;
	return pod.spec.restartPolicy !== 'OnFailure' || exitCodeOf(status) !== 0;
}

/** After kuberuntime_manager.go: computePodActions */
export function computePodActions(
	pod: Pod,
	runtime: PodRuntime,
	probes: ProbeVerdicts,
): PodActions {
	const sandbox = readySandbox(runtime);
	const newest = runtime.sandboxes[0];
	const actions: PodActions = {
		killPod: false,
		createSandbox: false,
		attempt: newest ? newest.config.attempt + 1 : 0,
		kill: [],
		start: [],
	};
	if (!sandbox) return withoutSandbox(pod, runtime, actions);
	if (initialize(pod, runtime, probes, actions))
		for (const container of pod.spec.containers)
			containerAction(pod, container, runtime, probes, actions);
	return actions;
}

function withoutSandbox(pod: Pod, runtime: PodRuntime, actions: PodActions): PodActions {
	actions.killPod = runtime.sandboxes.length > 0;
	const inits = pod.spec.initContainers ?? [];
	const wanted = pod.spec.containers.filter((c) => shouldRestart(pod, c, runtime));
	if (wanted.length === 0) return actions;
	const hasRun = runtime.containers.size > 0 && actions.attempt > 0;
	if (hasRun && pod.spec.restartPolicy === 'Never') return actions;
	actions.createSandbox = true;
	actions.start = inits[0] ? [inits[0]] : wanted;
	return actions;
}

function restart(
	container: Container,
	runtime: PodRuntime,
	actions: PodActions,
	message: string,
): void {
	const status = latest(runtime, container.name);
	if (status) actions.kill.push({ name: container.name, id: status.id, message });
	actions.start.push(container);
}

function containerAction(
	pod: Pod,
	container: Container,
	runtime: PodRuntime,
	probes: ProbeVerdicts,
	actions: PodActions,
): void {
	const status = latest(runtime, container.name);
	if (!status || !isRunning(status)) {
		if (shouldRestart(pod, container, runtime)) actions.start.push(container);
		return;
	}
	const failed = probes.failed(status.id);
	if (labelOf(status, containerHashLabel) !== containerHash(container))
		restart(
			container,
			runtime,
			actions,
			`Container ${container.name} definition changed, will be restarted`,
		);
	else if (failed && container.restartPolicy !== 'Always' && pod.spec.restartPolicy === 'Never')
		actions.kill.push({
			name: container.name,
			id: status.id,
			message: `Container ${container.name} ${failed}`,
		});
	else if (failed)
		restart(
			container,
			runtime,
			actions,
			`Container ${container.name} ${failed}, will be restarted`,
		);
}

/** Answers true once every init container is done. After kuberuntime_container.go: computeInitContainerActions */
function initialize(
	pod: Pod,
	runtime: PodRuntime,
	probes: ProbeVerdicts,
	actions: PodActions,
): boolean {
	const begun = pod.spec.containers.some(({ name }) => inSandbox(runtime, name));
	for (const container of pod.spec.initContainers ?? []) {
		const current = inSandbox(runtime, container.name);
		if (container.restartPolicy === 'Always') {
			containerAction(pod, container, runtime, probes, actions);
			if (begun || (current && isRunning(current) && probes.started(current.id))) continue;
			return false;
		}
		if (begun || succeeded(current)) continue;
		if (!current || (!isRunning(current) && pod.spec.restartPolicy !== 'Never'))
			actions.start.push(container);
		return false;
	}
	return true;
}

/** The newest run of a container, if it belongs to the pod's present sandbox. */
function inSandbox(runtime: PodRuntime, name: string): EngineContainer | undefined {
	const sandbox = readySandbox(runtime);
	const run = latest(runtime, name);
	return run && run.config.sandbox === sandbox?.id ? run : undefined;
}

function succeeded(run: EngineContainer | undefined): boolean {
	return run !== undefined && !isRunning(run) && exitCodeOf(run) === 0;
}
