import type { KernelOp } from '../../api/agent.ts';
import type { Pod } from '../../api/kubernetes.ts';
import type { KubeletDeps } from './config.ts';
import type { ContainerKiller } from './container-killer.ts';
import type { ImagePuller } from './image-puller.ts';
import type { ObjectCache } from './object-cache.ts';
import { removePodCgroupOps } from './pod-cgroup.ts';
import { isPodGone } from './pod-gone.ts';
import { namespaceOf } from './pod-ref.ts';
import { readPodRuntime } from './pod-runtime.ts';
import type { PodStatusSource } from './pod-status-source.ts';
import type { PodSyncer } from './pod-syncer.ts';
import type { Prober } from './prober.ts';
import { podCgroup } from './qos.ts';
import type { StatusWriter } from './status-writer.ts';
import type { TerminationMessages } from './termination-message.ts';
import type { Volumes } from './volumes.ts';

export interface PodEndParts {
	deps: KubeletDeps;
	killer: ContainerKiller;
	prober: Prober;
	status: PodStatusSource;
	writer: StatusWriter;
	volumes: Volumes;
	objects: ObjectCache;
	images: ImagePuller;
	syncer: PodSyncer;
	messages: TerminationMessages;
}

/** Rejects as soon as the signal aborts, whatever is still under way. */
function aborted(signal: AbortSignal): { promise: Promise<never>; release: () => void } {
	let listener = () => undefined as void;
	const promise = new Promise<never>((_resolve, reject) => {
		listener = () => reject(signal.reason as Error);
		signal.addEventListener('abort', listener, { once: true });
	});
	return { promise, release: () => signal.removeEventListener('abort', listener) };
}

/** The last part of a pod's life. After pkg/kubelet/kubelet.go: SyncTerminatingPod, SyncTerminatedPod */
export class PodEnd {
	readonly #parts: PodEndParts;

	constructor(parts: PodEndParts) {
		this.#parts = parts;
	}
	/** Ends the containers and the sandbox; a shorter grace aborts and calls again. */
	async terminate(pod: Pod, graceSeconds: number, signal: AbortSignal): Promise<void> {
		const { deps, killer, prober, status } = this.#parts;
		const { uid } = pod.metadata;
		prober.stopLivenessAndStartup(uid);
		const runtime = await status.refresh(pod);
		const abort = aborted(signal);
		try {
			await Promise.race([killer.killPod(pod, runtime, graceSeconds, signal), abort.promise]);
		} finally {
			abort.release();
		}
		prober.forget(uid);
		await status.refresh(pod, readPodRuntime(deps.engine, uid), true);
		for (const sandbox of runtime.sandboxes)
			if (sandbox.state === 'ready') await deps.engine.stopPodSandbox(sandbox.id);
		status.write(pod, undefined, true);
	}
	/** Settles when the API knows the pod's end, and for a deleted pod has been told to forget it. */
	async finish(pod: Pod): Promise<void> {
		const { deps, writer } = this.#parts;
		const { uid, name, deletionTimestamp } = pod.metadata;
		await writer.flushed(uid);
		if (!deletionTimestamp) return;
		const options = { gracePeriodSeconds: 0, preconditions: { uid } };
		try {
			await deps.client.pods(namespaceOf(pod)).delete(name, options);
		} catch (error) {
			if (!(await isPodGone(deps.client, pod, error))) throw error;
		}
	}
	/** Removes containers, sandboxes, volumes and the cgroup. After pkg/kubelet/kubelet_pods.go: HandlePodCleanups */
	async cleanup(pod: Pod): Promise<void> {
		const { deps, volumes, prober } = this.#parts;
		const { uid } = pod.metadata;
		prober.forget(uid);
		const runtime = readPodRuntime(deps.engine, uid);
		for (const container of [...runtime.containers.values()].flat())
			await deps.engine.removeContainer(container.id, { force: true, volumes: true });
		for (const sandbox of runtime.sandboxes) await deps.engine.removePodSandbox(sandbox.id);
		await volumes.remove(uid);
		const cgroup = runtime.sandboxes[0]?.config.cgroupParent ?? podCgroup(pod);
		const ops: KernelOp[] = removePodCgroupOps({ cgroup });
		await deps.agent.batch(ops, { keepGoing: true });
		this.#forget(uid);
	}
	#forget(uid: string): void {
		const { objects, images, syncer, status, messages, deps } = this.#parts;
		objects.unregister(uid);
		images.forget(uid);
		syncer.forget(uid);
		status.forget(uid);
		messages.retain(new Set(deps.engine.listContainers({ all: true }).map(({ id }) => id)));
	}
}
