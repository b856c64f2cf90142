import type { ProcessFact } from '../../api/agent.ts';
import type { LinkFact, NetworkNamespaceFact } from '../../api/inspect.ts';
import { findAttribute, readAttributes, type Attribute } from '../agent/attributes.ts';
import { attribute as a } from '../agent/protocol.ts';
import { isKernelThread } from './processes.ts';
import type { ParsedMount } from './mounts.ts';
import { readListens, readNetlink, type NetlinkLink } from './netlink.ts';

const named = /^(?:\/var)?\/run\/netns\/([^/]+)$/;

/** A network namespace somebody is in, or that is kept by a name. */
export interface NetworkNamespace {
	inode: number;
	/** A file of it that can be opened. */
	path: string;
	names: string[];
	pids: number[];
}

/** The network namespaces of a node, its own first. */
export function networkNamespaces(
	processes: readonly ProcessFact[],
	mounts: readonly ParsedMount[],
): NetworkNamespace[] {
	const found = new Map<number, NetworkNamespace>();
	const at = (inode: number, path: string): NetworkNamespace => {
		const known = found.get(inode) ?? { inode, path, names: [], pids: [] };
		found.set(inode, known);
		return known;
	};
	for (const { pid, ppid, ns } of processes)
		if (ns.net && !isKernelThread({ pid, ppid })) at(ns.net, `/proc/${pid}/ns/net`).pids.push(pid);
	for (const { fstype, root, target } of mounts) {
		const inode = fstype === 'nsfs' ? Number(/^net:\[(\d+)\]$/.exec(root)?.[1] ?? 0) : 0;
		if (!inode) continue;
		const { names } = at(inode, target);
		const name = named.exec(target)?.[1];
		if (name && !names.includes(name)) names.push(name);
	}
	return [...found.values()];
}

/** What the kernel says of these namespaces; one that has ended meanwhile is left out. */
export function readNetworks(
	namespaces: readonly NetworkNamespace[],
	answer: Uint8Array<ArrayBuffer>,
): NetworkNamespaceFact[] {
	const entries = readAttributes(answer).filter(({ tag }) => tag === a.entry);
	return namespaces.flatMap(({ inode, names, pids }, index) => {
		const list = entries[index]?.list ?? [];
		const dumps = findAttribute(list, a.netlink);
		if (!dumps) return [];
		const { links, addresses, routes } = readNetlink(dumps.value);
		const numbers = readNumbers(findAttribute(list, a.nsids));
		const inodeOf = (nsid: number | undefined) =>
			nsid === undefined ? inode : namespaces[numbers.indexOf(nsid)]?.inode;
		return [
			{
				inode,
				names,
				pids,
				links: links.map((link) => withPeer(link, addresses.get(link.index) ?? [], inodeOf)),
				routes,
				listens: readListens(findAttribute(list, a.listens)?.value ?? new Uint8Array()),
			},
		];
	});
}

function withPeer(
	{ other, ...link }: NetlinkLink,
	addresses: string[],
	inodeOf: (nsid: number | undefined) => number | undefined,
): LinkFact {
	const netns = other && inodeOf(other.nsid);
	const fact: LinkFact = { ...link, addresses };
	if (other && netns !== undefined) fact.peer = { netns, index: other.index };
	return fact;
}

function readNumbers(item: Attribute | undefined): number[] {
	if (!item) return [];
	const count = Math.floor(item.value.length / 4);
	return Array.from({ length: count }, (_, index) => item.view.getInt32(4 * index, true));
}
