import type { Condition, Deployment, KubeObject, Pod, ReplicaSet } from '../../api/kubernetes.ts';
import type { EventRecorder } from '../../client/recorder.ts';
import { matchLabels } from '../../client/selectors.ts';
import { isConflict, isNotFound } from '../../client/status.ts';
import { keyOf, splitKey } from '../../client/store.ts';
import { parseTime } from '../../client/time.ts';
import { deepEqual } from '../../util/deep-equal.ts';
import type { WorkQueue } from '../../util/work-queue.ts';
import { conditionOf } from './conditions.ts';
import { queueFor, recorderFor, work, type Controller, type ControllerContext } from './context.ts';
import { controllerOf, ControllerRefManager } from './controller-ref.ts';
import { isRollingUpdate } from './deployment-replicas.ts';
import { Revisions, splitSets } from './deployment-revisions.ts';
import { Rollout, writeStatus } from './deployment-rollout.ts';
import {
	deploymentCondition,
	hasProgressDeadline,
	isComplete,
	withDeploymentCondition,
	type DeploymentStatus,
} from './deployment-status.ts';

/** Rolls templates out by sizing ReplicaSets. After pkg/controller/deployment/deployment_controller.go */
export class DeploymentController implements Controller {
	static readonly controllerName = 'deployment-controller';
	readonly name = DeploymentController.controllerName;
	readonly #context: ControllerContext;
	readonly #recorder: EventRecorder;
	readonly #revisions: Revisions;
	readonly #queue: WorkQueue;

	constructor(context: ControllerContext) {
		this.#context = context;
		this.#recorder = recorderFor(context, this.name);
		this.#revisions = new Revisions(context, this.#recorder);
		this.#queue = queueFor(context, this.name);
		const { deployments, replicasets, pods } = context.informers;
		const enqueue = (deployment: Deployment) => this.#enqueue(deployment);
		deployments.subscribe({ added: enqueue, updated: (_old, next) => enqueue(next) });
		replicasets.subscribe({
			added: (set) => this.#replicaSetAdded(set),
			updated: (old, set) => this.#replicaSetUpdated(old, set),
			deleted: (set) => this.#enqueueOwner(set),
		});
		pods.subscribe({ deleted: (pod) => this.#podDeleted(pod) });
	}
	run(): void {
		work(this.#context, this.name, this.#queue, 5, (key) => this.#sync(key));
	}
	snapshot() {
		return { queue: this.#queue.snapshot() };
	}
	#enqueue({ metadata }: KubeObject): void {
		this.#queue.add(keyOf(metadata.namespace, metadata.name));
	}
	#ownerOf(object: KubeObject): Deployment | undefined {
		const owner = controllerOf(object);
		if (owner?.kind !== 'Deployment') return undefined;
		const { deployments } = this.#context.informers;
		const deployment = deployments.get(object.metadata.namespace, owner.name);
		return deployment?.metadata.uid === owner.uid ? deployment : undefined;
	}
	#enqueueOwner(object: KubeObject): void {
		const deployment = this.#ownerOf(object);
		if (deployment) this.#enqueue(deployment);
	}
	#enqueueMatching(set: ReplicaSet): void {
		for (const deployment of this.#context.informers.deployments.list(set.metadata.namespace))
			if (matchLabels(deployment.spec.selector, set.metadata.labels)) this.#enqueue(deployment);
	}
	#replicaSetAdded(set: ReplicaSet): void {
		if (controllerOf(set)) this.#enqueueOwner(set);
		else this.#enqueueMatching(set);
	}
	#replicaSetUpdated(old: ReplicaSet, set: ReplicaSet): void {
		const [oldOwner, owner] = [controllerOf(old), controllerOf(set)];
		if (oldOwner && oldOwner.uid !== owner?.uid) this.#enqueueOwner(old);
		if (owner) this.#enqueueOwner(set);
		else if (oldOwner || !deepEqual(old.metadata.labels, set.metadata.labels))
			this.#enqueueMatching(set);
	}
	/** A Recreate rollout goes on when the last old pod is gone. */
	#podDeleted(pod: Pod): void {
		const owner = controllerOf(pod);
		if (owner?.kind !== 'ReplicaSet') return;
		const set = this.#context.informers.replicasets.get(pod.metadata.namespace, owner.name);
		const deployment = set && this.#ownerOf(set);
		if (!deployment || isRollingUpdate(deployment)) return;
		if (this.#podsOf(deployment).length === 0) this.#enqueue(deployment);
	}
	#podsOf(deployment: Deployment): Pod[] {
		const { replicasets, pods } = this.#context.informers;
		return replicasets
			.byIndex('controller', deployment.metadata.uid)
			.flatMap((set) => pods.byIndex('controller', set.metadata.uid));
	}
	async #sync(key: string): Promise<void> {
		const { namespace, name } = splitKey(key);
		const deployment = this.#context.informers.deployments.get(namespace, name);
		if (!deployment) return;
		try {
			await this.#syncDeployment(key, deployment);
		} catch (error) {
			// A write met a newer object: the watch is about to bring it.
			if (isConflict(error)) this.#queue.addAfter(key, 5);
			else if (!isNotFound(error)) throw error;
		}
	}
	async #syncDeployment(key: string, seen: Deployment): Promise<void> {
		if (deepEqual(seen.spec.selector, {})) return this.#selectsAll(seen);
		const owned = await this.#claim(seen);
		const split = splitSets(seen, owned);
		const { deployment, newSet } =
			seen.metadata.deletionTimestamp === undefined
				? await this.#revisions.sync(seen, split)
				: { deployment: seen, newSet: split.newSet };
		const current = this.#withPausedCondition(deployment);
		const sets = { newSet, oldSets: split.oldSets };
		const rollout = new Rollout(this.#context, this.#recorder, current, sets);
		if (seen.metadata.deletionTimestamp !== undefined)
			return this.#finish(key, seen, deployment, rollout.status(false));
		if (current.spec.paused || rollout.isScaling()) {
			await rollout.scale();
			if (current.spec.paused) await rollout.cleanup();
			return this.#finish(key, seen, deployment, rollout.status(false));
		}
		if (isRollingUpdate(current)) await this.#rollingUpdate(key, current, rollout, split.oldSets);
		else await this.#recreate(key, current, rollout, split.oldSets);
	}
	async #rollingUpdate(
		key: string,
		deployment: Deployment,
		rollout: Rollout,
		oldSets: ReplicaSet[],
	): Promise<void> {
		const next = await this.#ensureNewSet(deployment, rollout, oldSets);
		await next.rollout.rollingUpdate();
		await this.#finish(key, deployment, next.deployment, next.rollout.status(true));
	}
	async #recreate(
		key: string,
		deployment: Deployment,
		rollout: Rollout,
		oldSets: ReplicaSet[],
	): Promise<void> {
		if (!(await rollout.clearForRecreate(this.#podsOf(deployment))))
			return this.#finish(key, deployment, deployment, rollout.status(true));
		const next = await this.#ensureNewSet(deployment, rollout, oldSets);
		await next.rollout.recreate();
		await this.#finish(key, deployment, next.deployment, next.rollout.status(true));
	}
	async #ensureNewSet(
		deployment: Deployment,
		rollout: Rollout,
		oldSets: ReplicaSet[],
	): Promise<{ deployment: Deployment; rollout: Rollout }> {
		if (rollout.newSet) return { deployment, rollout };
		const made = await this.#revisions.create(deployment, oldSets);
		const sets = { newSet: made.newSet, oldSets };
		return {
			deployment: made.deployment,
			rollout: new Rollout(this.#context, this.#recorder, made.deployment, sets),
		};
	}
	/** Writes the status and comes back when the progress deadline could have passed. */
	async #finish(
		key: string,
		seen: Deployment,
		deployment: Deployment,
		status: DeploymentStatus,
	): Promise<void> {
		const { resourceVersion } = deployment.metadata;
		const before = this.#context.informers.deployments.get(
			seen.metadata.namespace,
			seen.metadata.name,
		);
		const stored = { ...deployment, status: before?.status ?? seen.status };
		stored.metadata = { ...deployment.metadata, resourceVersion };
		await writeStatus(this.#context, stored, status);
		this.#requeueForDeadline(key, deployment, status);
	}
	/** After pkg/controller/deployment/progress.go: requeueStuckDeployment */
	#requeueForDeadline(key: string, deployment: Deployment, status: DeploymentStatus): void {
		const condition = conditionOf(status.conditions, 'Progressing');
		if (!hasProgressDeadline(deployment) || !condition || deployment.spec.paused) return;
		if (isComplete(deployment, status) || condition.reason === 'ProgressDeadlineExceeded') return;
		const now = this.#context.clock.now();
		const from = parseTime(condition.lastUpdateTime) ?? now;
		const seconds = deployment.spec.progressDeadlineSeconds ?? 0;
		this.#queue.addAfter(key, Math.max(1000, from + seconds * 1000 - now + 1000));
	}
	async #claim(deployment: Deployment): Promise<ReplicaSet[]> {
		const { client, informers } = this.#context;
		const { namespace, name, uid } = deployment.metadata;
		const canAdopt = async () => {
			const fresh = await client.deployments(namespace).get(name);
			return fresh.metadata.uid === uid && fresh.metadata.deletionTimestamp === undefined;
		};
		const { selector } = deployment.spec;
		const sets = client.replicasets(namespace);
		const manager = new ControllerRefManager(sets, deployment, selector, canAdopt);
		return manager.claim(informers.replicasets.list(namespace));
	}
	/** Time spent paused does not count as lack of progress. After sync.go: checkPausedConditions */
	#withPausedCondition(deployment: Deployment): Deployment {
		const current = conditionOf(deployment.status.conditions, 'Progressing');
		if (!hasProgressDeadline(deployment)) return deployment;
		if (current?.reason === 'ProgressDeadlineExceeded') return deployment;
		const noted = current?.reason === 'DeploymentPaused';
		if (Boolean(deployment.spec.paused) === noted) return deployment;
		const [reason, message]: [string, string] = noted
			? ['DeploymentResumed', 'Deployment is resumed']
			: ['DeploymentPaused', 'Deployment is paused'];
		const now = this.#context.clock.now();
		const condition: Condition = deploymentCondition(
			'Progressing',
			'Unknown',
			reason,
			message,
			now,
		);
		const conditions = withDeploymentCondition(deployment.status.conditions, condition);
		return { ...deployment, status: { ...deployment.status, conditions } };
	}
	async #selectsAll(deployment: Deployment): Promise<void> {
		const text = 'This deployment is selecting all pods. A non-empty selector is required.';
		this.#recorder.event(deployment, 'Warning', 'SelectingAll', text);
		const observedGeneration = deployment.metadata.generation ?? 1;
		await writeStatus(this.#context, deployment, { ...deployment.status, observedGeneration });
	}
}
