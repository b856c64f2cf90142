import type { KubeObject, ObjectMeta } from '../../api/kubernetes.ts';
import type { Cause } from '../../client/status.ts';
import type { Clock } from '../../util/clock.ts';
import type { Rng } from '../../util/rng.ts';
import type { NameRule } from './validate-meta.ts';

/** What strategies and admission may look at besides the object itself. */
export interface Context {
	clock: Clock;
	rng: Rng;
	options: ApiServerOptions;
	/** Every stored object of a resource; the objects are shared and read-only. */
	list: (resource: string) => KubeObject[];
	get: (resource: string, namespace: string, name: string) => KubeObject | undefined;
}

/** Settings that kube-apiserver takes as flags. */
export interface ApiServerOptions {
	serviceClusterIpRange: string;
	nodePortRange: [number, number];
	/** Seconds in the default tolerations of `not-ready` and `unreachable`. */
	defaultNotReadyTolerationSeconds: number;
	defaultUnreachableTolerationSeconds: number;
	/** Where the `kubernetes` Service points. */
	advertiseAddress: string;
	advertisePort: number;
	/** Changes kept for watches that resume. */
	watchHistory: number;
	/** Characters that those changes may hold. */
	watchHistorySize: number;
}

/**
 * What one kind does differently from every other; each member has a default in the registry.
 * Objects handed in are fresh and may be changed, `old` is shared and must not be.
 * After apiserver/pkg/registry/rest: RESTCreateStrategy, RESTUpdateStrategy, RESTDeleteStrategy
 */
export interface Strategy<T extends KubeObject = KubeObject> {
	name: NameRule;
	/** A change of spec raises metadata.generation. */
	generation?: boolean;
	/** Writes to the object leave status alone, writes to its status leave the rest alone. */
	status?: boolean;
	/** Metadata that a write to the status leaves alone. */
	statusKeeps?: (keyof ObjectMeta)[];
	/** An update may leave out the resourceVersion; true unless set. */
	unconditionalUpdate?: boolean;
	/** PUT creates an object that is not there. */
	createOnUpdate?: boolean;
	/** A delete that is done at once answers with the object instead of a Status. */
	returnDeleted?: boolean;
	defaults?(object: T): void;
	prepareForCreate?(object: T, context: Context): void;
	prepareForUpdate?(object: T, old: T, context: Context): void;
	validate?(object: T, context: Context): Cause[];
	validateUpdate?(object: T, old: T, context: Context): Cause[];
	/** Seconds of grace a delete gives; 0 deletes at once. */
	gracePeriod?(object: T, requested: number | undefined): number;
	/** Changes the object at the moment its deletion starts. */
	prepareForDelete?(object: T): void;
	/** Whether the deletion waits for more than metadata.finalizers. */
	finalizing?(object: T): boolean;
	/** Fields a field selector may name besides metadata.name and metadata.namespace. */
	selectableFields?(object: T): Record<string, string | undefined>;
	warnings?(object: T): string[];
}
