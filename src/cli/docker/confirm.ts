import type { Call } from './verb.ts';

/** Asks before something is removed, unless `--force` says yes already. */
export async function confirm({ io, flags }: Call, warning: string): Promise<boolean> {
	if (flags.bool('force')) return true;
	await io.out(`${warning}Are you sure you want to continue? [y/N] `);
	const answer = await io.read();
	const text = answer ? new TextDecoder().decode(answer).trim().toLowerCase() : '';
	const isYes = text === 'y' || text === 'yes';
	if (!isYes) await io.out('Total reclaimed space: 0B\n');
	return isYes;
}
