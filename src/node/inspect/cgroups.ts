import type { KernelOp } from '../../api/agent.ts';
import type { CgroupFact } from '../../api/inspect.ts';
import { findAttribute, readAttributes } from '../agent/attributes.ts';
import { attribute as a } from '../agent/protocol.ts';

const procs = 'cgroup.procs';

/** Interface files that the pictures draw or checks look at; those a cgroup lacks are left out. */
const files = [
	procs,
	'cgroup.controllers',
	'cgroup.subtree_control',
	'cgroup.freeze',
	'cpu.max',
	'cpu.weight',
	'cpu.stat',
	'memory.current',
	'memory.events',
	'memory.high',
	'memory.max',
	'pids.current',
	'pids.events',
	'pids.max',
];

/** Reads the whole tree. */
export const cgroupsOp: KernelOp = { op: 'tree', path: '/sys/fs/cgroup', files };

/** The tree of a `tree` answer, by path. */
export function readCgroups(answer: Uint8Array<ArrayBuffer>): CgroupFact[] {
	const decoder = new TextDecoder();
	return readAttributes(answer)
		.map(({ list }) => {
			const contents = list
				.filter(({ tag }) => tag === a.file)
				.map(({ value }) => {
					const end = value.indexOf(0);
					return [
						decoder.decode(value.subarray(0, end)),
						decoder.decode(value.subarray(end + 1)).trimEnd(),
					] as const;
				});
			const { [procs]: inside = '', ...rest } = Object.fromEntries(contents);
			return {
				path: findAttribute(list, a.path)?.text ?? '/',
				procs: inside.split('\n').filter(Boolean).map(Number),
				files: rest,
			};
		})
		.sort((one, other) => (one.path < other.path ? -1 : 1));
}
