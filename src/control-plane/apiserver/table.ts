import type { KubeObject } from '../../api/kubernetes.ts';
import { parseTime } from '../../client/time.ts';

export type Cell = string | number | boolean | null;

export interface Column {
	name: string;
	type: 'string' | 'integer' | 'number' | 'boolean' | 'date';
	format: string;
	description: string;
	/** Above 0 the column shows in wide output only. */
	priority: number;
}

/** How a kind's objects become table rows. */
export interface TableShape<T extends KubeObject = KubeObject> {
	columns: Column[];
	cells(object: T, now: number): Cell[];
}

/** A column; a trailing `*` on the name makes it wide. */
export function column(name: string, description: string, type: Column['type'] = 'string'): Column {
	const wide = name.endsWith('*');
	return {
		name: wide ? name.slice(0, -1) : name,
		type,
		format: name === 'Name' ? 'name' : '',
		description,
		priority: wide ? 1 : 0,
	};
}

export const nameColumn = column(
	'Name',
	'Name of the object, unique within its namespace and kind.',
);
export const ageColumn = column('Age', 'Time since the object was created.');

/** After apiserver/pkg/registry/rest/table.go: defaultTableConvertor */
export const plainTable: TableShape = {
	columns: [nameColumn, column('Created At', 'When the object was created.', 'date')],
	cells: (object) => [object.metadata.name, object.metadata.creationTimestamp],
};

/** After apimachinery/pkg/util/duration: HumanDuration */
export function humanDuration(ms: number): string {
	const seconds = Math.floor(ms / 1000);
	if (seconds < -1) return '<invalid>';
	if (seconds < 0) return '0s';
	if (seconds < 120) return `${seconds}s`;
	const minutes = Math.floor(seconds / 60);
	if (minutes < 10) return two(minutes, 'm', seconds % 60, 's');
	if (minutes < 180) return `${minutes}m`;
	const hours = Math.floor(minutes / 60);
	if (hours < 8) return two(hours, 'h', minutes % 60, 'm');
	if (hours < 48) return `${hours}h`;
	if (hours < 192) return two(Math.floor(hours / 24), 'd', hours % 24, 'h');
	if (hours < 24 * 365 * 2) return `${Math.floor(hours / 24)}d`;
	if (hours < 24 * 365 * 8)
		return two(Math.floor(hours / 24 / 365), 'y', Math.floor(hours / 24) % 365, 'd');
	return `${Math.floor(hours / 24 / 365)}y`;
}

function two(large: number, largeUnit: string, small: number, smallUnit: string): string {
	return small === 0 ? `${large}${largeUnit}` : `${large}${largeUnit}${small}${smallUnit}`;
}

/** Time since a timestamp, as the AGE column shows it. */
export function age(timestamp: string | null | undefined, now: number): string {
	const then = parseTime(timestamp);
	return then === undefined ? '<unknown>' : humanDuration(now - then);
}

/** `a=b,c=d` in key order, or `<none>`. */
export function labelsText(labels: Record<string, string> | undefined): string {
	const keys = Object.keys(labels ?? {}).sort();
	return keys.length === 0 ? '<none>' : keys.map((key) => `${key}=${labels?.[key]}`).join(',');
}
