import type { Deployment, Pod, ReplicaSet } from '../../api/kubernetes.ts';
import type { EventRecorder } from '../../client/recorder.ts';
import { isNotFound } from '../../client/status.ts';
import { deepEqual } from '../../util/deep-equal.ts';
import { isPodTerminal } from './conditions.ts';
import type { ControllerContext } from './context.ts';
import {
	desiredReplicasOf,
	maxReplicasOf,
	replicasAnnotations,
	byRevision,
} from './deployment-annotations.ts';
import {
	activeOrLatest,
	activeSets,
	actualReplicaCount,
	availableReplicaCount,
	isRollingUpdate,
	isSaturated,
	maxSurge,
	maxUnavailable,
	newReplicaCount,
	proportionalSizes,
	replicaCount,
	replicasOf,
	sortedByAge,
} from './deployment-replicas.ts';
import type { RevisionedSets } from './deployment-revisions.ts';
import {
	calculateStatus,
	isComplete,
	withProgress,
	withReplicaFailure,
	type DeploymentStatus,
} from './deployment-status.ts';

/**
 * One step of one Deployment towards its spec: every step changes little, writes the status, and the
 * watch brings the next. After pkg/controller/deployment/{rolling,recreate,sync}.go
 */
export class Rollout {
	readonly #context: ControllerContext;
	readonly #recorder: EventRecorder;
	readonly #deployment: Deployment;
	#newSet: ReplicaSet | undefined;
	#oldSets: ReplicaSet[];

	constructor(
		context: ControllerContext,
		recorder: EventRecorder,
		deployment: Deployment,
		sets: RevisionedSets,
	) {
		this.#context = context;
		this.#recorder = recorder;
		this.#deployment = deployment;
		this.#newSet = sets.newSet;
		this.#oldSets = sets.oldSets;
	}
	get #all(): ReplicaSet[] {
		return this.#newSet ? [...this.#oldSets, this.#newSet] : this.#oldSets;
	}
	/** Takes the set that was created for the present template. */
	useNewSet(set: ReplicaSet): void {
		this.#newSet = set;
	}
	get newSet(): ReplicaSet | undefined {
		return this.#newSet;
	}
	/** Whether `spec.replicas` changed since the sets were sized. */
	isScaling(): boolean {
		return activeSets(this.#all).some((set) => {
			const desired = desiredReplicasOf(set);
			return desired !== undefined && desired !== replicasOf(this.#deployment);
		});
	}
	/** Sizes the sets without rolling anything out. */
	async scale(): Promise<void> {
		const single = activeOrLatest(this.#newSet, this.#oldSets);
		const desired = replicasOf(this.#deployment);
		if (single) {
			if (replicasOf(single) !== desired) await this.#scaleSet(single, desired);
			return;
		}
		if (isSaturated(this.#deployment, this.#newSet)) {
			for (const old of activeSets(this.#oldSets)) await this.#scaleSet(old, 0);
			return;
		}
		if (!isRollingUpdate(this.#deployment)) return;
		for (const { set, size } of proportionalSizes(this.#deployment, activeSets(this.#all)))
			await this.#scaleSet(set, size);
	}
	async rollingUpdate(): Promise<void> {
		if (await this.#growNewSet()) return;
		if (await this.#shrinkOldSets()) return;
		await this.#cleanupWhenComplete();
	}
	/** True when the old pods are gone, so that the new set may be made and sized. */
	async clearForRecreate(pods: Pod[]): Promise<boolean> {
		const active = activeSets(this.#oldSets);
		for (const old of active) await this.#scaleSet(old, 0);
		if (active.length > 0 || actualReplicaCount(this.#oldSets) > 0) return false;
		const newUid = this.#newSet?.metadata.uid;
		const isOld = (pod: Pod) =>
			!pod.metadata.ownerReferences?.some(({ uid, controller }) => controller && uid === newUid);
		return !pods.some((pod) => isOld(pod) && !isPodTerminal(pod));
	}
	async recreate(): Promise<void> {
		const desired = replicasOf(this.#deployment);
		if (this.#newSet && replicasOf(this.#newSet) !== desired)
			await this.#scaleSet(this.#newSet, desired);
		await this.#cleanupWhenComplete();
	}
	/** The status after this step; with `progress` also how the rollout is getting on. */
	status(progress: boolean): DeploymentStatus {
		const now = this.#context.clock.now();
		const status = calculateStatus(this.#deployment, this.#all, this.#newSet, now);
		if (!progress) return status;
		const progressed = withProgress(this.#deployment, this.#newSet, status, now);
		return withReplicaFailure(progressed, this.#all, this.#newSet);
	}
	/** Deletes the oldest revisions beyond the limit. After sync.go: cleanupDeployment */
	async cleanup(): Promise<void> {
		const limit = this.#deployment.spec.revisionHistoryLimit;
		if (limit === undefined || limit === 2 ** 31 - 1) return;
		const alive = this.#oldSets.filter((set) => set.metadata.deletionTimestamp === undefined);
		const oldestFirst = [...alive].sort(byRevision);
		for (const set of oldestFirst.slice(0, Math.max(0, alive.length - limit))) {
			const { namespace, name, generation = 1 } = set.metadata;
			const inUse = replicasOf(set) !== 0 || set.status.replicas !== 0;
			if (inUse || generation > (set.status.observedGeneration ?? 0)) continue;
			await this.#context.client
				.replicasets(namespace)
				.delete(name)
				.catch((error: unknown) => {
					if (!isNotFound(error)) throw error;
				});
		}
	}
	async #cleanupWhenComplete(): Promise<void> {
		if (isComplete(this.#deployment, this.#deployment.status)) await this.cleanup();
	}
	/** After rolling.go: reconcileNewReplicaSet */
	async #growNewSet(): Promise<boolean> {
		if (!this.#newSet) return false;
		const [size, desired] = [replicasOf(this.#newSet), replicasOf(this.#deployment)];
		if (size === desired) return false;
		const next = size > desired ? desired : newReplicaCount(this.#deployment, this.#all, size);
		return this.#scaleSet(this.#newSet, next);
	}
	/**
	 * Only as many pods go as can be missed: those that exist beyond the minimum, not counting new ones
	 * that are not available yet. After rolling.go: reconcileOldReplicaSets
	 */
	async #shrinkOldSets(): Promise<boolean> {
		const old = sortedByAge(activeSets(this.#oldSets));
		if (replicaCount(old) === 0) return false;
		const minAvailable = replicasOf(this.#deployment) - maxUnavailable(this.#deployment);
		const newSets = this.#newSet ? [this.#newSet] : [];
		const newUnavailable = replicaCount(newSets) - availableReplicaCount(newSets);
		const room = replicaCount(this.#all) - minAvailable - newUnavailable;
		if (room <= 0) return false;
		const unhealthy = await this.#shrink(old, room, (set) => {
			return replicasOf(set) - (set.status.availableReplicas ?? 0);
		});
		const spare = availableReplicaCount(this.#all) - minAvailable;
		const current = old.flatMap(
			({ metadata }) => this.#oldSets.find((set) => set.metadata.uid === metadata.uid) ?? [],
		);
		const healthy = spare > 0 ? await this.#shrink(current, spare, replicasOf) : 0;
		return unhealthy + healthy > 0;
	}
	/** Takes up to `room` pods from the sets, at most `of` from each; returns how many it took. */
	async #shrink(
		sets: ReplicaSet[],
		room: number,
		of: (set: ReplicaSet) => number,
	): Promise<number> {
		let taken = 0;
		for (const set of sets) {
			const count = Math.min(of(set), room - taken, replicasOf(set));
			if (count <= 0) continue;
			await this.#scaleSet(set, replicasOf(set) - count);
			taken += count;
		}
		return taken;
	}
	/** True when the set was changed in size. After sync.go: scaleReplicaSet */
	async #scaleSet(set: ReplicaSet, size: number): Promise<boolean> {
		const desired = replicasOf(this.#deployment);
		const max = desired + maxSurge(this.#deployment);
		const resized = replicasOf(set) !== size;
		if (!resized && desiredReplicasOf(set) === desired && maxReplicasOf(set) === max) return false;
		const next = structuredClone(set);
		const before = replicasOf(set);
		next.spec.replicas = size;
		next.metadata.annotations = {
			...next.metadata.annotations,
			...replicasAnnotations(desired, max),
		};
		const written = await this.#context.client.replicasets(set.metadata.namespace).update(next);
		this.#replace(written);
		if (!resized) return false;
		const text = `Scaled ${before < size ? 'up' : 'down'} replica set ${set.metadata.name} from ${before} to ${size}`;
		this.#recorder.event(this.#deployment, 'Normal', 'ScalingReplicaSet', text);
		return true;
	}
	#replace(set: ReplicaSet): void {
		const same = (other: ReplicaSet | undefined) => other?.metadata.uid === set.metadata.uid;
		if (same(this.#newSet)) this.#newSet = set;
		this.#oldSets = this.#oldSets.map((old) => (same(old) ? set : old));
	}
}

/** Writes a status that differs from the present one. */
export async function writeStatus(
	{ client }: ControllerContext,
	deployment: Deployment,
	status: DeploymentStatus,
): Promise<Deployment> {
	if (deepEqual(deployment.status, status)) return deployment;
	const next = { ...deployment, status };
	return client.deployments(deployment.metadata.namespace).updateStatus(next);
}
