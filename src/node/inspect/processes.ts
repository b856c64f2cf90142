import type { ProcessFact } from '../../api/agent.ts';

/** Kernel threads are children of `kthreadd`. */
const kthreadd = 2;

/** Threads of the kernel are in every namespace of the node and use none of them. */
export function isKernelThread({ pid, ppid }: Pick<ProcessFact, 'pid' | 'ppid'>): boolean {
	return pid === kthreadd || ppid === kthreadd;
}
