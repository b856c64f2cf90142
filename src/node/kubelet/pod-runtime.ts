import type { Container, PodSandbox } from '../../api/engine.ts';
import type { KubeletEngine } from './config.ts';
import { containerNameLabel, labelOf, podUidLabel, restartCountOf } from './labels.ts';

/** What the engine holds of one pod; newest first. After pkg/kubelet/container: PodStatus */
export interface PodRuntime {
	uid: string;
	sandboxes: PodSandbox[];
	containers: Map<string, Container[]>;
}

export function readPodRuntime(engine: KubeletEngine, uid: string): PodRuntime {
	const sandboxes = engine
		.listPodSandboxes()
		.filter((sandbox) => sandbox.config.uid === uid)
		.sort((a, b) => b.config.attempt - a.config.attempt || b.created - a.created);
	const containers = new Map<string, Container[]>();
	for (const container of engine.listContainers({ all: true, labels: [`${podUidLabel}=${uid}`] })) {
		const name = labelOf(container, containerNameLabel);
		if (name !== undefined) containers.set(name, [...(containers.get(name) ?? []), container]);
	}
	for (const runs of containers.values())
		runs.sort((a, b) => restartCountOf(b) - restartCountOf(a) || b.created - a.created);
	return { uid, sandboxes, containers };
}

/** UIDs of the pods the engine holds anything of. */
export function runtimePodUids(engine: KubeletEngine): Set<string> {
	const uids = new Set(engine.listPodSandboxes().map((sandbox) => sandbox.config.uid));
	for (const container of engine.listContainers({ all: true, labels: [podUidLabel] })) {
		const uid = labelOf(container, podUidLabel);
		if (uid !== undefined) uids.add(uid);
	}
	return uids;
}

export function readySandbox(runtime: PodRuntime): PodSandbox | undefined {
	return runtime.sandboxes.find((sandbox) => sandbox.state === 'ready');
}

export function latest(runtime: PodRuntime, name: string): Container | undefined {
	return runtime.containers.get(name)?.[0];
}

export function isRunning(container: Container | undefined): boolean {
	return container?.state === 'running' || container?.state === 'paused';
}

export function runningContainers(runtime: PodRuntime): { name: string; container: Container }[] {
	return [...runtime.containers].flatMap(([name, runs]) =>
		runs.filter(isRunning).map((container) => ({ name, container })),
	);
}

/** 128 for a container whose start failed, as containerd reports it. */
export function exitCodeOf(container: Container): number {
	return startFailed(container) ? 128 : container.exitCode;
}

/** Made, but its program never ran. */
export function startFailed(container: Container): boolean {
	return !isRunning(container) && container.started === 0 && container.error !== '';
}

export function finishedAt(container: Container): number {
	return container.finished || container.started || container.created;
}
