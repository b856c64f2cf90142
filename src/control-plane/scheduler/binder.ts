import type { Condition, Pod } from '../../api/kubernetes.ts';
import type { EventRecorder } from '../../client/recorder.ts';
import type { Client } from '../../client/rest.ts';
import { isNotFound } from '../../client/status.ts';
import { rfc3339 } from '../../client/time.ts';
import type { Clock } from '../../util/clock.ts';
import type { Candidate } from './preemption.ts';

/** Writes the scheduler's verdicts. After plugins/defaultbinder, schedule_one.go: handleSchedulingFailure */
export class Binder {
	readonly #client: Client;
	readonly #recorder: EventRecorder;
	readonly #clock: Clock;

	constructor(client: Client, recorder: EventRecorder, clock: Clock) {
		this.#client = client;
		this.#recorder = recorder;
		this.#clock = clock;
	}
	async bind(pod: Pod, nodeName: string): Promise<void> {
		const { namespace = '', name, uid } = pod.metadata;
		await this.#client.pods(namespace).post(name, 'binding', {
			apiVersion: 'v1',
			kind: 'Binding',
			metadata: { name, namespace, uid },
			target: { kind: 'Node', name: nodeName },
		});
		const text = `Successfully assigned ${namespace}/${name} to ${nodeName}`;
		this.#recorder.event(pod, 'Normal', 'Scheduled', text);
	}
	/** Says why there is no node, and makes room when less important pods are in the way. */
	async reportUnschedulable(
		pod: Pod,
		message: string,
		candidate: Candidate | undefined,
	): Promise<void> {
		this.#recorder.event(pod, 'Warning', 'FailedScheduling', message);
		const condition: Condition = {
			type: 'PodScheduled',
			status: 'False',
			reason: 'Unschedulable',
			message,
			lastProbeTime: null,
			lastTransitionTime: this.#transitionTime(pod),
		};
		const nominated = candidate ? { nominatedNodeName: candidate.node } : {};
		const known = pod.status.conditions?.find(({ type }) => type === 'PodScheduled');
		const changed =
			known?.status !== 'False' || known.reason !== condition.reason || known.message !== message;
		if (changed || candidate)
			await this.#patchStatus(pod, { conditions: [condition], ...nominated });
		for (const victim of candidate?.victims ?? []) await this.#preempt(victim, pod);
	}
	#transitionTime(pod: Pod): string {
		const known = pod.status.conditions?.find(({ type }) => type === 'PodScheduled');
		const since = known?.status === 'False' ? known.lastTransitionTime : undefined;
		return since ?? rfc3339(this.#clock.now());
	}
	async #patchStatus(pod: Pod, status: Partial<Pod['status']>): Promise<void> {
		const { namespace, name, uid } = pod.metadata;
		const patch = { metadata: { uid }, status };
		await this.#client.pods(namespace).patch(name, patch, 'strategic', { subresource: 'status' });
	}
	/** After pkg/scheduler/framework/preemption: PreparePreemption */
	async #preempt(victim: Pod, pod: Pod): Promise<void> {
		if (victim.metadata.deletionTimestamp !== undefined) return;
		const { namespace, name, uid } = victim.metadata;
		const condition: Condition = {
			type: 'DisruptionTarget',
			status: 'True',
			reason: 'PreemptionByScheduler',
			message: 'default-scheduler: preempting to accommodate a higher priority pod',
			lastTransitionTime: rfc3339(this.#clock.now()),
		};
		try {
			await this.#patchStatus(victim, { conditions: [condition] });
			await this.#client.pods(namespace).delete(name, { preconditions: { uid } });
		} catch (error) {
			if (!isNotFound(error)) throw error;
		}
		const text = `Preempted by pod ${pod.metadata.uid} on node ${victim.spec.nodeName}`;
		this.#recorder.event(victim, 'Normal', 'Preempted', text);
	}
}
