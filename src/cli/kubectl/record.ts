import type { Flag } from '../flags.ts';
import { pathOf } from './discovery.ts';
import type { Info } from './builder.ts';
import type { Manifest } from './fields.ts';
import { patchTypes } from './rest.ts';
import type { Session } from './session.ts';

const changeCauseKey = 'kubernetes.io/change-cause';

export const recordFlag: Flag = {
	name: 'record',
	type: 'bool',
	value: 'false',
	usage: 'Note the command line on the object, for rollout history.',
	hidden: true,
	deprecated: '--record will be removed in the future',
};

/** The command line as it is noted: words, then the flags by name. After pkg/genericclioptions: parseCommandArguments. */
function changeCause({ command, flags }: Session): string {
	const given = flags.given().map(([name, value]) => `--${name}=${value}`);
	return [command, ...flags.args, ...given].join(' ');
}

/** The object with the command as the cause of its change, when `--record` asks for that. */
export function recorded(session: Session, object: Manifest): Manifest {
	if (!session.flags.bool('record')) return object;
	const annotations = { ...object.metadata.annotations, [changeCauseKey]: changeCause(session) };
	return { ...object, metadata: { ...object.metadata, annotations } };
}

/** The same for a verb that sends no object: one more patch. */
export async function recordAfterwards(session: Session, info: Info): Promise<void> {
	if (!session.flags.bool('record')) return;
	await session.rest.json('PATCH', pathOf(info.resource, info.namespace, info.name), {
		body: { metadata: { annotations: { [changeCauseKey]: changeCause(session) } } },
		contentType: patchTypes.merge,
	});
}
