import type {
	ConfigMap,
	KubeObject,
	Lease,
	Namespace,
	Secret,
	ServiceAccount,
} from '../../api/kubernetes.ts';
import { asDict, asList, at } from './json-value.ts';
import { age, ageColumn, column, nameColumn, type TableShape } from './table.ts';

// After k/k pkg/printers/internalversion/printers.go

const namespaces: TableShape<Namespace> = {
	columns: [nameColumn, column('Status', 'Active or Terminating.'), ageColumn],
	cells: ({ metadata, status }, now) => [
		metadata.name,
		status.phase ?? '',
		age(metadata.creationTimestamp, now),
	],
};

const configmaps: TableShape<ConfigMap> = {
	columns: [nameColumn, column('Data', 'Number of keys.'), ageColumn],
	cells: ({ metadata, data, binaryData }, now) => [
		metadata.name,
		Object.keys(data ?? {}).length + Object.keys(binaryData ?? {}).length,
		age(metadata.creationTimestamp, now),
	],
};

const secrets: TableShape<Secret> = {
	columns: [
		nameColumn,
		column('Type', 'What the keys are for.'),
		column('Data', 'Number of keys.'),
		ageColumn,
	],
	cells: ({ metadata, type, data }, now) => [
		metadata.name,
		type ?? '',
		Object.keys(data ?? {}).length,
		age(metadata.creationTimestamp, now),
	],
};

const serviceaccounts: TableShape<ServiceAccount> = {
	columns: [nameColumn, column('Secrets', 'Number of secrets.', 'string'), ageColumn],
	cells: ({ metadata, secrets: list }, now) => [
		metadata.name,
		list?.length ?? 0,
		age(metadata.creationTimestamp, now),
	],
};

const leases: TableShape<Lease> = {
	columns: [nameColumn, column('Holder', 'Who holds the lease.'), ageColumn],
	cells: ({ metadata, spec }, now) => [
		metadata.name,
		spec.holderIdentity ?? '',
		age(metadata.creationTimestamp, now),
	],
};

function numberAt(object: KubeObject, path: string): number {
	const value = at(object, path);
	return typeof value === 'number' ? value : 0;
}

function textAt(object: KubeObject, path: string): string {
	const value = at(object, path);
	return typeof value === 'string' ? value : '<none>';
}

const jobs: TableShape = {
	columns: [
		nameColumn,
		column('Status', 'State of the job.'),
		column('Completions', 'Successful pods, of all wanted.'),
		column('Duration', 'Time from the start to the end.'),
		ageColumn,
	],
	cells: (job, now) => [
		job.metadata.name,
		'Running',
		`${numberAt(job, 'status.succeeded')}/${numberAt(job, 'spec.completions') || 1}`,
		'',
		age(job.metadata.creationTimestamp, now),
	],
};

const cronjobs: TableShape = {
	columns: [
		nameColumn,
		column('Schedule', 'When jobs are made.'),
		column('Timezone', 'Time zone of the schedule.'),
		column('Suspend', 'Whether it rests.', 'boolean'),
		column('Active', 'Jobs that are running.', 'integer'),
		column('Last Schedule', 'Time since the last job.'),
		ageColumn,
	],
	cells: (cron, now) => [
		cron.metadata.name,
		textAt(cron, 'spec.schedule'),
		textAt(cron, 'spec.timeZone'),
		at(cron, 'spec.suspend') === true ? 'True' : 'False',
		asList(asDict(at(cron, 'status')).active).length,
		textAt(cron, 'status.lastScheduleTime'),
		age(cron.metadata.creationTimestamp, now),
	],
};

const horizontalpodautoscalers: TableShape = {
	columns: [
		nameColumn,
		column('Reference', 'What is scaled.'),
		column('Targets', 'Load now and wanted.'),
		column('MinPods', 'Fewest pods.'),
		column('MaxPods', 'Most pods.', 'integer'),
		column('Replicas', 'Pods now.', 'integer'),
		ageColumn,
	],
	cells: (hpa, now) => [
		hpa.metadata.name,
		`${textAt(hpa, 'spec.scaleTargetRef.kind')}/${textAt(hpa, 'spec.scaleTargetRef.name')}`,
		'<none>',
		String(numberAt(hpa, 'spec.minReplicas') || 1),
		numberAt(hpa, 'spec.maxReplicas'),
		numberAt(hpa, 'status.currentReplicas'),
		age(hpa.metadata.creationTimestamp, now),
	],
};

/** Kinds with few columns. */
export const simpleTables: Record<string, TableShape> = {
	namespaces: namespaces,
	configmaps,
	secrets,
	serviceaccounts,
	leases: leases,
	jobs,
	cronjobs,
	horizontalpodautoscalers,
};
