import { describe, expect, it } from 'vitest';
import type { KubeObject } from '../../../api/kubernetes.ts';
import type { AuditEvent } from '../../../api/node.ts';
import { ChangeLog } from '../../state/change-log.ts';
import { loopSteps } from './loop-view.ts';

const object = (kind: string, name: string, owner?: string): KubeObject => ({
	apiVersion: 'v1',
	kind,
	metadata: {
		name,
		namespace: 'default',
		uid: `uid-${name}`,
		resourceVersion: '7',
		creationTimestamp: '2026-01-01T00:00:00Z',
		...(owner
			? {
					ownerReferences: [
						{ apiVersion: 'v1', kind: 'X', name: owner, uid: `uid-${owner}`, controller: true },
					],
				}
			: {}),
	},
});
const entry = (
	time: number,
	userAgent: string,
	verb: string,
	resource: string,
	name: string,
	code = 201,
): AuditEvent => ({
	time,
	took: 1,
	verb,
	resource,
	namespace: 'default',
	name,
	path: '',
	code,
	userAgent,
});

describe('loopSteps', () => {
	it('says who wrote what, and which watch event had woken them', () => {
		const log = new ChangeLog();
		const [web, set, pod] = [
			object('Deployment', 'web'),
			object('ReplicaSet', 'web-1', 'web'),
			object('Pod', 'web-1-a', 'web-1'),
		];
		log.add({ kind: 'Deployment', type: 'added', object: web }, undefined, 105);
		log.add({ kind: 'ReplicaSet', type: 'added', object: set }, undefined, 125);
		log.add({ kind: 'Pod', type: 'added', object: pod }, undefined, 145);
		log.add({ kind: 'Pod', type: 'updated', object: pod }, pod, 165);
		log.add({ kind: 'Pod', type: 'updated', object: pod }, pod, 9000);
		const steps = loopSteps(log.changes, [
			entry(99, 'kubectl/v1.33.1 (linux/386)', 'create', 'deployments', 'web', 403),
			entry(100, 'kubectl/v1.33.1 (linux/386)', 'create', 'deployments', 'web'),
			entry(120, 'deployment-controller', 'create', 'replicasets', 'web-1'),
			entry(140, 'replicaset-controller', 'create', 'pods', 'web-1-a'),
			entry(160, 'kube-scheduler', 'create', 'pods/binding', 'web-1-a'),
		]);
		expect(steps.map((one) => [one.by, one.deed, one.kind, one.wokenBy?.kind])).toEqual([
			['kubectl', 'create', 'Deployment', undefined],
			['deployment-controller', 'create', 'ReplicaSet', 'Deployment'],
			['replicaset-controller', 'create', 'Pod', 'ReplicaSet'],
			['kube-scheduler', 'bind', 'Pod', 'Pod'],
		]);
		expect(steps[3]?.wokenBy).toBe(steps[2]);
	});
});
