import { CliError } from './errors.ts';
import { dig, listAt, numberAt, textAt, type Manifest } from './fields.ts';

interface RolloutStatus {
	message: string;
	done: boolean;
}

/** How far a rollout is, in upstream's words. After pkg/polymorphichelpers/rollout_status.go. */
export function statusOf(object: Manifest, revision: number): RolloutStatus {
	switch (object.kind) {
		case 'Deployment':
			return deploymentStatus(object, revision);
		case 'DaemonSet':
			return daemonSetStatus(object);
		case 'StatefulSet':
			return statefulSetStatus(object);
		default:
			throw new CliError(`no status viewer has been implemented for ${object.kind}`);
	}
}

function observed(object: Manifest): boolean {
	const generation = numberAt(object, 'metadata', 'generation');
	return generation <= numberAt(object, 'status', 'observedGeneration');
}

function checkRevision(object: Manifest, revision: number): void {
	if (revision <= 0) return;
	const actual = Number(
		textAt(object, 'metadata', 'annotations', 'deployment.kubernetes.io/revision'),
	);
	if (actual !== revision)
		throw new CliError(
			`desired revision (${revision}) is different from the running revision (${actual})`,
		);
}

const going = (message: string): RolloutStatus => ({ message, done: false });

function deploymentStatus(object: Manifest, revision: number): RolloutStatus {
	checkRevision(object, revision);
	const { name } = object.metadata;
	const wait = `Waiting for deployment "${name}" rollout to finish: `;
	if (!observed(object)) return going('Waiting for deployment spec update to be observed...\n');
	const progressing = listAt(object, 'status', 'conditions').find(
		({ type }) => type === 'Progressing',
	);
	if (progressing?.['reason'] === 'ProgressDeadlineExceeded')
		throw new CliError(`deployment "${name}" exceeded its progress deadline`);
	const count = (field: string) => numberAt(object, 'status', field);
	const desired = dig(object, 'spec', 'replicas');
	const updated = count('updatedReplicas');
	if (typeof desired === 'number' && updated < desired)
		return going(`${wait}${updated} out of ${desired} new replicas have been updated...\n`);
	if (count('replicas') > updated)
		return going(`${wait}${count('replicas') - updated} old replicas are pending termination...\n`);
	if (count('availableReplicas') < updated)
		return going(
			`${wait}${count('availableReplicas')} of ${updated} updated replicas are available...\n`,
		);
	return { message: `deployment "${name}" successfully rolled out\n`, done: true };
}

function daemonSetStatus(object: Manifest): RolloutStatus {
	const { name } = object.metadata;
	const count = (field: string) => numberAt(object, 'status', field);
	const desired = count('desiredNumberScheduled');
	if (!observed(object)) return going('Waiting for daemon set spec update to be observed...\n');
	const wait = `Waiting for daemon set "${name}" rollout to finish: `;
	if (count('updatedNumberScheduled') < desired)
		return going(
			`${wait}${count('updatedNumberScheduled')} out of ${desired} new pods have been updated...\n`,
		);
	if (count('numberAvailable') < desired)
		return going(
			`${wait}${count('numberAvailable')} of ${desired} updated pods are available...\n`,
		);
	return { message: `daemon set "${name}" successfully rolled out\n`, done: true };
}

function statefulSetStatus(object: Manifest): RolloutStatus {
	if (textAt(object, 'spec', 'updateStrategy', 'type') === 'OnDelete')
		throw new CliError('rollout status is only available for RollingUpdate strategy type');
	const count = (field: string) => numberAt(object, 'status', field);
	if (!observed(object)) return going('Waiting for statefulset spec update to be observed...\n');
	const desired = numberAt(object, 'spec', 'replicas');
	if (count('readyReplicas') < desired)
		return going(`Waiting for ${desired - count('readyReplicas')} pods to be ready...\n`);
	if (textAt(object, 'status', 'updateRevision') !== textAt(object, 'status', 'currentRevision'))
		return going(
			`waiting for statefulset rolling update to complete ${count('updatedReplicas')} pods at revision ${textAt(object, 'status', 'updateRevision')}...\n`,
		);
	return {
		message: `statefulset rolling update complete ${count('currentReplicas')} pods at revision ${textAt(object, 'status', 'currentRevision')}...\n`,
		done: true,
	};
}
