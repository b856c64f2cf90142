import { isJson, without, type Json, type Manifest } from './fields.ts';
import { sortKeys } from './jsonpath.ts';

/** Where `apply` keeps what it was last given. */
export const lastAppliedKey = 'kubectl.kubernetes.io/last-applied-configuration';

/** The configuration that was applied to a live object last; empty when it never was. */
export function lastApplied(live: Manifest): Json {
	const kept = live.metadata.annotations?.[lastAppliedKey];
	if (kept === undefined) return {};
	const parsed: unknown = JSON.parse(kept);
	return isJson(parsed) ? parsed : {};
}

/** The object with itself noted in the annotation. After kubectl/pkg/util: CreateApplyAnnotation. */
export function withLastApplied(object: Manifest): Manifest {
	const annotations = without(object.metadata.annotations ?? {}, lastAppliedKey);
	const bare = { ...object, metadata: { ...object.metadata, annotations } };
	const text = `${JSON.stringify(sortKeys(bare))}\n`;
	return {
		...bare,
		metadata: { ...bare.metadata, annotations: { ...annotations, [lastAppliedKey]: text } },
	};
}

/** Kinds that come with Kubernetes know strategic merge patches, others only JSON merge patches. */
export function fieldPatchType(group: string): 'strategic' | 'merge' {
	return !group.includes('.') || group.endsWith('.k8s.io') ? 'strategic' : 'merge';
}
