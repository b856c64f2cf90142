import type { KubeObject } from '../../api/kubernetes.ts';
import { apiVersionOf } from '../../client/resources.ts';
import { booleanQuery } from '../../client/query.ts';
import { badRequest, conflict, StatusError, type Cause } from '../../client/status.ts';
import { rfc3339 } from '../../client/time.ts';
import { isDryRun } from './delete-options.ts';
import { FieldSet } from './field-set.ts';
import { isDict, type Dict } from './json-value.ts';
import { applyManager, lastAppliedFields, updateLastApplied } from './last-applied.ts';
import {
	entryFor,
	readEntries,
	strip,
	writeEntries,
	type ManagedFields,
	type ManagerEntry,
} from './managed-fields.ts';
import type { Ownership } from './ownership.ts';
import type { Patched } from './patch.ts';
import type { Call, ResourceHandler } from './resource-handler.ts';
import { compareTyped, fieldSetOf, mergeTyped, typedObject, withoutPaths } from './typed-value.ts';

// After structured-merge-diff/merge/update.go: Updater.Apply

/** Stores entries that were worked out beforehand. */
class AppliedFields implements Ownership {
	readonly #entries: ManagerEntry[];
	constructor(entries: ManagerEntry[]) {
		this.#entries = entries;
	}
	record(object: KubeObject): void {
		writeEntries(object, this.#entries);
	}
}

/** PATCH with an apply configuration: creates the object, or sets the fields it names and drops those it no longer names. */
export function serverSideApply(call: Call, handler: ResourceHandler, body: unknown): Patched {
	const { served, namespace, name, info } = call;
	if (!info.query.get('fieldManager')) {
		throw badRequest(
			'PatchOptions.meta.k8s.io "" is invalid: fieldManager: Required value: is required for apply patch',
		);
	}
	const config = applyConfig(call, handler, body);
	const author = handler.ownership(call, 'Apply');
	const options = { dryRun: isDryRun(info), subresource: call.subresource };
	if (!served.registry.find(namespace, name)) {
		const entries: ManagerEntry[] = [];
		claim(entries, author, call, config);
		const ownership = new AppliedFields(entries);
		if (config.metadata.uid)
			throw conflict(
				served.resource,
				name,
				`uid mismatch: the provided object specified uid ${config.metadata.uid}, and no existing object was found`,
			);
		const object = handler.decode(call, config);
		return { object: served.registry.create(object, { ...options, ownership }), created: true };
	}
	const live = served.registry.get(namespace, name);
	const { merged, entries } = mergeConfig(call, author, live, config);
	const produce = () => {
		const object = handler.decode(call, merged);
		if (author.author.manager === applyManager) updateLastApplied(object, body as Dict);
		return object;
	};
	const ownership = new AppliedFields(entries);
	const object = served.registry.update(namespace, name, produce, { ...options, ownership });
	return { object, created: false };
}

function applyConfig(call: Call, handler: ResourceHandler, body: unknown): KubeObject {
	if (!isDict(body)) throw badRequest('apply patch is not an object');
	for (const field of ['apiVersion', 'kind'])
		if (!body[field])
			throw badRequest(
				`Object '${field === 'kind' ? 'Kind' : field}' is missing in '${JSON.stringify(body)}'`,
			);
	const config = handler.decode(call, body, false);
	config.metadata.name ||= call.name;
	if (config.metadata.managedFields) throw badRequest('metadata.managedFields must be nil');
	if (config.metadata.name !== call.name)
		throw badRequest(
			`the name of the object (${config.metadata.name}) does not match the name on the URL (${call.name})`,
		);
	return config;
}

/** Makes the configuration's fields the manager's own; keeps the time when they already were. */
function claim(
	entries: ManagerEntry[],
	author: ManagedFields,
	call: Call,
	config: KubeObject,
): FieldSet {
	const set = strip(fieldSetOf(typedObject(call.served.schema, config), false));
	if (call.subresource === '' && call.served.registry.strategy.status)
		set.children.delete('f:status');
	const entry = entryFor(entries, author.author, call.subresource);
	const before = entry.set;
	if (entry.time === '' || !before.equals(set)) entry.time = rfc3339(author.author.now);
	entry.set = set;
	return before;
}

interface Merged {
	merged: Dict;
	entries: ManagerEntry[];
}

function mergeConfig(
	call: Call,
	author: ManagedFields,
	live: KubeObject,
	config: KubeObject,
): Merged {
	const { schema } = call.served;
	const entries = readEntries(live);
	if (entries.length === 0) entries.push(beforeFirstApply(call, live));
	const before = claim(entries, author, call, config);
	const own = entryFor(entries, author.author, call.subresource);
	const others = entries.filter((entry) => entry !== own);
	const liveTyped = typedObject(schema, live);
	const merged = mergeTyped(liveTyped, typedObject(schema, config));
	const { changed } = compareTyped(liveTyped, typedObject(schema, merged));
	settle(others, strip(changed), takenOver(call, author, live, changed));
	const owned = new FieldSet();
	for (const entry of entries) owned.add(entry.set);
	const pruned = withoutPaths(typedObject(schema, merged), before, owned);
	return { merged: pruned as Dict, entries };
}

/** Whoever wrote an object before fields had owners. After managedfields/internal/skipnonapplied.go */
function beforeFirstApply(call: Call, live: KubeObject): ManagerEntry {
	const { schema, resource } = call.served;
	return {
		manager: 'before-first-apply',
		operation: 'Update',
		apiVersion: apiVersionOf(resource),
		subresource: '',
		time: live.metadata.creationTimestamp ?? '',
		set: strip(fieldSetOf(typedObject(schema, live), true)),
	};
}

/** The changes that may be made to fields of other managers. */
function takenOver(
	call: Call,
	author: ManagedFields,
	live: KubeObject,
	changed: FieldSet,
): FieldSet {
	if (booleanQuery(call.info.query, 'force')) return changed;
	if (author.author.manager !== applyManager) return new FieldSet();
	return lastAppliedFields(call.served.schema, live);
}

/** Conflicts are refused, except about fields that are taken over: those the others lose. */
function settle(others: ManagerEntry[], changed: FieldSet, allowed: FieldSet): void {
	const conflicts = others
		.map((entry) => {
			const set = entry.set.intersect(changed);
			set.remove(allowed);
			return { entry, paths: leaves(set) };
		})
		.filter(({ paths }) => paths.length > 0);
	if (conflicts.length > 0) throw conflictError(conflicts);
	for (const { set } of others) set.remove(changed);
}

function leaves(set: FieldSet): string[] {
	return set.paths().filter((path) => path !== '');
}

interface Conflict {
	entry: ManagerEntry;
	paths: string[];
}

// After apimachinery/pkg/util/managedfields/internal/conflict.go
function conflictError(conflicts: Conflict[]): StatusError {
	const causes: Cause[] = conflicts.flatMap(({ entry, paths }) =>
		paths.map((field) => ({
			reason: 'FieldManagerConflict',
			message: `conflict with ${managerText(entry)}`,
			field,
		})),
	);
	const texts = conflicts.map(({ entry, paths }) => {
		const head = `conflict with ${managerText(entry)}`;
		return paths.length === 1
			? `${head}: ${paths[0]}`
			: `conflicts with ${managerText(entry)}:\n- ${paths.join('\n- ')}`;
	});
	const count = causes.length;
	const head = `Apply failed with ${count} conflict${count === 1 ? '' : 's'}: `;
	return new StatusError({
		kind: 'Status',
		apiVersion: 'v1',
		metadata: {},
		status: 'Failure',
		message: head + texts.join('\n'),
		reason: 'Conflict',
		details: { causes },
		code: 409,
	});
}

function managerText(entry: ManagerEntry): string {
	const through = entry.subresource ? ` with subresource ${JSON.stringify(entry.subresource)}` : '';
	const using = entry.operation === 'Update' ? ` using ${entry.apiVersion}` : '';
	return `${JSON.stringify(entry.manager)}${through}${using}`;
}
