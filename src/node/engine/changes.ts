import type { Agent, DirEntry } from '../../api/agent.ts';
import { lookUp, type LayerIndex } from './whiteouts.ts';

export interface Change {
	kind: 'A' | 'C' | 'D';
	path: string;
}

/** Compares a container's own layer with the image below it. One request for each level of directories. */
export async function readChanges(
	agent: Agent,
	upper: string,
	layers: readonly LayerIndex[],
	init: ReadonlySet<string>,
): Promise<Change[]> {
	const changes: Change[] = [];
	for (let level = ['']; level.length > 0;) {
		const paths = level;
		level = [];
		const results = await agent.batch(
			paths.map((path) => ({ op: 'list', path: `${upper}/${path}` })),
			{ keepGoing: true },
		);
		results.forEach((result, i) => {
			for (const entry of (result.ok && result.entries) || []) {
				const path = [paths[i], entry.name].filter(Boolean).join('/');
				const change = classify(entry, path, layers, init);
				if (change) changes.push(change);
				if (entry.type === 'dir') level.push(path);
			}
		});
	}
	const parents = [...init].filter((path) =>
		changes.some((change) => change.path.startsWith(`/${path}/`)),
	);
	for (const path of parents) changes.push({ kind: 'C', path: `/${path}` });
	return changes.sort((a, b) => (a.path < b.path ? -1 : 1));
}

/** Bytes of the files of a container's own layer. */
export async function ownBytes(agent: Agent, upper: string): Promise<number> {
	let bytes = 0;
	for (let level = [upper]; level.length > 0;) {
		const paths = level;
		level = [];
		const results = await agent.batch(
			paths.map((path) => ({ op: 'list', path })),
			{ keepGoing: true },
		);
		results.forEach((result, i) => {
			for (const entry of (result.ok && result.entries) || [])
				if (entry.type === 'dir') level.push(`${paths[i]}/${entry.name}`);
				else if (entry.type === 'file' || entry.type === 'symlink') bytes += entry.size;
		});
	}
	return bytes;
}

function classify(
	entry: DirEntry,
	path: string,
	layers: readonly LayerIndex[],
	init: ReadonlySet<string>,
): Change | undefined {
	const isWhiteout = entry.type === 'char' && entry.rdev === 0;
	const below = lookUp(path, layers);
	if (init.has(path) && !isWhiteout) return undefined;
	if (isWhiteout) return { kind: 'D', path: `/${path}` };
	return { kind: below ? 'C' : 'A', path: `/${path}` };
}
