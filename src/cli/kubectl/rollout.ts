import { forEach, type Info } from './builder.ts';
import {
	dryRunFlag,
	fieldManagerFlag,
	filenameFlags,
	outputFlags,
	selectorFlag,
} from './common-flags.ts';
import { qualifiedName } from './discovery.ts';
import { CliError } from './errors.ts';
import { dig, mapAt } from './fields.ts';
import { rfc3339 } from '../../client/time.ts';
import { until, WaitTimeout } from './observe.ts';
import { annotateTemplate } from './pod-template.ts';
import { history } from './rollout-history.ts';
import { requireResource, rolloutTargets } from './revisions.ts';
import { statusOf } from './rollout-status.ts';
import { undo } from './rollout-undo.ts';
import type { Session } from './session.ts';
import { updateObjects } from './update-objects.ts';
import type { Verb } from './verb.ts';

const flags = [
	...filenameFlags,
	...outputFlags,
	selectorFlag,
	dryRunFlag,
	fieldManagerFlag('kubectl-rollout'),
];

const status: Verb = {
	name: 'status',
	usage: '(TYPE NAME | TYPE/NAME) [flags]',
	short: 'Show the status of the rollout',
	complete: 'resources',
	examples: ['kubectl rollout status deployment/web'],
	flags: [
		...filenameFlags,
		{ name: 'revision', type: 'int', value: '0', usage: 'The revision to wait for.' },
		selectorFlag,
		{
			name: 'timeout',
			type: 'duration',
			value: '0s',
			usage: 'How long to wait; 0 waits for ever.',
		},
		{ name: 'watch', short: 'w', type: 'bool', value: 'true', usage: 'Wait until it is done.' },
	],
	async run(session) {
		const found = await rolloutTargets(session);
		await forEach(found, (info) => follow(session, info));
	},
};

async function follow(session: Session, info: Info): Promise<void> {
	const { flags } = session;
	const print = async (object: Info['object']) => {
		const { message, done } = statusOf(object, flags.int('revision'));
		await session.out(message);
		return done;
	};
	if (!flags.bool('watch')) {
		await print(info.object);
		return;
	}
	try {
		await until(session, info, flags.duration('timeout'), async (object) => {
			if (!object) throw new CliError('object has been deleted');
			return (await print(object)) ? true : undefined;
		});
	} catch (error) {
		if (error instanceof WaitTimeout) throw new CliError('timed out waiting for the condition');
		throw error;
	}
}

function pausing(name: 'pause' | 'resume', paused: boolean, short: string): Verb {
	return {
		name,
		usage: 'RESOURCE',
		short,
		complete: 'resources',
		flags,
		run(session) {
			requireResource(session);
			return updateObjects(session, {
				args: session.args,
				collections: true,
				done: paused ? 'paused' : 'resumed',
				failWhenSame: (info) =>
					`${info.resource.name}.${info.resource.group} "${info.name}" is ${paused ? 'already paused' : 'not paused'}`,
				change: (object, info) => {
					if (object.kind !== 'Deployment')
						throw new CliError(
							`${info.resource.name} "${info.name}" ${paused ? 'pausing' : 'resuming'} is not supported`,
						);
					const spec = mapAt(object, 'spec');
					if (paused) spec['paused'] = true;
					else delete spec['paused'];
				},
			});
		},
	};
}

const restart: Verb = {
	name: 'restart',
	usage: 'RESOURCE',
	short: 'Restart a resource',
	complete: 'resources',
	flags,
	run(session) {
		requireResource(session);
		return updateObjects(session, {
			args: session.args,
			collections: true,
			done: 'restarted',
			failWhenSame: (info) =>
				`failed to create patch for ${info.name}: if restart has already been triggered within the past second, please wait before attempting to trigger another`,
			change: (object, info) => {
				if (!['Deployment', 'DaemonSet', 'StatefulSet'].includes(object.kind))
					throw new CliError(`${info.resource.name} "${info.name}" restarting is not supported`);
				if (dig(object, 'spec', 'paused') === true)
					throw new CliError(
						`${qualifiedName(info.resource)} "${info.name}" can't restart paused deployment (run rollout resume first)`,
					);
				const now = rfc3339(session.now());
				annotateTemplate(object, 'kubectl.kubernetes.io/restartedAt', now);
			},
		});
	},
};

export const rollout: Verb = {
	name: 'rollout',
	usage: '',
	short: 'Manage the rollout of a resource',
	group: 'Deploy Commands',
	verbs: [
		history,
		pausing('pause', true, 'Mark the provided resource as paused'),
		restart,
		pausing('resume', false, 'Resume a paused resource'),
		status,
		undo,
	],
};
