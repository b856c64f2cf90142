import type { Agent } from '../../api/agent.ts';

/** What the node runs short of. */
export interface Pressure {
	memory: boolean;
	disk: boolean;
}

/** After pkg/kubelet/apis/config/v1beta1/defaults_linux.go: DefaultEvictionHard */
export const evictionHard = {
	memoryBytes: 100 << 20,
	/** Unlike Kubernetes: a machine may have less than those 100 MiB in all, so it is this share of it at most. */
	memory: 0.05,
	/** Of the one file system for volumes (10 %) and images (15 %) the stricter. */
	storage: 0.15,
	inodes: 0.05,
};

/** Below this share, what all tmpfs hold together says that the root has room. */
const worthALook = 0.5;

interface FileSystem {
	available: number;
	inodesFree: number;
}

/** How much of a file system is free. */
async function statRoot(agent: Agent): Promise<FileSystem | undefined> {
	const process = await agent.spawn({
		argv: ['stat', '-f', '-c', '%a %b %d %c', '/'],
		env: ['PATH=/usr/sbin:/usr/bin:/sbin:/bin'],
		hidden: true,
	});
	let text = '';
	process.onOutput((_stream, data) => {
		text += new TextDecoder().decode(data);
	});
	const { code } = await process.exited;
	const [available = 0, blocks = 0, inodesFree = 0, inodes = 0] = text.split(' ').map(Number);
	if (code !== 0 || !blocks) return undefined;
	return { available: available / blocks, inodesFree: inodes ? inodesFree / inodes : 1 };
}

function meminfo(text: string, name: string): number {
	return Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(text)?.[1] ?? 0) * 1024;
}

/**
 * Measures what is left of memory and of the root file system. That is a tmpfs, so the kernel's count of shared
 * memory, which is read anyway, tells when it is worth a closer look.
 * After pkg/kubelet/eviction/eviction_manager.go: synchronize
 */
export async function measurePressure(
	agent: Agent,
	{ memoryBytes, storageBytes }: { memoryBytes: number; storageBytes: number },
): Promise<Pressure> {
	const [result] = await agent.batch([{ op: 'read', path: '/proc/meminfo' }], { keepGoing: true });
	const text = result?.ok ? new TextDecoder().decode(result.data) : '';
	const isKnown = text.includes('MemAvailable:');
	const least = Math.min(evictionHard.memoryBytes, memoryBytes * evictionHard.memory);
	const memory = isKnown && meminfo(text, 'MemAvailable') < least;
	const isSuspect = meminfo(text, 'Shmem') > storageBytes * worthALook;
	const root = isSuspect ? await statRoot(agent) : undefined;
	const { storage, inodes } = evictionHard;
	return {
		memory,
		disk: root !== undefined && (root.available < storage || root.inodesFree < inodes),
	};
}

/** The size of the root file system as `/proc/mounts` tells it; a tmpfs without a size takes half the memory. */
export function rootSize(mounts: string, memoryBytes: number): number {
	const roots = mounts.split('\n').filter((line) => line.split(' ')[1] === '/');
	const size = /(?:^|,)size=(\d+)k/.exec(roots.at(-1)?.split(' ')[3] ?? '')?.[1];
	return size === undefined ? Math.floor(memoryBytes / 2) : Number(size) * 1024;
}

/**
 * A shortage counts for a while after it was last seen, so that pods do not come back at once to where they had
 * no room. After eviction_manager.go: nodeConditionsObservedSince
 */
export class PressureMemory {
	readonly #transitionMs: number;
	readonly #seen: Record<keyof Pressure, number> = { memory: -Infinity, disk: -Infinity };

	constructor(transitionMs: number) {
		this.#transitionMs = transitionMs;
	}
	/** What still counts after this was observed. */
	observe(pressure: Pressure, now: number): Pressure {
		if (pressure.memory) this.#seen.memory = now;
		if (pressure.disk) this.#seen.disk = now;
		const counts = (at: number) => now - at < this.#transitionMs;
		return { memory: counts(this.#seen.memory), disk: counts(this.#seen.disk) };
	}
}
