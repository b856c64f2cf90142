import type { Deployment, ReplicaSet } from '../../api/kubernetes.ts';
import type { EventRecorder } from '../../client/recorder.ts';
import type { Draft } from '../../client/rest.ts';
import { isAlreadyExists, isNamespaceTerminating } from '../../client/status.ts';
import type { ControllerContext } from './context.ts';
import { controllerOf, controllerRefTo } from './controller-ref.ts';
import { conditionOf } from './conditions.ts';
import {
	nextRevision,
	newSetAnnotations,
	replicasAnnotations,
	revisionAnnotation,
} from './deployment-annotations.ts';
import {
	maxSurge,
	newReplicaCount,
	replicaSetName,
	replicasOf,
	selectorWithHash,
	sortedByAge,
} from './deployment-replicas.ts';
import {
	deploymentCondition,
	hasProgressDeadline,
	withDeploymentCondition,
} from './deployment-status.ts';
import { writeStatus } from './deployment-rollout.ts';
import { equalIgnoreHash, hashLabel, templateHash } from './template-hash.ts';

/** A Deployment's sets: the one of its present template, and those of earlier ones. */
export interface RevisionedSets {
	newSet: ReplicaSet | undefined;
	oldSets: ReplicaSet[];
}

/** Splits the sets; of several with the present template the oldest is the new set. */
export function splitSets(deployment: Deployment, sets: ReplicaSet[]): RevisionedSets {
	const newSet = sortedByAge(sets).find((set) =>
		equalIgnoreHash(set.spec.template, deployment.spec.template),
	);
	return { newSet, oldSets: sets.filter((set) => set !== newSet) };
}

/** Numbers the revisions, and makes the set of a new one. After pkg/controller/deployment/sync.go: getNewReplicaSet */
export class Revisions {
	readonly #context: ControllerContext;
	readonly #recorder: EventRecorder;

	constructor(context: ControllerContext, recorder: EventRecorder) {
		this.#context = context;
		this.#recorder = recorder;
	}
	/** Brings an existing new set's annotations up to date, and the Deployment's revision with them. */
	async sync(
		deployment: Deployment,
		{ newSet, oldSets }: RevisionedSets,
	): Promise<{ deployment: Deployment; newSet: ReplicaSet | undefined }> {
		if (!newSet) return { deployment, newSet };
		const revision = nextRevision(oldSets);
		const { annotations, changed } = newSetAnnotations(
			deployment,
			newSet.metadata.annotations,
			revision,
		);
		const { minReadySeconds = 0 } = deployment.spec;
		let set = newSet;
		if (changed || (newSet.spec.minReadySeconds ?? 0) !== minReadySeconds) {
			const next = structuredClone(newSet);
			next.metadata.annotations = annotations;
			next.spec.minReadySeconds = minReadySeconds;
			set = await this.#context.client.replicasets(newSet.metadata.namespace).update(next);
		}
		const numbered = await this.#number(deployment, set.metadata.annotations?.[revisionAnnotation]);
		return { deployment: await this.#noteFound(numbered, set), newSet: set };
	}
	/** Creates the set of the present template. */
	async create(
		deployment: Deployment,
		oldSets: ReplicaSet[],
	): Promise<{ deployment: Deployment; newSet: ReplicaSet }> {
		const draft = this.#draft(deployment, oldSets);
		const { created, set } = await this.#createOrFind(deployment, draft);
		const size = replicasOf(set);
		if (created && size > 0) {
			const text = `Scaled up replica set ${set.metadata.name} from 0 to ${size}`;
			this.#recorder.event(deployment, 'Normal', 'ScalingReplicaSet', text);
		}
		const revision = set.metadata.annotations?.[revisionAnnotation];
		const numbered = await this.#number(deployment, revision);
		if (!created || !hasProgressDeadline(deployment)) return { deployment: numbered, newSet: set };
		const text = `Created new replica set "${set.metadata.name}"`;
		const noted = this.#withProgressing(numbered, 'True', 'NewReplicaSetCreated', text);
		return { deployment: noted, newSet: set };
	}
	#draft(deployment: Deployment, oldSets: ReplicaSet[]): Draft<ReplicaSet> {
		const { template, selector, minReadySeconds } = deployment.spec;
		const hash = templateHash(template, deployment.status.collisionCount);
		const labels = { ...template.metadata?.labels, [hashLabel]: hash };
		const desired = replicasOf(deployment);
		const { annotations } = newSetAnnotations(deployment, undefined, nextRevision(oldSets));
		const { namespace } = deployment.metadata;
		return {
			apiVersion: 'apps/v1',
			kind: 'ReplicaSet',
			metadata: {
				name: replicaSetName(deployment, hash),
				...(namespace ? { namespace } : {}),
				ownerReferences: [controllerRefTo(deployment)],
				labels,
				annotations: {
					...annotations,
					...replicasAnnotations(desired, desired + maxSurge(deployment)),
				},
			},
			spec: {
				replicas: newReplicaCount(deployment, oldSets, 0),
				...(minReadySeconds === undefined ? {} : { minReadySeconds }),
				selector: selectorWithHash(selector, hash),
				template: { ...template, metadata: { ...template.metadata, labels } },
			},
		};
	}
	async #createOrFind(
		deployment: Deployment,
		draft: Draft<ReplicaSet>,
	): Promise<{ created: boolean; set: ReplicaSet }> {
		const { client } = this.#context;
		const sets = client.replicasets(deployment.metadata.namespace);
		try {
			return { created: true, set: await sets.create(draft) };
		} catch (error) {
			if (isNamespaceTerminating(error)) throw error;
			if (!isAlreadyExists(error)) return this.#createFailed(deployment, draft, error);
			const set = await sets.get(draft.metadata.name ?? '');
			const own = controllerOf(set)?.uid === deployment.metadata.uid;
			if (own && equalIgnoreHash(set.spec.template, deployment.spec.template))
				return { created: false, set };
			// Another template has this hash: the count salts the next one.
			const collisionCount = (deployment.status.collisionCount ?? 0) + 1;
			await writeStatus(this.#context, deployment, { ...deployment.status, collisionCount });
			throw error;
		}
	}
	async #createFailed(
		deployment: Deployment,
		draft: Draft<ReplicaSet>,
		error: unknown,
	): Promise<never> {
		const cause = error instanceof Error ? error.message : String(error);
		const text = `Failed to create new replica set "${draft.metadata.name}": ${cause}`;
		this.#recorder.event(deployment, 'Warning', 'ReplicaSetCreateError', text);
		if (hasProgressDeadline(deployment)) {
			const failed = this.#withProgressing(deployment, 'False', 'ReplicaSetCreateError', text);
			await writeStatus(this.#context, deployment, failed.status);
		}
		throw error;
	}
	/** Writes the revision where `kubectl rollout` reads it. */
	async #number(deployment: Deployment, revision: string | undefined): Promise<Deployment> {
		const { name, namespace, annotations } = deployment.metadata;
		if (revision === undefined || annotations?.[revisionAnnotation] === revision) return deployment;
		const patch = { metadata: { annotations: { [revisionAnnotation]: revision } } };
		return this.#context.client.deployments(namespace).patch(name, patch, 'merge');
	}
	/** A rollout that nobody has reported on yet starts to count its progress from here. */
	async #noteFound(deployment: Deployment, set: ReplicaSet): Promise<Deployment> {
		const known = conditionOf(deployment.status.conditions, 'Progressing');
		if (known || !hasProgressDeadline(deployment)) return deployment;
		const text = `Found new replica set "${set.metadata.name}"`;
		return this.#withProgressing(deployment, 'True', 'FoundNewReplicaSet', text);
	}
	#withProgressing(
		deployment: Deployment,
		status: 'True' | 'False',
		reason: string,
		message: string,
	): Deployment {
		const now = this.#context.clock.now();
		const condition = deploymentCondition('Progressing', status, reason, message, now);
		const conditions = withDeploymentCondition(deployment.status.conditions, condition);
		return { ...deployment, status: { ...deployment.status, conditions } };
	}
}
