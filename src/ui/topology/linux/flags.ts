import type { NamespaceKind, ProcessFact } from '../../../api/agent.ts';

/** The order of columns: what a container usually has of its own comes first. */
export const namespaceKinds: readonly NamespaceKind[] = [
	'pid',
	'mnt',
	'net',
	'uts',
	'ipc',
	'user',
	'cgroup',
	'time',
];

export type Namespaces = ProcessFact['ns'];

/** The namespaces of a node itself: those of its process 1. */
export function hostNamespaces(processes: readonly ProcessFact[]): Namespaces {
	return processes.find((one) => one.pid === 1)?.ns ?? {};
}

const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ';

/**
 * Gives namespaces that are not the node's own a letter, which is drawn as its signal flag. Those that
 * the same process was the first to be in share one letter. A letter stays as long as its namespaces do.
 */
export class Flags {
	readonly #letters = new Map<number, string>();

	/** Looks at the processes of a node, and at further inodes that are kept without a process. */
	learn(processes: readonly ProcessFact[], kept: readonly number[] = []): void {
		const host = new Set(Object.values(hostNamespaces(processes)));
		const foreign = processes.map((one) => Object.values(one.ns).filter((ns) => !host.has(ns)));
		const alive = new Set([...foreign.flat(), ...kept]);
		for (const inode of this.#letters.keys()) if (!alive.has(inode)) this.#letters.delete(inode);
		for (const inodes of [...foreign, ...kept.map((one) => (host.has(one) ? [] : [one]))]) {
			const fresh = inodes.filter((inode) => !this.#letters.has(inode));
			if (fresh.length === 0) continue;
			const letter = this.#free();
			for (const inode of fresh) this.#letters.set(inode, letter);
		}
	}
	/** Undefined for the node's own. */
	of(inode: number | undefined): string | undefined {
		return inode === undefined ? undefined : this.#letters.get(inode);
	}
	/** After Z come A2, B2 …, with the same flags once more. */
	#free(): string {
		const taken = new Set(this.#letters.values());
		for (let round = 1; ; round++)
			for (const letter of letters) {
				const name = round === 1 ? letter : `${letter}${round}`;
				if (!taken.has(name)) return name;
			}
	}
}
