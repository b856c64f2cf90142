import type { ProcessFact } from '../../api/agent.ts';
import type { MountFact } from '../../api/inspect.ts';
import { isKernelThread } from './processes.ts';

/** A mount, and the device number that tells file systems apart. */
export interface ParsedMount extends MountFact {
	device: string;
}

/** A mount namespace and the process through which it is looked at: the oldest one. */
export interface MountNamespace {
	inode: number;
	pid: number;
}

/** The mount namespaces of a node, its own first. */
export function mountNamespaces(processes: readonly ProcessFact[]): MountNamespace[] {
	const found = new Map<number, number>();
	for (const process of processes) {
		const { mnt } = process.ns;
		if (!mnt || isKernelThread(process)) continue;
		found.set(mnt, Math.min(found.get(mnt) ?? Infinity, process.pid));
	}
	return [...found]
		.map(([inode, pid]) => ({ inode, pid }))
		.sort((one, other) => one.pid - other.pid);
}

/** The lines of `/proc/<pid>/mountinfo`. */
export function parseMountInfo(text: string): ParsedMount[] {
	return text
		.split('\n')
		.filter((line) => line !== '')
		.map(parseLine);
}

/** `36 35 98:0 /root /target rw,noatime shared:1 - ext3 /dev/root rw` */
function parseLine(line: string): ParsedMount {
	const words = line.split(' ').map(unescape);
	const [id = '', parent = '', device = '', root = '', target = '', options = ''] = words;
	const [fstype = '', source = '', superOptions = ''] = words.slice(words.indexOf('-', 6) + 1);
	return {
		id: Number(id),
		parent: Number(parent),
		device,
		root,
		target,
		source,
		fstype,
		options: options.split(','),
		superOptions: superOptions.split(/(?<!\\),/),
	};
}

/** Spaces, tabs, newlines and backslashes are written as octal numbers. */
function unescape(word: string): string {
	if (!word.includes('\\')) return word;
	const bytes = word.replace(/\\([0-7]{3})/g, (_, octal: string) =>
		String.fromCharCode(parseInt(octal, 8)),
	);
	return bytes;
}
