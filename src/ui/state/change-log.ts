import type { KubeObject } from '../../api/kubernetes.ts';
import type { ApiChange } from '../../lesson/api-store.ts';

/** One change that the page's watches told of. */
export interface ObjectChange extends ApiChange {
	/** Rises by one with each change. */
	number: number;
	/** When the page heard of it, in milliseconds since 1970. */
	time: number;
	/** The object as it was before; undefined when it is new. */
	before: KubeObject | undefined;
}

const kept = 400;

/** The last changes of the cluster, and what the cluster was before each of them. */
export class ChangeLog {
	#changes: ObjectChange[] = [];
	#next = 1;

	get changes(): readonly ObjectChange[] {
		return this.#changes;
	}
	clear(): void {
		this.#changes = [];
	}
	add(change: ApiChange, before: KubeObject | undefined, time: number): void {
		this.#changes.push({ ...change, number: this.#next++, time, before });
		if (this.#changes.length > kept) this.#changes = this.#changes.slice(-kept / 2);
	}
	/** The objects as they were right after change `number`, by uid. */
	rewind(present: Iterable<KubeObject>, number: number): Map<string, KubeObject> {
		const past = new Map<string, KubeObject>();
		for (const object of present) past.set(object.metadata.uid, object);
		for (const change of this.#changes.toReversed()) {
			if (change.number <= number) break;
			const { uid } = change.object.metadata;
			if (change.before) past.set(uid, change.before);
			else past.delete(uid);
		}
		return past;
	}
}
