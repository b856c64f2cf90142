import type { KubeObject } from '../../api/kubernetes.ts';
import { conflict, type GroupKind } from '../../client/status.ts';
import { parseTime, rfc3339 } from '../../client/time.ts';
import type { Strategy } from './strategy.ts';

export interface DeleteOptions {
	dryRun: boolean;
	gracePeriodSeconds?: number;
	propagationPolicy?: 'Background' | 'Foreground' | 'Orphan';
	/** The older spelling of the policy: true is Orphan. */
	orphanDependents?: boolean;
	preconditions?: { uid?: string; resourceVersion?: string };
}

/** What a delete makes of an object: gone at once, or marked and left to the kubelet or the owners of its finalizers. */
export class DeletionPlan {
	/** The marked object to store, or `undefined` to remove the key. */
	readonly object: KubeObject | undefined;
	readonly #old: KubeObject;
	readonly #options: DeleteOptions;

	constructor(old: KubeObject, strategy: Strategy, options: DeleteOptions, now: number) {
		this.#old = old;
		this.#options = options;
		const grace = graceOf(old, strategy, options);
		const finalizers = finalizersAfter(old, options);
		const marked = mark(old, finalizers, grace, now);
		strategy.prepareForDelete?.(marked);
		const waits = grace > 0 || finalizers.length > 0 || strategy.finalizing?.(marked) === true;
		this.object = waits ? marked : undefined;
	}

	// After apiserver/pkg/registry/rest/delete.go: BeforeDelete, which names the kind where others name the resource
	checkPreconditions({ group, kind }: GroupKind): void {
		const { uid, resourceVersion } = this.#options.preconditions ?? {};
		const { metadata } = this.#old;
		let text: string | undefined;
		if (uid && uid !== metadata.uid)
			text = `the UID in the precondition (${uid}) does not match the UID in record (${metadata.uid}). The object might have been deleted and then recreated`;
		else if (resourceVersion && resourceVersion !== metadata.resourceVersion)
			text = `the ResourceVersion in the precondition (${resourceVersion}) does not match the ResourceVersion in record (${metadata.resourceVersion}). The object might have been modified`;
		if (text) throw conflict({ group, resource: kind }, metadata.name, text);
	}
}

// After apiserver/pkg/registry/rest/delete.go: BeforeDelete
function graceOf(old: KubeObject, strategy: Strategy, options: DeleteOptions): number {
	if (!strategy.gracePeriod) return 0;
	const asked = options.gracePeriodSeconds;
	if (!old.metadata.deletionTimestamp) return strategy.gracePeriod(old, asked);
	const running = old.metadata.deletionGracePeriodSeconds ?? 0;
	if (asked === undefined) return running;
	return Math.min(running, strategy.gracePeriod(old, asked));
}

function mark(old: KubeObject, finalizers: string[], grace: number, now: number): KubeObject {
	const { deletionTimestamp, deletionGracePeriodSeconds: running = 0 } = old.metadata;
	const metadata = { ...old.metadata };
	if (finalizers.length > 0) metadata.finalizers = finalizers;
	else delete metadata.finalizers;
	if (!deletionTimestamp) {
		metadata.deletionTimestamp = rfc3339(now + grace * 1000);
		metadata.deletionGracePeriodSeconds = grace;
		if (metadata.generation) metadata.generation += 1;
	} else if (grace < running) {
		const started = (parseTime(deletionTimestamp) ?? now) - running * 1000;
		metadata.deletionTimestamp = rfc3339(started + grace * 1000);
		metadata.deletionGracePeriodSeconds = grace;
	}
	return { ...old, metadata };
}

const orphan = 'orphan';
const foreground = 'foregroundDeletion';

// After registry/store.go: deletionFinalizersForGarbageCollection
function finalizersAfter(old: KubeObject, options: DeleteOptions): string[] {
	const current = old.metadata.finalizers ?? [];
	const policy = options.propagationPolicy ?? (options.orphanDependents ? 'Orphan' : undefined);
	if (!policy && options.orphanDependents === undefined) return current;
	const others = current.filter((name) => name !== orphan && name !== foreground);
	if (policy === 'Orphan') return [...others, orphan];
	return policy === 'Foreground' ? [...others, foreground] : others;
}
