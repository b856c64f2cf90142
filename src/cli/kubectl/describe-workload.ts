import type { Condition } from '../../api/kubernetes.ts';
import { labelSelectorToString } from '../../client/selectors.ts';
import { listAll, type Info } from './builder.ts';
import { appendEvents } from './describe-events.ts';
import { describePodTemplate } from './describe-template.ts';
import { DescribeWriter, longTime, orNone } from './describe-writer.ts';
import { dig, listAt, mapAt, numberAt, text, textAt, type Json, type Manifest } from './fields.ts';
import { selectorOf } from './pod-for.ts';
import { revisionsOf } from './revisions.ts';
import type { Session } from './session.ts';
import { equal } from './strategic-merge.ts';

/** After pkg/describe: describeDeployment. */
export async function describeDeployment(session: Session, info: Info): Promise<string> {
	const { object } = info;
	const { metadata } = object;
	const writer = new DescribeWriter();
	writer.write(0, `Name:\t${metadata.name}`);
	writer.write(0, `Namespace:\t${metadata.namespace ?? ''}`);
	writer.write(0, `CreationTimestamp:\t${longTime(metadata.creationTimestamp)}`);
	writer.labels('Labels', metadata.labels ?? {});
	writer.annotations('Annotations', metadata.annotations ?? {});
	writer.write(0, `Selector:\t${labelSelectorToString(mapAt(object, 'spec', 'selector'))}`);
	const count = (field: string) => numberAt(object, 'status', field);
	writer.write(
		0,
		`Replicas:\t${numberAt(object, 'spec', 'replicas')} desired | ${count('updatedReplicas')} updated | ${count('replicas')} total | ${count('availableReplicas')} available | ${count('unavailableReplicas')} unavailable`,
	);
	writer.write(0, `StrategyType:\t${textAt(object, 'spec', 'strategy', 'type')}`);
	writer.write(0, `MinReadySeconds:\t${numberAt(object, 'spec', 'minReadySeconds')}`);
	const rolling = dig(object, 'spec', 'strategy', 'rollingUpdate');
	if (rolling)
		writer.write(
			0,
			`RollingUpdateStrategy:\t${textAt(rolling, 'maxUnavailable')} max unavailable, ${textAt(rolling, 'maxSurge')} max surge`,
		);
	describePodTemplate(writer, mapAt(object, 'spec', 'template'));
	conditions(writer, listAt(object, 'status', 'conditions') as unknown as Condition[]);
	await replicaSets(session, writer, info);
	await appendEvents(session, writer, object);
	return writer.toString();
}

function conditions(writer: DescribeWriter, found: Condition[]): void {
	if (found.length === 0) return;
	writer.write(0, 'Conditions:\n  Type\tStatus\tReason');
	writer.write(1, '----\t------\t------');
	for (const { type, status, reason } of found)
		writer.write(1, `${type} \t${status}\t${reason ?? ''}`);
}

async function replicaSets(session: Session, writer: DescribeWriter, info: Info): Promise<void> {
	const sets = [...(await revisionsOf(session, info)).values()];
	if (sets.length === 0) return;
	const wanted = withoutHash(mapAt(info.object, 'spec', 'template'));
	const newest = sets.find((set) => equal(withoutHash(mapAt(set, 'spec', 'template')), wanted));
	const old = sets.filter((set) => set !== newest);
	const shown = (list: Manifest[]) =>
		orNone(
			list
				.map(
					(set) =>
						`${set.metadata.name} (${numberAt(set, 'status', 'replicas')}/${numberAt(set, 'spec', 'replicas')} replicas created)`,
				)
				.join(', '),
		);
	writer.write(0, `OldReplicaSets:\t${shown(old)}`);
	writer.write(0, `NewReplicaSet:\t${shown(newest ? [newest] : [])}`);
}

function withoutHash(template: Json): Json {
	const copy = structuredClone(template);
	delete mapAt(copy, 'metadata', 'labels')['pod-template-hash'];
	return copy;
}

/** After pkg/describe: describeReplicaSet. */
export async function describeReplicaSet(session: Session, info: Info): Promise<string> {
	const { object } = info;
	const { metadata } = object;
	const writer = new DescribeWriter();
	writer.write(0, `Name:\t${metadata.name}`);
	writer.write(0, `Namespace:\t${metadata.namespace ?? ''}`);
	writer.write(0, `Selector:\t${labelSelectorToString(mapAt(object, 'spec', 'selector'))}`);
	writer.labels('Labels', metadata.labels ?? {});
	writer.annotations('Annotations', metadata.annotations ?? {});
	const controller = metadata.ownerReferences?.find((owner) => owner.controller);
	if (controller) writer.write(0, `Controlled By:\t${controller.kind}/${controller.name}`);
	writer.write(
		0,
		`Replicas:\t${numberAt(object, 'status', 'replicas')} current / ${numberAt(object, 'spec', 'replicas')} desired`,
	);
	writer.write(0, `Pods Status:\t${await podsStatus(session, info)}`);
	describePodTemplate(writer, mapAt(object, 'spec', 'template'));
	conditions(writer, listAt(object, 'status', 'conditions') as unknown as Condition[]);
	await appendEvents(session, writer, object);
	return writer.toString();
}

async function podsStatus(session: Session, info: Info): Promise<string> {
	const resource = await session.resource('pods');
	const labelSelector = selectorOf(info.object);
	const pods = await listAll(session, { resource, namespace: info.namespace }, { labelSelector });
	const { uid } = info.object.metadata;
	const own = pods.filter((pod) =>
		listAt(pod, 'metadata', 'ownerReferences').some((owner) => owner['uid'] === uid),
	);
	const count = (phase: string) =>
		own.filter((pod) => textAt(pod, 'status', 'phase') === phase).length;
	return `${count('Running')} Running / ${count('Pending')} Waiting / ${count('Succeeded')} Succeeded / ${count('Failed')} Failed`;
}

/** The fields of a kind that has no description of its own. After pkg/describe: genericDescriber. */
export async function describeGeneric(session: Session, info: Info): Promise<string> {
	const { object } = info;
	const { metadata } = object;
	const writer = new DescribeWriter();
	writer.write(0, `Name:\t${metadata.name}`);
	writer.write(0, `Namespace:\t${metadata.namespace ?? ''}`);
	writer.labels('Labels', metadata.labels ?? {});
	writer.annotations('Annotations', metadata.annotations ?? {});
	const skipped = ['name', 'namespace', 'labels', 'annotations', 'managedFields'];
	const rest = Object.fromEntries(
		Object.entries(metadata).filter(([key]) => !skipped.includes(key)),
	);
	content(writer, 0, { ...object, metadata: rest });
	await appendEvents(session, writer, object);
	return writer.toString();
}

const acronyms = new Set(['API', 'URL', 'UID', 'OSB', 'GUID']);

function content(writer: DescribeWriter, level: number, map: Json): void {
	const title = (key: string) => {
		const words = key.replace(/([a-z0-9])([A-Z])/g, '$1 $2').split(' ');
		return words
			.map((word) => {
				const upper = word.toUpperCase();
				return acronyms.has(upper) ? upper : word.charAt(0).toUpperCase() + word.slice(1);
			})
			.join(' ');
	};
	for (const key of Object.keys(map).sort()) {
		const value = map[key];
		if (Array.isArray(value)) {
			writer.write(level, `${title(key)}:`);
			for (const item of value as unknown[])
				if (typeof item === 'object' && item !== null) content(writer, level + 1, item as Json);
				else writer.write(level + 1, text(item));
		} else if (typeof value === 'object' && value !== null) {
			writer.write(level, `${title(key)}:`);
			content(writer, level + 1, value as Json);
		} else writer.write(level, `${title(key)}:\t${value === null ? '<nil>' : text(value)}`);
	}
}
