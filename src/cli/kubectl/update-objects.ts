import { collect, forEach, type Info } from './builder.ts';
import { allFlag, dryRunFlag, filenameFlags, outputFlags, selectorFlag } from './common-flags.ts';
import { pathOf } from './discovery.ts';
import { CliError } from './errors.ts';
import type { Manifest } from './fields.ts';
import { dryRun, writeQuery } from './options.ts';
import { printerFor, report } from './printers.ts';
import { recorded, recordFlag } from './record.ts';
import { patchTypes } from './rest.ts';
import { sayNoneFound } from './revisions.ts';
import type { Session } from './session.ts';
import { twoWayPatch } from './strategic-merge.ts';
import type { Flag } from '../flags.ts';

/** The flags of verbs that change parts of objects. */
export const updateFlags: Flag[] = [
	allFlag,
	dryRunFlag,
	...filenameFlags,
	{ name: 'local', type: 'bool', value: 'false', usage: 'Only change the file, ask no server.' },
	...outputFlags,
	recordFlag,
	selectorFlag,
];

interface Update {
	args: string[];
	/** Whether a type without names means all of its objects. */
	collections?: boolean;
	/** What is printed after the name. */
	done: string;
	/** Changes a copy of the object in place. */
	change: (object: Manifest, info: Info) => void | Promise<void>;
	/** Whether an object that the change leaves as it was is not mentioned. */
	quietWhenSame?: boolean;
	/** The error instead of an object that stays as it is. */
	failWhenSame?: (info: Info) => string;
}

/** Changes objects with strategic patches and reports each. After pkg/cmd/set: CalculatePatches. */
export async function updateObjects(session: Session, update: Update): Promise<void> {
	const local = session.flags.bool('local');
	const found = await collect(session, {
		args: update.args,
		fetch: !local,
		collections: update.collections ?? false,
	});
	if (update.collections) await sayNoneFound(session, found);
	const printer = await printerFor(session);
	await forEach(found, async (info) => {
		const copy = structuredClone(info.object);
		await update.change(copy, info);
		const changed = recorded(session, copy);
		const body = twoWayPatch(info.object, changed);
		const same = Object.keys(body).length === 0;
		if (same && update.failWhenSame) throw new CliError(update.failWhenSame(info));
		if (local || dryRun(session) === 'client')
			return report(session, printer, changed, update.done);
		if (same && update.quietWhenSame) return;
		const path = pathOf(info.resource, info.namespace, info.name);
		const object = same
			? info.object
			: await session.rest.json('PATCH', path, {
					query: writeQuery(session),
					body,
					contentType: patchTypes.strategic,
				});
		await report(session, printer, object, update.done);
	});
}
