import { dryRunFlag, fieldManagerFlag, outputFlags, validateFlag } from './common-flags.ts';
import { pathOf } from './discovery.ts';
import { CliError, UsageError } from './errors.ts';
import type { Json, Manifest } from './fields.ts';
import { withLastApplied } from './last-applied.ts';
import { dryRun, writeQuery } from './options.ts';
import { printerFor, report } from './printers.ts';
import type { Session } from './session.ts';
import type { Flag } from '../flags.ts';
import { trimEndOf } from '../../util/trim-end.ts';

/** The flags of every command that makes an object from its arguments. */
export function generatorFlags(manager: string): Flag[] {
	return [
		dryRunFlag,
		fieldManagerFlag(manager),
		...outputFlags,
		{ name: 'save-config', type: 'bool', value: 'false', usage: 'Note the object for apply.' },
		validateFlag,
	];
}

/** The only argument before `--`. */
export function oneName(session: Session): string {
	const { args, flags } = session;
	const names = flags.dash < 0 ? args : args.slice(0, flags.dash);
	if (names.length !== 1) throw new UsageError(`exactly one NAME is required, got ${names.length}`);
	return names[0] ?? '';
}

/** What follows `--`. */
export function commandAfterDash({ args, flags }: Session): string[] {
	return flags.dash < 0 ? [] : args.slice(flags.dash);
}

/** Fails as cobra does when flags are missing that must be given. */
export function requireFlags({ flags }: Session, ...names: string[]): void {
	const missing = names.filter((name) => !flags.has(name)).map((name) => `"${name}"`);
	if (missing.length > 0) throw new CliError(`required flag(s) ${missing.join(', ')} not set`);
}

/** A new object in upstream's typed form; the namespace stands in it only when it was asked for. */
export function newObject(
	session: Session,
	type: { apiVersion: string; kind: string; namespaced?: boolean },
	metadata: Json,
	rest: Json,
): Manifest {
	const { apiVersion, kind, namespaced } = type;
	const place = namespaced !== false && session.namespaceGiven;
	return {
		apiVersion,
		kind,
		metadata: {
			creationTimestamp: null,
			...metadata,
			...(place ? { namespace: session.namespace } : {}),
		},
		...rest,
	} as unknown as Manifest;
}

/** Sends a made object, or only shows it, and says what was done unless that is for later. */
export async function createMade(
	session: Session,
	made: Manifest,
	options: { operation?: string; failure?: string; silent?: boolean } = {},
): Promise<Manifest> {
	const printer = await printerFor(session);
	let object = session.flags.bool('save-config') ? withLastApplied(made) : made;
	if (dryRun(session) !== 'client') {
		const resource = await session.resourceOfKind(made.apiVersion, made.kind);
		if (!resource)
			throw new CliError(`no matches for kind "${made.kind}" in version "${made.apiVersion}"`);
		const query = writeQuery(session, { validate: session.flags.has('validate') });
		const path = pathOf(resource, resource.namespaced ? session.namespace : undefined);
		object = await session.rest.json('POST', path, { query, body: object }).catch((error) => {
			if (options.failure === undefined || !(error instanceof Error)) throw error;
			throw new CliError(`${options.failure} ${error.message}`);
		});
	}
	if (!options.silent) await report(session, printer, object, options.operation ?? 'created');
	return object;
}

/** The name that a container gets from its image. */
export function nameFromImage(image: string): string {
	const base = (image.split('/').at(-1) ?? image).split(/[@:]/)[0] ?? '';
	const name = base.toLowerCase().replace(/[^a-z0-9-]/g, '');
	return trimEndOf(name, '-').replace(/^-+/, '') || 'container';
}
