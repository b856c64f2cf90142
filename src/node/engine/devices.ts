import type { Agent, DirEntry, MountSpec } from '../../api/agent.ts';
import { tryOps } from './kernel.ts';

/** What every container has of its own. After moby/sys or runc libcontainer/devices: GetDevices. */
const own = new Set(
	'pts shm fd mqueue console ptmx null zero full random urandom tty stdin stdout stderr core'.split(
		' ',
	),
);

/** The old kind of pseudo-terminals, five hundred of them, which nobody opens. */
const bsdTerminal = /^\/dev\/[pt]ty[a-ep-z][0-9a-f]$/;

/**
 * All device files of the node, each mounted at its place: what a privileged container may use.
 * Unlike Docker: bound instead of made anew.
 */
export async function nodeDevices(agent: Agent): Promise<MountSpec[]> {
	const found: string[] = [];
	for (let level = ['/dev']; level.length > 0;) {
		const folders = level;
		level = [];
		const results = await tryOps(
			agent,
			folders.map((path) => ({ op: 'list', path })),
		);
		results.forEach((result, i) => {
			for (const entry of (result.ok && result.entries) || [])
				sort(`${folders[i]}/${entry.name}`, entry, { level, found });
		});
	}
	return found.map((path) => ({ source: path, target: path, fstype: 'none', flags: ['bind'] }));
}

function sort(
	path: string,
	{ type }: DirEntry,
	{ level, found }: { level: string[]; found: string[] },
): void {
	if (own.has(path.slice('/dev/'.length)) || bsdTerminal.test(path)) return;
	if (type === 'dir') level.push(path);
	else if (type === 'char' || type === 'block') found.push(path);
}
