import type { Container as EngineContainer, Image, PodSandbox } from '../../api/engine.ts';
import type { Container, Pod } from '../../api/kubernetes.ts';
import type { EventRecorder } from '../../client/recorder.ts';
import { logged } from '../../util/log.ts';
import { runOps } from '../engine/kernel.ts';
import type { KubeletDeps } from './config.ts';
import { containerConfig, verifyRunAsNonRoot } from './container-config.ts';
import { ContainerConfigError, makeEnvironment, type EnvSources } from './env.ts';
import type { ImagePuller } from './image-puller.ts';
import { restartCountOf } from './labels.ts';
import { runHook } from './lifecycle.ts';
import { containerReference } from './pod-ref.ts';
import { isRunning, latest, type PodRuntime } from './pod-runtime.ts';
import { StartError } from './start-error.ts';
import type { Volumes } from './volumes.ts';

export interface StartContext {
	runtime: PodRuntime;
	sandbox: PodSandbox;
	sources: EnvSources;
	/** Restarts the API knows of, for a pod whose runs the engine has lost. */
	knownRestarts: number | undefined;
	signal: AbortSignal;
}

/** From a container of a pod to its running process. After pkg/kubelet/kuberuntime/kuberuntime_container.go: startContainer */
export class ContainerStarter {
	readonly #deps: KubeletDeps;
	readonly #events: EventRecorder;
	readonly #images: ImagePuller;
	readonly #volumes: Volumes;

	constructor(deps: KubeletDeps, events: EventRecorder, images: ImagePuller, volumes: Volumes) {
		this.#deps = deps;
		this.#events = events;
		this.#images = images;
		this.#volumes = volumes;
	}
	/** Throws a {@link StartError} that says what the container's Waiting state is to say. */
	async start(pod: Pod, container: Container, context: StartContext): Promise<void> {
		const image = await this.#image(pod, container, context.signal);
		const attempt = nextAttempt(context, container);
		const created = await this.#create(pod, container, image, attempt, context);
		this.#event(pod, container, 'Normal', 'Created', `Created container: ${container.name}`);
		await this.#run(pod, container, created);
		this.#event(pod, container, 'Normal', 'Started', `Started container ${container.name}`);
		await this.#postStart(pod, container, created, context);
		await this.#removeOldRuns(container, context.runtime);
	}
	async #image(pod: Pod, container: Container, signal: AbortSignal): Promise<Image> {
		try {
			return await this.#images.ensure(pod, container, signal);
		} catch (error) {
			if (error instanceof StartError) this.#failed(pod, container, error.reason);
			throw error;
		}
	}
	async #create(
		pod: Pod,
		container: Container,
		image: Image,
		attempt: number,
		context: StartContext,
	): Promise<EngineContainer> {
		try {
			verifyRunAsNonRoot(pod, container, image);
			const env = await makeEnvironment(pod, container, context.sources);
			if (attempt > 0)
				await runOps(this.#deps.agent, this.#volumes.runOps(pod, container, attempt));
			return await this.#deps.engine.createContainer(
				containerConfig(pod, container, {
					attempt,
					env,
					messageFile: this.#volumes.messageFile(pod.metadata.uid, container.name, attempt),
					mounts: this.#volumes.mounts(pod, container, attempt),
					sandbox: context.sandbox,
					node: this.#deps.node,
					image,
				}),
			);
		} catch (error) {
			const { message } = error as Error;
			this.#failed(pod, container, message);
			const config = error instanceof ContainerConfigError;
			throw new StartError(config ? 'CreateContainerConfigError' : 'CreateContainerError', message);
		}
	}
	async #run(pod: Pod, container: Container, created: EngineContainer): Promise<void> {
		try {
			await this.#deps.engine.startContainer(created.id);
		} catch (error) {
			const { message } = error as Error;
			this.#failed(pod, container, message);
			throw new StartError('RunContainerError', message, 1000);
		}
	}
	async #postStart(
		pod: Pod,
		container: Container,
		created: EngineContainer,
		{ sandbox, signal }: StartContext,
	): Promise<void> {
		const hook = container.lifecycle?.postStart;
		if (!hook) return;
		const podIp = pod.spec.hostNetwork ? this.#deps.node.address : sandbox.ip;
		const target = { pod, container, containerId: created.id, podIp };
		try {
			await runHook(this.#deps, target, hook, 3_600_000, signal);
		} catch (error) {
			if (signal.aborted) throw error;
			const { message } = error as Error;
			this.#event(
				pod,
				container,
				'Warning',
				'FailedPostStartHook',
				`PostStartHook failed: ${message}`,
			);
			this.#event(pod, container, 'Normal', 'Killing', `FailedPostStartHook`);
			await this.#deps.engine.stopContainer(
				created.id,
				pod.spec.terminationGracePeriodSeconds ?? 30,
			);
			throw new StartError('PostStartHookError', message, 1000);
		}
	}
	/** One earlier run is kept for `kubectl logs --previous`. After kuberuntime_gc.go: MaxPerPodContainer */
	async #removeOldRuns(container: Container, runtime: PodRuntime): Promise<void> {
		const [, ...old] = runtime.containers.get(container.name) ?? [];
		for (const run of old)
			if (!isRunning(run))
				await this.#deps.engine
					.removeContainer(run.id)
					.catch(logged(this.#deps.log, 'kubelet', `container ${run.id} was not removed`));
	}
	#failed(pod: Pod, container: Container, text: string): void {
		this.#event(pod, container, 'Warning', 'Failed', `Error: ${text}`);
	}
	#event(
		pod: Pod,
		container: Container,
		type: 'Normal' | 'Warning',
		reason: string,
		message: string,
	): void {
		this.#events.event(containerReference(pod, container.name), type, reason, message);
	}
}

function nextAttempt({ runtime, knownRestarts }: StartContext, container: Container): number {
	const last = latest(runtime, container.name);
	if (last) return restartCountOf(last) + 1;
	return knownRestarts === undefined ? 0 : knownRestarts + 1;
}
