import type { Pod } from '../../api/kubernetes.ts';
import { parseTime } from '../../client/time.ts';
import type { KubeletDeps } from './config.ts';
import { isLost } from './container-status.ts';
import { readPodRuntime, type PodRuntime } from './pod-runtime.ts';
import { podStatus } from './pod-status.ts';
import type { Prober } from './prober.ts';
import type { ReasonCache } from './start-error.ts';
import type { StatusWriter } from './status-writer.ts';
import type { TerminationMessages } from './termination-message.ts';

/** Computes each pod's status from what the engine, the probes and past failures say, and has it written. */
export class PodStatusSource {
	readonly #deps: KubeletDeps;
	readonly #writer: StatusWriter;
	readonly #prober: Prober;
	readonly #reasons: ReasonCache;
	readonly #messages: TerminationMessages;
	readonly #verdicts = new Map<string, { reason: string; message: string }>();

	constructor(parts: {
		deps: KubeletDeps;
		writer: StatusWriter;
		prober: Prober;
		reasons: ReasonCache;
		messages: TerminationMessages;
	}) {
		this.#deps = parts.deps;
		this.#writer = parts.writer;
		this.#prober = parts.prober;
		this.#reasons = parts.reasons;
		this.#messages = parts.messages;
	}
	/** Looks at the pod and tells the API; answers what was seen. */
	async refresh(
		pod: Pod,
		runtime = readPodRuntime(this.#deps.engine, pod.metadata.uid),
		terminal = false,
	): Promise<PodRuntime> {
		await this.#messages.collect(runtime);
		this.write(pod, runtime, terminal);
		return runtime;
	}
	write(
		pod: Pod,
		runtime = readPodRuntime(this.#deps.engine, pod.metadata.uid),
		terminal = false,
	): void {
		this.#prober.track(pod, runtime);
		const { clock, node, engine } = this.#deps;
		const status = podStatus(pod, runtime, {
			failure: (uid, container) => this.#reasons.get(uid, container),
			terminationMessage: (id) => this.#messages.of(id),
			imageId: ({ imageId }) => engine.image(imageId)?.digests[0] ?? imageId,
			probes: this.#prober,
			hostIp: node.address,
			nowMs: clock.now(),
			before: this.#writer.latest(pod),
			terminal,
			verdict: this.#verdict(pod),
		});
		this.#writer.set(pod, status);
	}
	/** Phase Succeeded or Failed, or past its deadline. */
	isTerminal(pod: Pod): boolean {
		const { phase } = this.#writer.latest(pod);
		return phase === 'Succeeded' || phase === 'Failed';
	}
	/** Makes the pod Failed for good. */
	reject(pod: Pod, reason: string, message: string): void {
		this.#verdicts.set(pod.metadata.uid, { reason, message });
	}
	/** When the pod's deadline falls due, in milliseconds since 1970. */
	deadline(pod: Pod): number | undefined {
		const seconds = pod.spec.activeDeadlineSeconds;
		const begun = parseTime(this.#writer.latest(pod).startTime);
		return seconds === undefined || begun === undefined ? undefined : begun + seconds * 1000;
	}
	knownRestarts(pod: Pod, container: string): number | undefined {
		const { containerStatuses = [], initContainerStatuses = [] } = this.#writer.latest(pod);
		const status = [...initContainerStatuses, ...containerStatuses].find(
			({ name }) => name === container,
		);
		if (status?.containerID) return status.restartCount;
		// The start that is to come is counted already.
		return isLost(status) ? status.restartCount - 1 : undefined;
	}
	forget(uid: string): void {
		this.#verdicts.delete(uid);
		this.#reasons.forget(uid);
		this.#writer.forget(uid);
	}
	/** After pkg/kubelet/active_deadline.go: pastActiveDeadline */
	#verdict(pod: Pod): { reason: string; message: string } | undefined {
		const deadline = this.deadline(pod);
		if (deadline !== undefined && this.#deps.clock.now() >= deadline && !this.isTerminal(pod))
			this.reject(
				pod,
				'DeadlineExceeded',
				'Pod was active on the node longer than the specified deadline',
			);
		return this.#verdicts.get(pod.metadata.uid);
	}
}
