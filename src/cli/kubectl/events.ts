import type { Event } from '../../api/kubernetes.ts';
import { TabWriter } from '../tab-writer.ts';
import { humanDuration } from '../duration.ts';
import { listAll } from './builder.ts';
import { allNamespacesFlag, outputFlags } from './common-flags.ts';
import { CliError } from './errors.ts';
import type { Manifest } from './fields.ts';
import { pathOf, type ApiResource } from './discovery.ts';
import { printerFor } from './printers.ts';
import type { Session } from './session.ts';
import type { Verb } from './verb.ts';

export const events: Verb = {
	name: 'events',
	usage: '[(-o|--output=)json|yaml|name] [--for TYPE/NAME] [--watch] [--types=Normal,Warning]',
	short: 'List events',
	group: 'Troubleshooting and Debugging Commands',
	complete: 'none',
	flags: [
		allNamespacesFlag,
		{ name: 'for', type: 'string', usage: 'Only events about this object (pod/web).' },
		{ name: 'no-headers', type: 'bool', value: 'false', usage: 'Leave the header line out.' },
		...outputFlags,
		{ name: 'types', type: 'strings', usage: 'Only these types: Normal, Warning.' },
		{ name: 'watch', short: 'w', type: 'bool', value: 'false', usage: 'Go on with new events.' },
	],
	run,
};

async function run(session: Session): Promise<void> {
	if (!session.flags.list('types').every((type) => /^(?:normal|warning)$/i.test(type)))
		throw new CliError('valid --types are Normal or Warning');
	const resource = await session.resource('events');
	const everywhere = session.flags.bool('all-namespaces');
	const namespace = everywhere ? undefined : session.namespace;
	const fieldSelector = await forSelector(session);
	const items = await listAll(session, { resource, namespace }, { fieldSelector });
	const found = (items as unknown as Event[]).filter((event) => wanted(session, event));
	found.sort((a, b) => timeOf(a) - timeOf(b));
	const printer = await printerFor(session);
	if (printer.format !== '') {
		const list = {
			apiVersion: 'v1',
			items: found,
			kind: 'List',
			metadata: { resourceVersion: '' },
		};
		return session.out(printer.print(list));
	}
	const watch = session.flags.bool('watch');
	if (found.length === 0 && !watch)
		return session.err(
			everywhere ? 'No events found.\n' : `No events found in ${namespace} namespace.\n`,
		);
	const writer = new TabWriter({ minWidth: 6, padding: 3, rememberWidths: true });
	if (!session.flags.bool('no-headers'))
		writer.write(`${everywhere ? 'NAMESPACE\t' : ''}LAST SEEN\tTYPE\tREASON\tOBJECT\tMESSAGE\n`);
	for (const event of found) writer.write(row(session, event));
	await session.out(writer.flush());
	if (watch) await follow(session, { resource, namespace, fieldSelector }, items, writer);
}

async function follow(
	session: Session,
	place: {
		resource: ApiResource;
		namespace: string | undefined;
		fieldSelector: string | undefined;
	},
	items: Manifest[],
	writer: TabWriter,
): Promise<void> {
	const { resource, namespace, fieldSelector } = place;
	const versions = items.map(({ metadata }) => Number(metadata.resourceVersion));
	let resourceVersion = String(Math.max(0, ...versions));
	for (;;) {
		const query = { fieldSelector, resourceVersion };
		for await (const event of session.rest.watch<Event>(pathOf(resource, namespace), query)) {
			resourceVersion = event.object.metadata.resourceVersion;
			if (event.type === 'DELETED' || event.type === 'BOOKMARK' || !wanted(session, event.object))
				continue;
			writer.write(row(session, event.object));
			await session.out(writer.flush());
		}
	}
}

async function forSelector(session: Session): Promise<string | undefined> {
	const given = session.flags.text('for');
	if (given === '') return undefined;
	const [type = '', name] = given.split('/');
	if (!name) throw new CliError('--for must be in resource/name form');
	const { kind } = await session.resource(type);
	return `involvedObject.kind=${kind},involvedObject.name=${name}`;
}

function wanted({ flags }: Session, event: Event): boolean {
	const types = flags.list('types').map((type) => type.toLowerCase());
	return types.length === 0 || types.includes((event.type ?? '').toLowerCase());
}

function timeOf(event: Event): number {
	const time = event.series?.lastObservedTime ?? event.lastTimestamp ?? event.eventTime;
	return Date.parse(time ?? event.metadata.creationTimestamp);
}

function row(session: Session, event: Event): string {
	const place = session.flags.bool('all-namespaces') ? `${event.metadata.namespace}\t` : '';
	const { kind = '', name = '' } = event.involvedObject;
	const message = (event.message ?? '').trim().replaceAll('\n', ' ');
	return `${place}${eventAge(event, session.now())}\t${event.type}\t${event.reason}\t${kind}/${name}\t${message}\n`;
}

/** `2m (x5 over 10m)`. After pkg/cmd/events and pkg/describe: DescribeEvents. */
export function eventAge(event: Event, now: number): string {
	const first = event.firstTimestamp ?? event.eventTime;
	const last = event.series?.lastObservedTime ?? event.lastTimestamp ?? first;
	const age = (time: string | null | undefined) =>
		time ? humanDuration(now - Date.parse(time)) : '<unknown>';
	const count = event.series?.count ?? event.count ?? 1;
	return count > 1 ? `${age(last)} (x${count} over ${age(first)})` : age(first ?? last);
}
