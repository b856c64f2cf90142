import { selectors, type Target } from './builder.ts';
import { pathOf } from './discovery.ts';
import { CliError } from './errors.ts';
import type { Manifest } from './fields.ts';
import { isTable, objectsPrinter, readTable, tablePrinter } from './get-output.ts';
import { tableAccept, type Query } from './rest.ts';
import type { Session } from './session.ts';
import type { Table } from './table-printer.ts';

/** `get -w`: what is there, then every change until interrupted. */
export async function watchTargets(session: Session, targets: Target[]): Promise<void> {
	const [target] = targets;
	if (!target || targets.length > 1)
		throw new CliError('you may only specify a single resource type');
	if (session.flags.has('sort-by'))
		await session.err(
			'warning: --watch requested, --sort-by will be ignored for watch events received\n',
		);
	const watch = isTable(session) ? watchTables(session, target) : watchObjects(session, target);
	const { timeoutMs } = session.rest.settings;
	if (timeoutMs <= 0) return watch;
	const { clock } = session.services;
	await Promise.race([watch, clock.sleep(timeoutMs, session.io.signal)]);
}

function watchQuery(session: Session, { name }: Target, resourceVersion: string): Query {
	const fieldSelector =
		name === undefined ? selectors(session)['fieldSelector'] : `metadata.name=${name}`;
	return { ...selectors(session), fieldSelector, resourceVersion };
}

async function watchTables(session: Session, target: Target): Promise<void> {
	const printer = tablePrinter(session, target, false);
	const first = await readTable(session, target);
	const rows = first.rows ?? [];
	if (!session.flags.bool('watch-only') && rows.length > 0)
		await session.out(printer.print(first, 'ADDED'));
	let version = first.metadata?.resourceVersion ?? '';
	const path = pathOf(target.resource, target.namespace);
	for (;;) {
		const query = watchQuery(session, target, version);
		for await (const event of session.rest.watch<Table>(path, query, tableAccept)) {
			version = lastVersion(event.object) || version;
			if (event.type !== 'BOOKMARK') await session.out(printer.print(event.object, event.type));
		}
	}
}

/** Where a watch that the server ended is taken up again. */
function lastVersion(table: Table): string {
	const metadata = table.rows?.at(-1)?.object?.['metadata'] as
		{ resourceVersion?: string } | undefined;
	return metadata?.resourceVersion ?? table.metadata?.resourceVersion ?? '';
}

async function watchObjects(session: Session, target: Target): Promise<void> {
	const print = await objectsPrinter(session);
	const { resource, namespace, name } = target;
	const path = pathOf(resource, namespace);
	const only = session.flags.bool('watch-only');
	let version: string;
	if (name !== undefined) {
		const object = await session.rest.get(pathOf(resource, namespace, name));
		version = object.metadata.resourceVersion;
		if (!only) await session.out(print([object], true));
	} else {
		const list = await session.rest.get<{
			apiVersion: string;
			metadata: { resourceVersion: string };
			items: Manifest[];
		}>(path, selectors(session));
		version = list.metadata.resourceVersion;
		const typed = list.items.map((item) => ({
			...item,
			apiVersion: list.apiVersion,
			kind: resource.kind,
		}));
		if (!only) for (const item of typed) await session.out(print([item], true));
	}
	for (;;) {
		for await (const event of session.rest.watch(path, watchQuery(session, target, version))) {
			version = event.object.metadata.resourceVersion;
			if (event.type !== 'BOOKMARK') await session.out(print([event.object], true));
		}
	}
}
