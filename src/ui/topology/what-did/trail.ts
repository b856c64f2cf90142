import type { KernelAction } from '../../../api/agent.ts';
import type { Event as ApiEvent, EndpointSlice, KubeObject, Pod } from '../../../api/kubernetes.ts';
import type { AuditEvent } from '../../../api/node.ts';
import type { TypedCommand } from '../../state/activity.svelte.ts';
import type { ObjectChange } from '../../state/change-log.ts';
import { actorName, actorOf, deed, kindOf } from '../actors.ts';
import { engineSteps, type EngineStep } from './engine-steps.ts';

/** One thing that happened, by milliseconds after the command began. */
export interface TrailEntry {
	at: number;
	by: string;
	/** `create`, `status`, or an Event's reason. */
	deed: string;
	/** `Pod web-1-a` */
	object: string;
	isEvent: boolean;
	what: string;
	detail: string;
	took?: number;
	failed: boolean;
}

/** What a command set off, and what else happened meanwhile. */
export interface Trail {
	/** Asked by the command itself. */
	api: TrailEntry[];
	/** Written by components about the objects that the command touched, and Events about these. */
	controllers: TrailEntry[];
	/** Steps of the engines, each with the kernel actions it was made of. */
	engine: EngineStep[];
	/** Happened around the same time; nothing says that the command was the cause. */
	around: { writes: TrailEntry[]; engine: EngineStep[] };
	/** Another command ran on the same machine at the same time: calls cannot be told apart. */
	overlaps: boolean;
	/** Milliseconds after the beginning up to which was looked. */
	until: number;
}

export interface TrailSources {
	command: TypedCommand;
	commands: readonly TypedCommand[];
	audit: readonly AuditEvent[];
	/** Everything that the page has, and what it has seen go. */
	objects: readonly KubeObject[];
	changes: readonly ObjectChange[];
	events: readonly ApiEvent[];
	/** By node. */
	actions: Readonly<Record<string, readonly KernelAction[]>>;
	/** Ids of containers and sandboxes by node, with what they are called. */
	names: Readonly<Record<string, Readonly<Record<string, string>>>>;
	now: number;
}

/** How long after a command its consequences are looked for. */
const horizonMs = 25_000;
const slackMs = 40;

const keyOf = (kind: string, namespace: string | undefined, name: string) =>
	`${kind}/${namespace ?? ''}/${name}`;

function objectKey({ kind, metadata }: KubeObject): string {
	return keyOf(kind, metadata.namespace, metadata.name);
}

function auditKey({ resource, namespace, name }: AuditEvent): string {
	return keyOf(kindOf(resource), namespace, name);
}

/** Grows a set of uids by everything that is owned by it, and by the slices of its pods. */
function grow(uids: Set<string>, objects: readonly KubeObject[]): void {
	for (let before = -1; before !== uids.size;) {
		before = uids.size;
		for (const object of objects) {
			const owned = object.metadata.ownerReferences?.some((owner) => uids.has(owner.uid));
			const sends =
				object.kind === 'EndpointSlice' &&
				(object as EndpointSlice).endpoints?.some((one) => uids.has(one.targetRef?.uid ?? ''));
			if (owned || sends) uids.add(object.metadata.uid);
		}
	}
}

/** Everything that was ever seen of each object. */
function versions({ objects, changes }: TrailSources): KubeObject[] {
	return [
		...objects,
		...changes.flatMap((one) => (one.before ? [one.before] : [])),
		...changes.map((one) => one.object),
	];
}

function touched(direct: readonly AuditEvent[], all: readonly KubeObject[]): Set<string> {
	const keys = new Map(direct.map((entry) => [auditKey(entry), entry.verb]));
	const uids = new Set<string>();
	for (const object of all) {
		const verb = keys.get(objectKey(object));
		if (verb === undefined) continue;
		uids.add(object.metadata.uid);
		// Who loses a pod makes another one.
		if (verb.startsWith('delete') || verb === 'create')
			for (const owner of object.metadata.ownerReferences ?? []) uids.add(owner.uid);
	}
	grow(uids, all);
	return uids;
}

function entryOf(one: AuditEvent, began: number): TrailEntry {
	const where = one.namespace && one.namespace !== 'default' ? ` -n ${one.namespace}` : '';
	const object = `${kindOf(one.resource)} ${one.name}${where}`;
	return {
		at: one.time - began,
		by: actorName(one),
		deed: deed(one),
		object,
		isEvent: false,
		what: `${deed(one)} ${object}`,
		detail: `${one.verb} ${one.path} → ${one.code}`,
		took: one.took,
		failed: one.code >= 400,
	};
}

/** By the name that the same component writes with. */
function sourceOf({ source, reportingComponent }: ApiEvent): string {
	const name = source?.component ?? reportingComponent ?? '?';
	if (name === 'kubelet' && source?.host) return `kubelet ${source.host}`;
	return name === 'default-scheduler' ? 'kube-scheduler' : name;
}

function eventEntry(event: ApiEvent, began: number): TrailEntry {
	const time = Date.parse(event.lastTimestamp ?? event.metadata.creationTimestamp);
	const { kind = '', name = '' } = event.involvedObject;
	const { reason = '' } = event;
	return {
		at: Math.max(0, time - began),
		by: sourceOf(event),
		deed: reason,
		object: `${kind} ${name}`,
		isEvent: true,
		what: `Event ${reason} ${kind} ${name}`,
		detail: event.message ?? '',
		failed: event.type === 'Warning',
	};
}

/** Where the next command of the same machine may have begun to be the cause. */
function windowOf({ command, commands, now }: TrailSources) {
	const { began, ended = now } = command;
	const until = Math.min(now, ended + horizonMs);
	const overlaps = commands.some(
		(one) =>
			one.id !== command.id &&
			one.node === command.node &&
			one.began < ended &&
			(one.ended ?? now) > began,
	);
	return { began, ended, until, overlaps };
}

/** What a pod leaves in the text of kernel actions. */
function marks(pods: readonly Pod[]): Record<string, string> {
	const found: Record<string, string> = {};
	for (const { metadata, status } of pods) {
		found[metadata.uid] = metadata.name;
		if (status.podIP) found[status.podIP] = metadata.name;
		for (const one of status.containerStatuses ?? []) {
			const id = one.containerID?.split('//')[1];
			if (id) found[id] = metadata.name;
		}
	}
	return found;
}

/** Puts what is known together by who asked, by ownership, and by the ids that kernel actions name. */
export function trailOf(sources: TrailSources): Trail {
	const { command, audit, events, actions, names } = sources;
	const { began, ended, until, overlaps } = windowOf(sources);
	const inside = audit.filter((one) => one.time >= began - slackMs && one.time <= until);
	const isOwn = (one: AuditEvent) =>
		actorOf(one.userAgent) === 'kubectl' &&
		one.node === command.node &&
		one.time <= ended + slackMs;
	const direct = command.args[0] === 'kubectl' ? inside.filter(isOwn) : [];
	const all = versions(sources);
	const uids = touched(direct, all);
	const keys = new Set(
		all.filter((one) => uids.has(one.metadata.uid)).map((one) => objectKey(one)),
	);
	const others = inside.filter((one) => !direct.includes(one));
	const caused = others.filter(
		(one) => keys.has(auditKey(one)) && actorOf(one.userAgent) !== 'kubectl',
	);
	// Events have whole seconds.
	const told = events.filter((event) => {
		const time = Date.parse(event.lastTimestamp ?? event.metadata.creationTimestamp);
		return uids.has(event.involvedObject.uid ?? '') && time >= began - 1000 && time <= until;
	});
	const pods = all.filter((one) => one.kind === 'Pod' && uids.has(one.metadata.uid)) as Pod[];
	const engine = engineSteps({
		command,
		window: { began, until: command.args[0] === 'docker' ? ended + 500 : until },
		actions,
		names,
		marks: marks(pods),
	});
	const byTime = (a: TrailEntry, b: TrailEntry) => a.at - b.at;
	return {
		api: direct.map((one) => entryOf(one, began)),
		controllers: [
			...caused.map((one) => entryOf(one, began)),
			...told.map((one) => eventEntry(one, began)),
		].sort(byTime),
		engine: engine.own,
		around: {
			writes: others
				.filter((one) => !caused.includes(one))
				.map((one) => entryOf(one, began))
				.sort(byTime),
			engine: engine.around,
		},
		overlaps,
		until: until - began,
	};
}
