import type { KubeObject } from '../../api/kubernetes.ts';
import type { HttpRequest } from '../../api/transport.ts';
import { rfc3339 } from '../../client/time.ts';
import { FieldSet } from './field-set.ts';
import type { Ownership } from './ownership.ts';
import { compareTyped, fieldSetOf, typedObject } from './typed-value.ts';

/** One manager's fields while they are worked on. */
export interface ManagerEntry {
	manager: string;
	operation: 'Apply' | 'Update';
	apiVersion: string;
	subresource: string;
	time: string;
	set: FieldSet;
}

interface WireEntry {
	manager?: string;
	operation?: 'Apply' | 'Update';
	apiVersion?: string;
	time?: string;
	fieldsType?: string;
	fieldsV1?: unknown;
	subresource?: string;
}

interface Author {
	schema: string;
	apiVersion: string;
	manager: string;
	operation: 'Update' | 'Apply';
	now: number;
}

/** The manager of a write: the fieldManager parameter, or the client's name. */
export function managerOf(request: HttpRequest, query: URLSearchParams): string {
	const agent = request.headers?.['user-agent'] ?? '';
	return query.get('fieldManager') || agent.split('/')[0] || 'unknown';
}

export function readEntries(object: KubeObject | undefined): ManagerEntry[] {
	return ((object?.metadata.managedFields ?? []) as WireEntry[])
		.filter((entry) => entry.manager)
		.map((entry) => ({
			manager: entry.manager ?? '',
			operation: entry.operation ?? 'Update',
			apiVersion: entry.apiVersion ?? '',
			subresource: entry.subresource ?? '',
			time: entry.time ?? '',
			set: FieldSet.parse(entry.fieldsV1),
		}));
}

/** Sets the object's managedFields; an entry without fields is left out. */
export function writeEntries(object: KubeObject, entries: ManagerEntry[]): void {
	const wire = entries
		.filter(({ set }) => !set.empty)
		.sort(byAge)
		.map(({ manager, operation, apiVersion, subresource, time, set }) => ({
			manager,
			operation,
			apiVersion,
			time,
			fieldsType: 'FieldsV1',
			fieldsV1: set.toJson(),
			...(subresource ? { subresource } : {}),
		}));
	if (wire.length > 0) object.metadata.managedFields = wire;
	else delete object.metadata.managedFields;
}

function byAge(a: ManagerEntry, b: ManagerEntry): number {
	if (a.operation !== b.operation) return a.operation === 'Apply' ? -1 : 1;
	return a.time < b.time ? -1 : a.time > b.time ? 1 : a.manager < b.manager ? -1 : 1;
}

const unowned = [
	'name',
	'namespace',
	'creationTimestamp',
	'selfLink',
	'uid',
	'generation',
	'managedFields',
	'resourceVersion',
	'deletionTimestamp',
	'deletionGracePeriodSeconds',
];

/** Takes out what belongs to no manager. After managedfields/internal/stripmeta.go */
export function strip(set: FieldSet): FieldSet {
	set.children.delete('f:apiVersion');
	set.children.delete('f:kind');
	const metadata = set.children.get('f:metadata');
	if (metadata) {
		metadata.member = false;
		for (const field of unowned) metadata.children.delete(`f:${field}`);
		if (metadata.empty) set.children.delete('f:metadata');
	}
	return set;
}

/** The entry a write goes to, made when there is none. */
export function entryFor(
	entries: ManagerEntry[],
	author: Author,
	subresource: string,
): ManagerEntry {
	const { manager, operation, apiVersion } = author;
	let entry = entries.find(
		(known) =>
			known.manager === manager &&
			known.operation === operation &&
			known.subresource === subresource &&
			known.apiVersion === apiVersion,
	);
	if (!entry) {
		entry = { manager, operation, apiVersion, subresource, time: '', set: new FieldSet() };
		entries.push(entry);
	}
	return entry;
}

/** Ownership of plain writes: whoever changes a field owns it from then on. After managedfields/internal: Update */
export class ManagedFields implements Ownership {
	readonly author: Author;

	constructor(author: Author) {
		this.author = author;
	}

	record(object: KubeObject, old: KubeObject | undefined, subresource: string): void {
		const { schema, now } = this.author;
		const isOld = object.metadata.managedFields === old?.metadata.managedFields;
		const typed = typedObject(schema, object);
		if (!old) {
			const entries = readEntries(undefined);
			const set = strip(fieldSetOf(typed, true));
			set.children.delete('f:status');
			const entry = entryFor(entries, this.author, subresource);
			entry.set = set;
			entry.time = rfc3339(now);
			return writeEntries(object, entries);
		}
		const { changed, removed } = compareTyped(typedObject(schema, old), typed);
		strip(changed);
		strip(removed);
		if (changed.empty && removed.empty) {
			if (!isOld) writeEntries(object, readEntries(object));
			return;
		}
		const entries = readEntries(object);
		for (const { set } of entries) {
			set.remove(removed, true);
			set.remove(changed);
		}
		const entry = entryFor(entries, this.author, subresource);
		entry.set.add(changed);
		entry.time = rfc3339(now);
		writeEntries(object, entries);
	}
}
