import type { Container, Pod, ResourceRequirements } from '../../api/kubernetes.ts';
import { milliValue, quantityToNumber, wholeValue } from '../../client/quantity.ts';
import { allContainers } from './pod-ref.ts';

export type QosClass = 'Guaranteed' | 'Burstable' | 'BestEffort';

const computed = ['cpu', 'memory'] as const;

/** Requests default to limits, as the API server defaults them; repeated here for pods written past it. */
export function requestOf(resources: ResourceRequirements | undefined, name: string): string {
	return resources?.requests?.[name] ?? resources?.limits?.[name] ?? '0';
}

/** After pkg/apis/core/v1/helper/qos/qos.go: ComputePodQOS */
export function qosClass(pod: Pod): QosClass {
	let anything = false;
	let guaranteed = true;
	for (const { resources } of allContainers(pod))
		for (const name of computed) {
			const limit = quantityToNumber(resources?.limits?.[name] ?? '0');
			const request = quantityToNumber(requestOf(resources, name));
			if (limit > 0 || request > 0) anything = true;
			if (limit === 0 || limit !== request) guaranteed = false;
		}
	if (!anything) return 'BestEffort';
	return guaranteed ? 'Guaranteed' : 'Burstable';
}

/** After pkg/kubelet/cm/helpers_linux.go: MilliCPUToShares */
export function cpuShares(milliCpu: number): number {
	return Math.min(262_144, Math.max(2, Math.floor((milliCpu * 1024) / 1000)));
}

/** cgroup v2's `cpu.weight` for v1 shares, by the formula runtimes agreed on. */
export function cpuWeight(shares: number): number {
	return Math.floor(1 + ((shares - 2) * 9999) / 262_142);
}

/** After pkg/kubelet/qos/policy.go: GetContainerOOMScoreAdjust */
export function oomScoreAdj(pod: Pod, container: Container, memoryCapacity: number): number {
	const qos = qosClass(pod);
	if (qos === 'Guaranteed') return -997;
	if (qos === 'BestEffort') return 1000;
	const request = wholeValue(requestOf(container.resources, 'memory'));
	const score = Math.floor(1000 - (1000 * request) / memoryCapacity);
	return Math.min(999, Math.max(3, score));
}

/** Path of the pod's cgroup below `/sys/fs/cgroup`. */
export function podCgroup(pod: Pod): string {
	const qos = qosClass(pod).toLowerCase();
	const parent = qos === 'guaranteed' ? 'kubepods' : `kubepods/${qos}`;
	return `${parent}/pod${pod.metadata.uid}`;
}

/** What the pod as a whole may use; `undefined` where some container has no limit. */
export interface PodLimits {
	cpuMilli: number | undefined;
	memoryBytes: number | undefined;
	shares: number;
}

/** Init containers run one at a time, so the pod needs the larger of their greatest and the others' sum. */
export function podLimits(pod: Pod): PodLimits {
	const cpu = podTotal(pod, (c) => limitOf(c, 'cpu', milliValue));
	const memory = podTotal(pod, (c) => limitOf(c, 'memory', wholeValue));
	const requested = podTotal(pod, (c) => milliValue(requestOf(c.resources, 'cpu'))) ?? 0;
	return { cpuMilli: cpu, memoryBytes: memory, shares: cpuShares(requested) };
}

function limitOf(
	container: Container,
	name: string,
	read: (text: string) => number,
): number | undefined {
	const limit = container.resources?.limits?.[name];
	return limit === undefined ? undefined : read(limit);
}

/** After component-helpers/resource/helpers.go: AggregateContainerRequests */
export function podTotal(
	pod: Pod,
	of: (container: Container) => number | undefined,
): number | undefined {
	let sum = 0;
	for (const container of pod.spec.containers) {
		const value = of(container);
		if (value === undefined) return undefined;
		sum += value;
	}
	let most = 0;
	for (const container of pod.spec.initContainers ?? []) {
		const value = of(container);
		if (value === undefined) return undefined;
		if (container.restartPolicy === 'Always') sum += value;
		else most = Math.max(most, value);
	}
	return Math.max(sum, most);
}
