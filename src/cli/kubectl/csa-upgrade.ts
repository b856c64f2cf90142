import { isConflict } from '../../client/status.ts';
import { setOwn } from '../../util/own.ts';
import type { Info } from './builder.ts';
import { pathOf } from './discovery.ts';
import { isJson, mapAt, type Json, type Manifest } from './fields.ts';
import { lastAppliedKey } from './last-applied.ts';
import { dryRun } from './options.ts';
import { patchTypes } from './rest.ts';
import type { Session } from './session.ts';

// After client-go/util/csaupgrade and kubectl/pkg/cmd/apply/apply.go: migrateToSSAIfNecessary

const clientSide = new Set(['kubectl-client-side-apply', 'before-first-apply']);
const annotationPath = ['f:metadata', 'f:annotations', `f:${lastAppliedKey}`];

interface Entry extends Json {
	manager?: string;
	operation?: string;
	subresource?: string;
	fieldsV1?: Json;
}

function entriesOf(object: Manifest): Entry[] {
	return (object.metadata.managedFields ?? []) as Entry[];
}

function isClientSide({ manager, operation, subresource }: Entry): boolean {
	return operation === 'Update' && !subresource && clientSide.has(manager ?? '');
}

function union(a: Json, b: Json): Json {
	const out = { ...a };
	for (const [key, value] of Object.entries(b))
		setOwn(out, key, union(mapAt(out, key), isJson(value) ? value : {}));
	return out;
}

/** The entries with what client-side applies own given to the server-side manager. */
export function upgraded(entries: Entry[], manager: string): Entry[] {
	const isServerSide = (entry: Entry) =>
		entry.operation === 'Apply' && entry.manager === manager && !entry.subresource;
	const given = entries.filter(isClientSide);
	const own = entries.find(isServerSide) ?? { ...given[0], manager, operation: 'Apply' };
	const fieldsV1 = [own, ...given].reduce<Json>(
		(fields, entry) => union(fields, entry.fieldsV1 ?? {}),
		{},
	);
	const others = entries.filter((entry) => !isClientSide(entry) && !isServerSide(entry));
	return [{ ...own, fieldsV1 }, ...others];
}

/**
 * After the first server-side apply of an object that was applied client-side: hands its fields over, so that the next apply
 * can remove what the file no longer has. Returns whether it did.
 */
export async function upgradeOwners(
	session: Session,
	info: Info,
	applied: Manifest,
	manager: string,
): Promise<boolean> {
	if (dryRun(session) !== 'none' || !entriesOf(applied).some(isClientSide)) return false;
	if (manager === 'kubectl') await keepAnnotation(session, info, applied);
	const path = pathOf(info.resource, info.namespace, info.name);
	for (let attempt = 1; ; attempt++) {
		const live = await session.rest.get(path);
		const body = [
			replace('/metadata/managedFields', upgraded(entriesOf(live), manager)),
			replace('/metadata/resourceVersion', live.metadata.resourceVersion),
		];
		try {
			await session.rest.json('PATCH', path, { body, contentType: patchTypes.json });
			return true;
		} catch (error) {
			if (!isConflict(error) || attempt >= 5) throw error;
		}
	}
}

function replace(path: string, value: unknown): Json {
	return { op: 'replace', path, value };
}

/** Gives the annotation an owner of its own: `kubectl` would drop it with the next apply, as the file does not have it. */
async function keepAnnotation(session: Session, info: Info, applied: Manifest): Promise<void> {
	const text = applied.metadata.annotations?.[lastAppliedKey];
	const [metadata = '', annotations = '', own = ''] = annotationPath;
	const owned = entriesOf(applied).some(
		({ operation, fieldsV1 }) =>
			operation === 'Apply' && own in mapAt(fieldsV1, metadata, annotations),
	);
	if (text === undefined || owned) return;
	const { apiVersion, kind } = applied;
	await session.rest.json('PATCH', pathOf(info.resource, info.namespace, info.name), {
		query: { fieldManager: 'kubectl-last-applied' },
		body: {
			apiVersion,
			kind,
			metadata: { name: info.name, annotations: { [lastAppliedKey]: text } },
		},
		contentType: patchTypes.apply,
	});
}
