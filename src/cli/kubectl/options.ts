import { own } from '../../util/own.ts';
import { CliError } from './errors.ts';
import type { Query } from './rest.ts';
import type { Session } from './session.ts';

export type DryRun = 'none' | 'client' | 'server';

/** The value of `--dry-run`. After pkg/cmd/util: GetDryRunStrategy. */
export function dryRun(session: Session): DryRun {
	const value = session.flags.text('dry-run') || 'none';
	if (value === 'none' || value === 'client' || value === 'server') return value;
	if (value === 'unchanged')
		throw new CliError('--dry-run needs a value here: must be "none", "server", or "client"');
	throw new CliError(`Invalid dry-run value (${value}). Must be "none", "server", or "client".`);
}

const validations: Record<string, string> = {
	strict: 'Strict',
	true: 'Strict',
	warn: 'Warn',
	ignore: 'Ignore',
	false: 'Ignore',
};

/** The query parameters that every write carries. */
export function writeQuery(session: Session, options: { validate?: boolean } = {}): Query {
	const query: Query = {};
	if (dryRun(session) === 'server') query['dryRun'] = 'All';
	query['fieldManager'] = session.flags.text('field-manager') || undefined;
	if (!options.validate) return query;
	const asked = session.flags.text('validate') || 'strict';
	const directive = own(validations, asked);
	if (!directive)
		throw new CliError(
			`invalid - validate option "${asked}"; must be one of: strict (or true), warn, ignore (or false)`,
		);
	query['fieldValidation'] = directive;
	return query;
}

/** `-f` of a verb; a kustomization is refused. */
export function filenames(session: Session): string[] {
	if (session.flags.text('kustomize') !== '')
		throw new CliError(
			'kustomizations are not supported: write the manifests out and name them with -f',
		);
	return session.flags.list('filename');
}

/** ` (dry run)`, as it follows what was done. */
export function dryRunSuffix(strategy: DryRun): string {
	if (strategy === 'client') return ' (dry run)';
	return strategy === 'server' ? ' (server dry run)' : '';
}
