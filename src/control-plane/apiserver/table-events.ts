import type { Event, KubeObject } from '../../api/kubernetes.ts';
import { eventConversion } from './event-conversion.ts';
import { age, column, type TableShape } from './table.ts';

// After k/k pkg/printers/internalversion/printers.go: printEvent

function ago(timestamp: string | null | undefined, now: number): string {
	return timestamp ? age(timestamp, now) : '<unknown>';
}

function firstSeen(event: Event, now: number): string {
	return ago(event.firstTimestamp ?? event.eventTime, now);
}

function lastSeen(event: Event, now: number): string {
	if (event.series) return ago(event.series.lastObservedTime, now);
	return event.lastTimestamp ? ago(event.lastTimestamp, now) : firstSeen(event, now);
}

function source(event: Event): string {
	const parts = [event.source?.component, event.source?.host].filter((part) => part);
	if (parts.length > 0) return parts.join(', ');
	return [event.reportingComponent, event.reportingInstance].filter((part) => part).join(', ');
}

export const eventTable: TableShape = {
	columns: [
		column('Last Seen', 'Time since it happened last.'),
		column('Type', 'Normal or Warning.'),
		column('Reason', 'One word for the cause.'),
		column('Object', 'The object it is about.'),
		column('Subobject*', 'The part of the object it is about.'),
		column('Source*', 'Who reports.'),
		column('Message', 'A sentence for people.'),
		column('First Seen*', 'Time since it happened first.'),
		column('Count*', 'How often it happened.', 'integer'),
		column('Name*', 'Name of the event.'),
	].map((entry) => (entry.name === 'Name' ? { ...entry, format: 'name' } : entry)),
	cells(object: KubeObject, now) {
		const isCore = object.apiVersion === 'v1';
		const event = (isCore ? object : eventConversion.fromWire(object)) as Event;
		const { involvedObject } = event;
		const target = involvedObject.kind
			? `${involvedObject.kind.toLowerCase()}/${involvedObject.name ?? ''}`
			: (involvedObject.name ?? '');
		return [
			lastSeen(event, now),
			event.type ?? '',
			event.reason ?? '',
			target,
			involvedObject.fieldPath ?? '',
			source(event),
			(event.message ?? '').trim(),
			firstSeen(event, now),
			event.series?.count ?? (event.count || 1),
			event.metadata.name,
		];
	},
};
