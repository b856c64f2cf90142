import type { Container as EngineContainer } from '../../api/engine.ts';
import type { Container, Pod } from '../../api/kubernetes.ts';
import type { EventRecorder } from '../../client/recorder.ts';
import type { KubeletDeps } from './config.ts';
import { runHook } from './lifecycle.ts';
import { allContainers, containerReference, isSidecar } from './pod-ref.ts';
import { readySandbox, runningContainers, type PodRuntime } from './pod-runtime.ts';

/** What is left of the grace for TERM after a long preStop hook. */
const minimumGraceMs = 2000;

/** Ends containers: preStop hook, TERM, grace, KILL. After pkg/kubelet/kuberuntime/kuberuntime_container.go: killContainer */
export class ContainerKiller {
	readonly #deps: KubeletDeps;
	readonly #events: EventRecorder;

	constructor(deps: KubeletDeps, events: EventRecorder) {
		this.#deps = deps;
		this.#events = events;
	}
	async kill(
		pod: Pod,
		target: { name: string; run: EngineContainer; podIp: string },
		graceSeconds: number,
		message: string,
		signal: AbortSignal,
	): Promise<void> {
		const { name, run, podIp } = target;
		this.#events.event(containerReference(pod, name), 'Normal', 'Killing', message);
		const began = this.#deps.clock.now();
		const container = allContainers(pod).find((candidate) => candidate.name === name);
		if (container?.lifecycle?.preStop && graceSeconds > 0)
			await this.#preStop({ pod, container, containerId: run.id, podIp }, graceSeconds, signal);
		const used = this.#deps.clock.now() - began;
		const left = Math.max(
			graceSeconds * 1000 - used,
			Math.min(minimumGraceMs, graceSeconds * 1000),
		);
		await this.#stop(run.id, left / 1000);
	}
	/** Ends all containers at once, and after them the sidecars, last first. */
	async killPod(
		pod: Pod,
		runtime: PodRuntime,
		graceSeconds: number,
		signal: AbortSignal,
	): Promise<void> {
		const began = this.#deps.clock.now();
		const podIp = readySandbox(runtime)?.ip ?? '';
		const running = runningContainers(runtime);
		const end = ({ name, container: run }: (typeof running)[number], grace: number) =>
			this.kill(pod, { name, run, podIp }, grace, `Stopping container ${name}`, signal);
		const sidecars = running.filter(({ name }) => isSidecar(pod, name)).reverse();
		const others = running.filter(({ name }) => !isSidecar(pod, name));
		await Promise.all(others.map((each) => end(each, graceSeconds)));
		for (const sidecar of sidecars) {
			const used = (this.#deps.clock.now() - began) / 1000;
			await end(sidecar, Math.max(Math.min(2, graceSeconds), graceSeconds - used));
		}
	}
	async #preStop(
		target: { pod: Pod; container: Container; containerId: string; podIp: string },
		graceSeconds: number,
		signal: AbortSignal,
	): Promise<void> {
		const hook = target.container.lifecycle?.preStop;
		if (!hook) return;
		const { clock } = this.#deps;
		const expiry = new AbortController();
		const ended = AbortSignal.any([expiry.signal, signal]);
		const run = runHook(this.#deps, target, hook, graceSeconds * 1000, ended);
		try {
			await Promise.race([run, clock.sleep(graceSeconds * 1000, ended)]);
		} catch (error) {
			if (signal.aborted) return;
			this.#events.event(
				containerReference(target.pod, target.container.name),
				'Warning',
				'FailedPreStopHook',
				`PreStopHook failed: ${(error as Error).message}`,
			);
		} finally {
			expiry.abort(new Error('the grace period is over'));
			run.catch(() => undefined);
		}
	}
	async #stop(id: string, graceSeconds: number): Promise<void> {
		try {
			if (graceSeconds <= 0) await this.#deps.engine.killContainer(id, 'KILL');
			else await this.#deps.engine.stopContainer(id, graceSeconds);
		} catch (error) {
			// It ended by itself meanwhile: gone (404) or not running (409).
			const status = (error as { status?: number }).status;
			if (status !== 404 && status !== 409 && status !== 304) throw error;
		}
	}
}
