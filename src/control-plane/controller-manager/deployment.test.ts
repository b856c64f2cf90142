import { afterEach, describe, expect, it } from 'vitest';
import type { Deployment } from '../../api/kubernetes.ts';
import { conditionOf } from './conditions.ts';
import { DeploymentController } from './deployment.ts';
import { ReplicaSetController } from './replica-set.ts';
import { imageOf, template, TestCluster, webDeployment } from './test-cluster.ts';

let cluster: TestCluster;
afterEach(() => cluster.stop());

async function setup(spec: Partial<Deployment['spec']> = {}) {
	cluster = new TestCluster();
	cluster.transport.graceful = false;
	const deployments = cluster.client.deployments('default');
	await deployments.create(webDeployment(spec));
	await cluster.start(DeploymentController, ReplicaSetController);
	return deployments;
}
const setImage = async (image: string) => {
	await cluster.client
		.deployments('default')
		.patch('web', { spec: { template: template(image) } }, 'merge');
	await cluster.settle();
};
const progressing = async () =>
	conditionOf((await cluster.deployment()).status.conditions, 'Progressing');
const available = async () =>
	conditionOf((await cluster.deployment()).status.conditions, 'Available');
const images = async () => {
	const counts: Record<string, number> = {};
	for (const pod of await cluster.pods())
		counts[imageOf(pod) ?? ''] = (counts[imageOf(pod) ?? ''] ?? 0) + 1;
	return counts;
};

describe('deployment controller', () => {
	it('counts on from a revision that is too large for a double', async () => {
		await setup();
		const [set] = await cluster.replicaSets();
		const key = 'deployment.kubernetes.io/revision';
		await cluster.client
			.replicasets('default')
			.patch(
				set?.metadata.name ?? '',
				{ metadata: { annotations: { [key]: '3546343826724305832' } } },
				'merge',
			);
		await setImage('nginx:1.28');
		expect((await cluster.deployment()).metadata.annotations?.[key]).toBe('3546343826724305833');
	});

	it('makes a replica set that carries revision, hash and size', async () => {
		await setup();
		const [set, ...others] = await cluster.replicaSets();
		expect(others).toEqual([]);
		const hash = set?.metadata.labels?.['pod-template-hash'] ?? '';
		expect(set?.metadata.name).toBe(`web-${hash}`);
		expect(hash).toMatch(/^[bcdfghjklmnpqrstvwxz2456789]{6,10}$/);
		expect(set?.metadata.annotations).toEqual({
			'deployment.kubernetes.io/revision': '1',
			'deployment.kubernetes.io/desired-replicas': '3',
			'deployment.kubernetes.io/max-replicas': '4',
		});
		expect(set?.spec.selector).toEqual({ matchLabels: { app: 'web', 'pod-template-hash': hash } });
		expect((await cluster.deployment()).metadata.annotations).toEqual({
			'deployment.kubernetes.io/revision': '1',
		});
		expect(await progressing()).toMatchObject({
			status: 'True',
			reason: 'ReplicaSetUpdated',
			message: `ReplicaSet "web-${hash}" is progressing.`,
		});
		expect(await available()).toMatchObject({
			status: 'False',
			reason: 'MinimumReplicasUnavailable',
		});
		expect((await cluster.events('ScalingReplicaSet'))[0]?.message).toBe(
			`Scaled up replica set web-${hash} from 0 to 3`,
		);
		await cluster.makeReady();
		expect((await cluster.deployment()).status).toMatchObject({
			observedGeneration: 1,
			replicas: 3,
			updatedReplicas: 3,
			readyReplicas: 3,
			availableReplicas: 3,
		});
		expect(await progressing()).toMatchObject({
			reason: 'NewReplicaSetAvailable',
			message: `ReplicaSet "web-${hash}" has successfully progressed.`,
		});
		expect(await available()).toMatchObject({
			status: 'True',
			message: 'Deployment has minimum availability.',
		});
		expect(cluster.errors).toEqual([]);
	});
	it('rolls out within surge and availability, however slowly pods become ready', async () => {
		await setup({
			replicas: 4,
			strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 1, maxUnavailable: 1 } },
		});
		await cluster.makeReady();
		await setImage('nginx:2');
		for (let step = 0; step < 20; step++) {
			const pods = await cluster.pods();
			const ready = pods.filter(
				(pod) => conditionOf(pod.status.conditions, 'Ready')?.status === 'True',
			);
			expect(pods.length).toBeLessThanOrEqual(5);
			expect(ready.length).toBeGreaterThanOrEqual(3);
			const next = pods.find((pod) => !ready.includes(pod));
			if (!next) break;
			await cluster.setReady(next);
			await cluster.settle();
		}
		expect(await images()).toEqual({ 'nginx:2': 4 });
		expect(
			(await cluster.deployment()).metadata.annotations?.['deployment.kubernetes.io/revision'],
		).toBe('2');
		expect(await progressing()).toMatchObject({ reason: 'NewReplicaSetAvailable' });
		expect(cluster.errors).toEqual([]);
	});
	it('stands still when the new pods never become ready, and says so after the deadline', async () => {
		await setup({ progressDeadlineSeconds: 60 });
		await cluster.makeReady();
		await setImage('nginx:broken');
		expect(await images()).toEqual({ 'nginx:1': 3, 'nginx:broken': 1 });
		expect(await progressing()).toMatchObject({ status: 'True', reason: 'ReplicaSetUpdated' });
		await cluster.settle(65_000);
		expect(await images()).toEqual({ 'nginx:1': 3, 'nginx:broken': 1 });
		const condition = await progressing();
		expect(condition).toMatchObject({ status: 'False', reason: 'ProgressDeadlineExceeded' });
		expect(condition?.message).toMatch(/^ReplicaSet "web-\w+" has timed out progressing\.$/);
		expect(await available()).toMatchObject({ status: 'True' });
	});
	it('goes back to an old replica set with a new revision number', async () => {
		await setup();
		await cluster.makeReady();
		await setImage('nginx:broken');
		await setImage('nginx:1');
		await cluster.settle();
		expect(await images()).toEqual({ 'nginx:1': 3 });
		const sets = await cluster.replicaSets();
		expect(sets).toHaveLength(2);
		const back = sets.find((set) => imageOf(set.spec.template) === 'nginx:1');
		expect(back?.metadata.annotations).toMatchObject({
			'deployment.kubernetes.io/revision': '3',
			'deployment.kubernetes.io/revision-history': '1',
		});
		expect(await progressing()).toMatchObject({ reason: 'NewReplicaSetAvailable' });
	});
	it('recreates: the old pods are gone before the first new one exists', async () => {
		const deployments = await setup({ strategy: { type: 'Recreate' } });
		await cluster.makeReady();
		const seen: string[] = [];
		cluster.informers.pods.subscribe({
			added: (pod) => seen.push(`+${imageOf(pod)}`),
			deleted: (pod) => seen.push(`-${imageOf(pod)}`),
		});
		seen.length = 0;
		await setImage('nginx:2');
		expect(seen).toEqual(['-nginx:1', '-nginx:1', '-nginx:1', '+nginx:2', '+nginx:2', '+nginx:2']);
		expect((await deployments.get('web')).status.updatedReplicas).toBe(3);
	});
	it('scales without a new revision', async () => {
		const deployments = await setup();
		await cluster.makeReady();
		await deployments.patch('web', { spec: { replicas: 5 } }, 'merge');
		await cluster.settle();
		expect(await cluster.pods()).toHaveLength(5);
		const [set] = await cluster.replicaSets();
		expect(set?.metadata.annotations).toMatchObject({
			'deployment.kubernetes.io/revision': '1',
			'deployment.kubernetes.io/desired-replicas': '5',
		});
		const messages = (await cluster.events('ScalingReplicaSet')).map(({ message }) => message);
		expect(messages).toContain(`Scaled up replica set ${set?.metadata.name} from 3 to 5`);
	});
	it('collects changes while paused and rolls them out on resume', async () => {
		const deployments = await setup();
		await cluster.makeReady();
		await deployments.patch('web', { spec: { paused: true } }, 'merge');
		await setImage('nginx:2');
		expect(await images()).toEqual({ 'nginx:1': 3 });
		expect(await progressing()).toMatchObject({
			status: 'Unknown',
			reason: 'DeploymentPaused',
			message: 'Deployment is paused',
		});
		await deployments.patch('web', { spec: { paused: null } }, 'merge');
		for (let i = 0; i < 6; i++) await cluster.makeReady();
		expect(await images()).toEqual({ 'nginx:2': 3 });
	});
	it('keeps as many old revisions as it is told', async () => {
		await setup({ replicas: 1, revisionHistoryLimit: 2 });
		for (const image of ['nginx:2', 'nginx:3', 'nginx:4', 'nginx:5', 'nginx:6']) {
			await cluster.makeReady();
			await setImage(image);
			await cluster.makeReady();
		}
		await cluster.settle(1000);
		const revisions = (await cluster.replicaSets()).map(
			({ metadata }) => metadata.annotations?.['deployment.kubernetes.io/revision'],
		);
		expect(revisions.sort()).toEqual(['4', '5', '6']);
	});
	it('copies the change cause to the replica set of its revision only', async () => {
		const deployments = await setup();
		await cluster.makeReady();
		await deployments.patch(
			'web',
			{ metadata: { annotations: { 'kubernetes.io/change-cause': 'first' } } },
			'merge',
		);
		await cluster.settle();
		await deployments.patch(
			'web',
			{
				metadata: { annotations: { 'kubernetes.io/change-cause': 'second' } },
				spec: { template: template('nginx:2') },
			},
			'merge',
		);
		await cluster.settle();
		const causes = (await cluster.replicaSets()).map(({ metadata, spec }) => [
			imageOf(spec.template),
			metadata.annotations?.['kubernetes.io/change-cause'],
		]);
		expect(Object.fromEntries(causes)).toEqual({ 'nginx:1': 'first', 'nginx:2': 'second' });
	});
	it('adopts the replica set of a deleted Deployment with the same template', async () => {
		const deployments = await setup();
		await cluster.makeReady();
		const before = (await cluster.pods()).map(({ metadata }) => metadata.name).sort();
		const [set] = await cluster.replicaSets();
		await deployments.delete('web');
		await cluster.client
			.replicasets('default')
			.patch(set?.metadata.name ?? '', { metadata: { ownerReferences: null } }, 'merge');
		await cluster.settle();
		const fresh = await deployments.create(webDeployment());
		await cluster.settle();
		const [adopted, ...others] = await cluster.replicaSets();
		expect(others).toEqual([]);
		expect(adopted?.metadata.ownerReferences).toMatchObject([
			{ uid: fresh.metadata.uid, controller: true },
		]);
		expect((await cluster.pods()).map(({ metadata }) => metadata.name).sort()).toEqual(before);
	});
	it('takes another name when the hash collides', async () => {
		cluster = new TestCluster();
		const deployments = cluster.client.deployments('default');
		await deployments.create(webDeployment());
		await cluster.start(DeploymentController, ReplicaSetController);
		const [set] = await cluster.replicaSets();
		const name = set?.metadata.name ?? '';
		await deployments.delete('web');
		await cluster.client.replicasets('default').patch(
			name,
			{
				metadata: { ownerReferences: null, labels: null },
				spec: { template: template('other') },
			},
			'merge',
		);
		await cluster.settle();
		await deployments.create(webDeployment());
		await cluster.settle(1000);
		const deployment = await cluster.deployment();
		expect(deployment.status.collisionCount).toBe(1);
		const own = (await cluster.replicaSets()).filter((each) => each.metadata.ownerReferences);
		expect(own).toHaveLength(1);
		expect(own[0]?.metadata.name).not.toBe(name);
	});
	it('refuses to select everything', async () => {
		await setup({ selector: {} });
		expect(await cluster.replicaSets()).toEqual([]);
		expect((await cluster.events('SelectingAll'))[0]?.message).toBe(
			'This deployment is selecting all pods. A non-empty selector is required.',
		);
	});
});
