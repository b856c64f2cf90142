import type { Container, PodSpec } from '../../api/kubernetes.ts';
import { compare, parseQuantity } from '../../client/quantity.ts';

const tracked = ['cpu', 'memory'] as const;

function positive(map: Record<string, string> | undefined, key: string): string | undefined {
	const text = map?.[key];
	if (text === undefined) return undefined;
	return parseQuantity(text).value > 0n ? text : undefined;
}

function isGuaranteed({ resources }: Container): boolean {
	return tracked.every((key) => {
		const limit = positive(resources?.limits, key);
		const request = positive(resources?.requests, key);
		return limit !== undefined && request !== undefined && compare(limit, request) === 0;
	});
}

/** After k/k pkg/apis/core/helper/qos: ComputePodQOS */
export function qosClassOf(spec: PodSpec): 'Guaranteed' | 'Burstable' | 'BestEffort' {
	const containers = [...spec.containers, ...(spec.initContainers ?? [])];
	const asks = containers.some(({ resources }) =>
		tracked.some((key) => positive(resources?.limits, key) ?? positive(resources?.requests, key)),
	);
	if (!asks) return 'BestEffort';
	return containers.every(isGuaranteed) ? 'Guaranteed' : 'Burstable';
}
