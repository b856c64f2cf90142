import { TabWriter } from '../tab-writer.ts';
import { forEach, type Info } from './builder.ts';
import { filenameFlags, outputFlags, selectorFlag } from './common-flags.ts';
import { podTemplateText } from './describe-template.ts';
import { singularName } from './discovery.ts';
import { CliError } from './errors.ts';
import { mapAt, textAt, type Manifest } from './fields.ts';
import { printerFor } from './printers.ts';
import { changeCauseKey, flaggedRevision, revisionsOf, rolloutTargets } from './revisions.ts';
import type { Session } from './session.ts';
import type { Verb } from './verb.ts';

export const history: Verb = {
	name: 'history',
	usage: '(TYPE NAME | TYPE/NAME) [flags]',
	short: 'View rollout history',
	complete: 'resources',
	flags: [
		...filenameFlags,
		...outputFlags,
		{
			name: 'revision',
			type: 'int',
			value: '0',
			usage: 'The revision to show with its pod template.',
		},
		selectorFlag,
	],
	async run(session) {
		if (session.flags.int('revision') < 0)
			throw new CliError(`revision must be a positive integer: ${session.flags.int('revision')}`);
		const found = await rolloutTargets(session);
		await forEach(found, (info) => show(session, info));
	},
};

async function show(session: Session, info: Info): Promise<void> {
	const revisions = await revisionsOf(session, info);
	const wanted = flaggedRevision(session, 'revision');
	const printer = await printerFor(session);
	if (printer.format !== '') {
		const chosen = wanted > 0n ? revisions.get(wanted) : [...revisions.values()].at(-1);
		if (!chosen) throw new CliError(`unable to find the specified revision`);
		return session.out(printer.print(chosen));
	}
	const head = `${singularName(info.resource)}/${info.name}`;
	if (wanted === 0n && revisions.size === 0)
		return session.out(`${head} \nNo rollout history found.\n`);
	if (wanted === 0n) return session.out(`${head} \n${table(revisions)}\n`);
	const set = revisions.get(wanted);
	if (!set) throw new CliError(`unable to find the specified revision`);
	await session.out(`${head} with revision #${wanted}\n${templateText(set)}\n`);
}

function table(revisions: Map<bigint, Manifest>): string {
	const writer = new TabWriter({ minWidth: 0, padding: 2 });
	writer.write('REVISION\tCHANGE-CAUSE\n');
	for (const [revision, set] of revisions) {
		const cause = textAt(set, 'metadata', 'annotations', changeCauseKey) || '<none>';
		writer.write(`${revision}\t${cause}\n`);
	}
	return writer.flush();
}

function templateText(set: Manifest): string {
	const template = structuredClone(mapAt(set, 'spec', 'template'));
	const cause = textAt(set, 'metadata', 'annotations', changeCauseKey);
	if (cause) mapAt(template, 'metadata')['annotations'] = { [changeCauseKey]: cause };
	return podTemplateText(template);
}
