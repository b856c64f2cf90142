import type { AuditEvent } from '../../../api/node.ts';
import type { ObjectChange } from '../../state/change-log.ts';
import { actorName, actorOf, deed, kindOf, related, type Actor } from '../actors.ts';
import type { RolloutView } from '../rollout-view.ts';

/** One write, the watch event that it became, and the one that had woken its author. */
export interface LoopStep {
	/** Of the change; pictures can be taken back to it. */
	number: number;
	time: number;
	actor: Actor;
	/** `kubelet node-1` */
	by: string;
	deed: string;
	kind: string;
	name: string;
	resourceVersion: string;
	type: ObjectChange['type'];
	change: ObjectChange;
	wokenBy: LoopStep | undefined;
}

/** Kinds that tell an actor that it has something to do. */
const watches: Partial<Record<Actor, readonly string[]>> = {
	'deployment-controller': ['Deployment', 'ReplicaSet'],
	'replicaset-controller': ['ReplicaSet', 'Pod'],
	'kube-scheduler': ['Pod'],
	kubelet: ['Pod'],
	'endpointslice-controller': ['Pod', 'Service'],
};
const sameMomentMs = 3000;
const wakesWithinMs = 30_000;

/** The log's entry that made this change: the nearest one about the same object that ended before it was heard of. */
function authorOf(
	change: ObjectChange,
	audit: readonly AuditEvent[],
	used: Set<AuditEvent>,
): AuditEvent | undefined {
	const { name, namespace = '' } = change.object.metadata;
	return audit.find(
		(entry) =>
			!used.has(entry) &&
			entry.code < 400 &&
			entry.name === name &&
			entry.namespace === namespace &&
			kindOf(entry.resource) === change.kind &&
			(change.type === 'added') === (entry.verb === 'create' && !entry.resource.includes('/')) &&
			entry.time - change.time < 100 &&
			change.time - entry.time < sameMomentMs,
	);
}

function wakerOf(step: Omit<LoopStep, 'wokenBy'>, before: readonly LoopStep[]) {
	const kinds = watches[step.actor];
	return before.findLast(
		(one) =>
			kinds?.includes(one.kind) &&
			step.time - one.time < wakesWithinMs &&
			!(one.actor === step.actor && one.by === step.by && one.kind === step.kind) &&
			related(one.change.object, step.change.object),
	);
}

/** The changes whose author the API server's log knows, oldest first. */
export function loopSteps(
	changes: readonly ObjectChange[],
	audit: readonly AuditEvent[],
): LoopStep[] {
	const steps: LoopStep[] = [];
	const used = new Set<AuditEvent>();
	for (const change of changes) {
		const entry = authorOf(change, audit, used);
		if (!entry) continue;
		used.add(entry);
		const { name, resourceVersion } = change.object.metadata;
		const step = {
			number: change.number,
			time: change.time,
			actor: actorOf(entry.userAgent),
			by: actorName(entry),
			deed: deed(entry),
			kind: change.kind,
			name,
			resourceVersion,
			type: change.type,
			change,
		};
		steps.push({ ...step, wokenBy: wakerOf(step, steps) });
	}
	return steps;
}

/** What one thing should be and what it is. */
export interface GapView {
	uid: string;
	kind: 'Deployment' | 'ReplicaSet' | 'Node';
	name: string;
	desired: number;
	actual: number;
}

/** Everything that has a wanted number, the Deployments first. */
export function gaps(
	rollouts: readonly RolloutView[],
	nodes: readonly { name: string; bound: number; ready: number }[],
): GapView[] {
	return [
		...rollouts.map(({ uid, name, desired, ready }): GapView => ({
			uid,
			kind: 'Deployment',
			name,
			desired,
			actual: ready,
		})),
		...rollouts.flatMap(({ lanes }) =>
			lanes.map(({ uid, name, wanted, pods }): GapView => ({
				uid,
				kind: 'ReplicaSet',
				name,
				desired: wanted,
				actual: pods.filter((pod) => pod.state !== 'terminating').length,
			})),
		),
		...nodes.map(({ name, bound, ready }): GapView => ({
			uid: `node/${name}`,
			kind: 'Node',
			name,
			desired: bound,
			actual: ready,
		})),
	];
}
