import type { PodSandbox } from '../../api/engine.ts';
import type { Container, Pod } from '../../api/kubernetes.ts';
import type { EventRecorder } from '../../client/recorder.ts';
import type { Dns } from './node-dns.ts';
import type { KubeletDeps } from './config.ts';
import { sandboxConfig, podDns } from './container-config.ts';
import type { ContainerKiller } from './container-killer.ts';
import type { ContainerStarter } from './container-starter.ts';
import { CrashBackoff, goDuration } from './crash-backoff.ts';
import type { EnvSources } from './env.ts';
import { computePodActions, type PodActions } from './pod-actions.ts';
import { podHosts } from './pod-hosts.ts';
import { containerReference, formatPod, podReference } from './pod-ref.ts';
import {
	finishedAt,
	isRunning,
	latest,
	readPodRuntime,
	readySandbox,
	type PodRuntime,
} from './pod-runtime.ts';
import type { PodStatusSource } from './pod-status-source.ts';
import type { Prober } from './prober.ts';
import { StartError, type ReasonCache } from './start-error.ts';
import { VolumeError } from './volume-payload.ts';
import type { Volumes } from './volumes.ts';

export interface SyncResult {
	/** The pod has come to an end by itself. */
	terminal: boolean;
	/** Milliseconds until the next sync makes sense without an event. */
	retryMs: number | undefined;
}

export interface PodSyncerParts {
	deps: KubeletDeps;
	events: EventRecorder;
	volumes: Volumes;
	starter: ContainerStarter;
	killer: ContainerKiller;
	prober: Prober;
	reasons: ReasonCache;
	status: PodStatusSource;
	sources: (pod: Pod, podIp: string) => EnvSources;
	nodeDns: () => Dns;
}

const configRetryMs = 10_000;
const mountRetry = { base: 500, max: 122_000 };

/** Makes a pod's containers what its spec asks for. After pkg/kubelet/kubelet.go and kuberuntime_manager.go: SyncPod */
export class PodSyncer {
	readonly #parts: PodSyncerParts;
	readonly #crashes: CrashBackoff;
	readonly #mountFailures = new Map<string, number>();

	constructor(parts: PodSyncerParts) {
		this.#parts = parts;
		const { clock, options } = parts.deps;
		this.#crashes = new CrashBackoff(clock, options.backoffBaseMs, options.backoffMaxMs);
	}
	async sync(pod: Pod, signal: AbortSignal): Promise<SyncResult> {
		const { status, deps, prober } = this.#parts;
		const runtime = await status.refresh(pod);
		if (status.isTerminal(pod)) return { terminal: true, retryMs: undefined };
		const actions = computePodActions(pod, runtime, prober);
		const mounting = this.#mount(pod, runtime);
		// Without volumes nothing can be missing, and the sandbox need not wait.
		const failed = pod.spec.volumes?.length ? await mounting : undefined;
		if (failed !== undefined) return { terminal: false, retryMs: this.#untilDeadline(pod, failed) };
		const [result] = await Promise.all([
			this.#apply(pod, runtime, actions, mounting, signal),
			mounting,
		]);
		await status.refresh(pod, readPodRuntime(deps.engine, pod.metadata.uid));
		return { terminal: status.isTerminal(pod), retryMs: this.#untilDeadline(pod, result) };
	}
	#untilDeadline(pod: Pod, retryMs: number | undefined): number | undefined {
		const { status, deps } = this.#parts;
		const deadline = status.deadline(pod);
		if (deadline === undefined) return retryMs;
		return Math.min(retryMs ?? Infinity, Math.max(0, deadline - deps.clock.now()));
	}
	forget(uid: string): void {
		this.#crashes.forget(uid);
		this.#mountFailures.delete(uid);
	}
	snapshot(): object {
		return { crashes: this.#crashes.snapshot(), mounts: Object.fromEntries(this.#mountFailures) };
	}
	/** Answers the delay of the next try when a volume is not there. */
	async #mount(pod: Pod, runtime: PodRuntime): Promise<number | undefined> {
		const { volumes, sources, events } = this.#parts;
		const { uid } = pod.metadata;
		const ip = readySandbox(runtime)?.ip ?? pod.status.podIP ?? '';
		try {
			await volumes.prepare(pod, sources(pod, ip), runtime.sandboxes.length > 0);
			this.#mountFailures.delete(uid);
			return undefined;
		} catch (error) {
			if (!(error instanceof VolumeError)) throw error;
			// What is mounted already stays, as when a ConfigMap in use is deleted.
			if (runtime.containers.size > 0) return undefined;
			const message = `MountVolume.SetUp failed for volume "${error.volume}" : ${error.message}`;
			events.event(podReference(pod), 'Warning', 'FailedMount', message);
			const failures = this.#mountFailures.get(uid) ?? 0;
			this.#mountFailures.set(uid, failures + 1);
			return Math.min(mountRetry.max, mountRetry.base * 2 ** failures);
		}
	}
	async #apply(
		pod: Pod,
		runtime: PodRuntime,
		actions: PodActions,
		mounting: Promise<unknown>,
		signal: AbortSignal,
	): Promise<number | undefined> {
		signal.throwIfAborted();
		const grace = pod.spec.terminationGracePeriodSeconds ?? 30;
		await this.#kill(pod, runtime, actions, grace, signal);
		let sandbox = readySandbox(runtime);
		if (actions.createSandbox) {
			sandbox = await this.#createSandbox(pod, actions.attempt);
			if (!sandbox) return 1000;
		}
		if (!sandbox) return undefined;
		await mounting;
		return this.#startAll(pod, sandbox, actions.start, signal);
	}
	async #kill(
		pod: Pod,
		runtime: PodRuntime,
		actions: PodActions,
		grace: number,
		signal: AbortSignal,
	): Promise<void> {
		const { killer, events, deps } = this.#parts;
		if (actions.killPod) {
			const text = 'Pod sandbox changed, it will be killed and re-created.';
			if (actions.createSandbox) events.event(podReference(pod), 'Normal', 'SandboxChanged', text);
			await killer.killPod(pod, runtime, grace, signal);
			for (const { id } of runtime.sandboxes) await deps.engine.stopPodSandbox(id);
		}
		const podIp = readySandbox(runtime)?.ip ?? '';
		for (const { name, id, message } of actions.kill) {
			const run = deps.engine.container(id);
			const probeGrace = this.#probeGrace(pod, name, message) ?? grace;
			await killer.kill(pod, { name, run, podIp }, probeGrace, message, signal);
		}
	}
	/** A failed probe may set its own grace. */
	#probeGrace(pod: Pod, name: string, message: string): number | undefined {
		const container = pod.spec.containers.find((candidate) => candidate.name === name);
		if (message.includes('liveness probe'))
			return container?.livenessProbe?.terminationGracePeriodSeconds;
		if (message.includes('startup probe'))
			return container?.startupProbe?.terminationGracePeriodSeconds;
		return undefined;
	}
	async #createSandbox(pod: Pod, attempt: number): Promise<PodSandbox | undefined> {
		const { deps, events, nodeDns } = this.#parts;
		const dns = podDns(pod, deps.options, nodeDns());
		try {
			const { clusterDomain } = deps.options;
			const hosts = await podHosts(pod, deps.node.name, clusterDomain, deps.agent);
			const files = { dns, hosts };
			return await deps.engine.runPodSandbox(sandboxConfig(pod, attempt, deps.node, files));
		} catch (error) {
			const message = `Failed to create pod sandbox: ${(error as Error).message}`;
			events.event(podReference(pod), 'Warning', 'FailedCreatePodSandBox', message);
			return undefined;
		}
	}
	async #startAll(
		pod: Pod,
		sandbox: PodSandbox,
		containers: Container[],
		signal: AbortSignal,
	): Promise<number | undefined> {
		let retryMs: number | undefined;
		for (const container of containers) {
			signal.throwIfAborted();
			const wait = await this.#startOne(pod, sandbox, container, signal);
			if (wait !== undefined) retryMs = Math.min(wait, retryMs ?? Infinity);
		}
		return retryMs;
	}
	async #startOne(
		pod: Pod,
		sandbox: PodSandbox,
		container: Container,
		signal: AbortSignal,
	): Promise<number | undefined> {
		const { deps, reasons, starter, sources, status } = this.#parts;
		const { uid } = pod.metadata;
		const runtime = readPodRuntime(deps.engine, uid);
		try {
			this.#backOff(pod, container, runtime);
			await starter.start(pod, container, {
				runtime,
				sandbox,
				sources: sources(pod, pod.spec.hostNetwork ? deps.node.address : sandbox.ip),
				knownRestarts: status.knownRestarts(pod, container.name),
				signal,
			});
			reasons.clear(uid, container.name);
			return undefined;
		} catch (error) {
			if (!(error instanceof StartError)) throw error;
			reasons.set(uid, container.name, error);
			return error.retryMs ?? configRetryMs;
		}
	}
	/** Throws while a container that has ended must wait. After kuberuntime_manager.go: doBackOff */
	#backOff(pod: Pod, container: Container, runtime: PodRuntime): void {
		const last = latest(runtime, container.name);
		if (!last || isRunning(last)) return;
		const key = `${pod.metadata.uid}/${container.name}/${container.image}`;
		const since = finishedAt(last);
		const wait = this.#crashes.remaining(key, since);
		if (wait === 0) {
			this.#crashes.next(key, since);
			return;
		}
		this.#parts.events.event(
			containerReference(pod, container.name),
			'Warning',
			'BackOff',
			`Back-off restarting failed container ${container.name} in pod ${formatPod(pod)}`,
		);
		const delay = goDuration(this.#crashes.delay(key));
		throw new StartError(
			'CrashLoopBackOff',
			`back-off ${delay} restarting failed container=${container.name} pod=${formatPod(pod)}`,
			wait,
		);
	}
}
