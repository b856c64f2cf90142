import type { Deployment, KubeObject, PodTemplateSpec, ReplicaSet } from '../../api/kubernetes.ts';
import { labelSelectorToString } from '../../client/selectors.ts';
import { asDict, at } from './json-value.ts';
import {
	age,
	ageColumn,
	column,
	labelsText,
	nameColumn,
	type Cell,
	type TableShape,
} from './table.ts';

// After k/k pkg/printers/internalversion/printers.go: printDeployment, printReplicaSet

const templateColumns = [
	column('Containers*', 'Names of the containers.'),
	column('Images*', 'Images of the containers.'),
	column('Selector*', 'Labels of the pods that belong to it.'),
];

function templateCells(template: PodTemplateSpec | undefined): Cell[] {
	const containers = template?.spec.containers ?? [];
	return [
		containers.map(({ name }) => name).join(','),
		containers.map(({ image }) => image ?? '').join(','),
	];
}

function selectorText(selector: Deployment['spec']['selector'] | undefined): string {
	return selector ? labelSelectorToString(selector) || '<none>' : '<none>';
}

const deployments: TableShape<Deployment> = {
	columns: [
		nameColumn,
		column('Ready', 'Pods that are ready, of all wanted.'),
		column('Up-to-date', 'Pods made from the current template.', 'string'),
		column('Available', 'Pods that have been ready for long enough.', 'string'),
		ageColumn,
		...templateColumns,
	],
	cells: ({ metadata, spec, status = {} }, now) => [
		metadata.name,
		`${status.readyReplicas ?? 0}/${spec.replicas ?? 1}`,
		status.updatedReplicas ?? 0,
		status.availableReplicas ?? 0,
		age(metadata.creationTimestamp, now),
		...templateCells(spec.template),
		selectorText(spec.selector),
	],
};

const replicasets: TableShape<ReplicaSet> = {
	columns: [
		nameColumn,
		column('Desired', 'Pods wanted.', 'integer'),
		column('Current', 'Pods there are.', 'integer'),
		column('Ready', 'Pods that are ready.', 'integer'),
		ageColumn,
		...templateColumns,
	],
	cells: ({ metadata, spec, status }, now) => [
		metadata.name,
		spec.replicas ?? 1,
		status.replicas,
		status.readyReplicas ?? 0,
		age(metadata.creationTimestamp, now),
		...templateCells(spec.template),
		selectorText(spec.selector),
	],
};

function numberAt(object: KubeObject, path: string): number {
	const value = at(object, path);
	return typeof value === 'number' ? value : 0;
}

function templateOf(object: KubeObject): PodTemplateSpec | undefined {
	return at(object, 'spec.template') as PodTemplateSpec | undefined;
}

const replicationcontrollers: TableShape = {
	columns: replicasets.columns,
	cells: (object, now) => [
		object.metadata.name,
		numberAt(object, 'spec.replicas'),
		numberAt(object, 'status.replicas'),
		numberAt(object, 'status.readyReplicas'),
		age(object.metadata.creationTimestamp, now),
		...templateCells(templateOf(object)),
		labelsText(asDict(at(object, 'spec.selector')) as Record<string, string>),
	],
};

const statefulsets: TableShape = {
	columns: [
		nameColumn,
		column('Ready', 'Pods that are ready, of all wanted.'),
		ageColumn,
		...templateColumns.slice(0, 2),
	],
	cells: (object, now) => [
		object.metadata.name,
		`${numberAt(object, 'status.readyReplicas')}/${numberAt(object, 'spec.replicas')}`,
		age(object.metadata.creationTimestamp, now),
		...templateCells(templateOf(object)),
	],
};

const daemonsets: TableShape = {
	columns: [
		nameColumn,
		column('Desired', 'Nodes that should run the pod.', 'integer'),
		column('Current', 'Nodes that run the pod.', 'integer'),
		column('Ready', 'Nodes whose pod is ready.', 'integer'),
		column('Up-to-date', 'Nodes with the current template.', 'integer'),
		column('Available', 'Nodes whose pod is available.', 'integer'),
		column('Node Selector', 'Labels a node must have.'),
		ageColumn,
		...templateColumns,
	],
	cells: (object, now) => [
		object.metadata.name,
		numberAt(object, 'status.desiredNumberScheduled'),
		numberAt(object, 'status.currentNumberScheduled'),
		numberAt(object, 'status.numberReady'),
		numberAt(object, 'status.updatedNumberScheduled'),
		numberAt(object, 'status.numberAvailable'),
		labelsText(templateOf(object)?.spec.nodeSelector),
		age(object.metadata.creationTimestamp, now),
		...templateCells(templateOf(object)),
		selectorText(at(object, 'spec.selector') as Deployment['spec']['selector'] | undefined),
	],
};

export const workloadTables: Record<string, TableShape> = {
	deployments: deployments,
	replicasets: replicasets,
	replicationcontrollers,
	statefulsets,
	daemonsets,
};
