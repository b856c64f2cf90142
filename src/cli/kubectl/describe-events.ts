import type { Event } from '../../api/kubernetes.ts';
import { listAll } from './builder.ts';
import type { DescribeWriter } from './describe-writer.ts';
import { eventAge } from './events.ts';
import type { Manifest } from './fields.ts';
import type { Session } from './session.ts';

/** The events about an object, or about another uid that stands for it. */
export async function eventsOf(session: Session, object: Manifest, uid?: string): Promise<Event[]> {
	const { kind, metadata } = object;
	const resource = await session.resource('events');
	const fieldSelector = [
		`involvedObject.name=${metadata.name}`,
		`involvedObject.namespace=${metadata.namespace ?? ''}`,
		`involvedObject.kind=${kind}`,
		`involvedObject.uid=${uid ?? metadata.uid}`,
	].join(',');
	const place = { resource, namespace: metadata.namespace };
	return (await listAll(session, place, { fieldSelector })) as unknown as Event[];
}

/** The table of events that ends a description. After pkg/describe: DescribeEvents. */
export function describeEvents(session: Session, writer: DescribeWriter, events: Event[]): void {
	if (events.length === 0) return writer.write(0, 'Events:\t<none>');
	writer.write(0, 'Events:\n  Type\tReason\tAge\tFrom\tMessage');
	writer.write(1, '----\t------\t----\t----\t-------');
	const time = ({ lastTimestamp, series, eventTime, metadata }: Event) =>
		Date.parse(
			series?.lastObservedTime ?? lastTimestamp ?? eventTime ?? metadata.creationTimestamp,
		);
	for (const event of [...events].sort((a, b) => time(a) - time(b))) {
		const from = event.source?.component || event.reportingComponent || '';
		const message = (event.message ?? '').trim();
		const age = eventAge(event, session.now());
		writer.write(1, `${event.type}\t${event.reason}\t${age}\t${from}\t${message}`);
	}
}

/** Reads and prints the events of an object unless `--show-events=false`. */
export async function appendEvents(
	session: Session,
	writer: DescribeWriter,
	object: Manifest,
): Promise<void> {
	if (session.flags.bool('show-events'))
		describeEvents(session, writer, await eventsOf(session, object));
}
