import type { KubeObject } from '../../api/kubernetes.ts';

/** Keeps metadata.managedFields while an object is written. */
export interface Ownership {
	record(object: KubeObject, old: KubeObject | undefined, subresource: string): void;
}
