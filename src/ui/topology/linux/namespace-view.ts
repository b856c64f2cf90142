import type { NamespaceKind } from '../../../api/agent.ts';
import type { NodeFacts } from '../../../api/node.ts';
import { hostNamespaces, namespaceKinds, type Flags } from './flags.ts';
import { agentPid, argsOf, isKernelThread, isProbe, ownerNames } from './process-view.ts';

export interface NamespaceCell {
	kind: NamespaceKind;
	inode: number;
	/** Undefined: the node's own. */
	flag: string | undefined;
}

export interface NamespaceRow {
	id: string;
	pid: number;
	comm: string;
	args: string;
	/** The container or pod that it is the first process of. */
	name: string;
	/** All its namespaces are the node's own. */
	host: boolean;
	cells: NamespaceCell[];
}

export interface NamespaceMatrix {
	node: string;
	rows: NamespaceRow[];
	/** How many of the drawn processes are in a namespace, by {@link memberKey}. */
	members: Record<string, number>;
	/** How many namespaces of each kind there are. */
	counts: Record<NamespaceKind, number>;
	kernelThreads: number;
}

export const memberKey = ({ kind, inode }: Pick<NamespaceCell, 'kind' | 'inode'>): string =>
	`${kind}:${inode}`;

/** Process × kind of namespace. Processes that are in the same ones throughout stay together. */
export function namespaceMatrix(node: string, facts: NodeFacts, flags: Flags): NamespaceMatrix {
	const host = hostNamespaces(facts.processes);
	const names = ownerNames(facts);
	const agent = agentPid(facts.processes);
	const shown = facts.processes.filter(
		(one) => !isKernelThread(one) && !isProbe(one, agent, host) && one.state !== 'Z',
	);
	const members: Record<string, number> = {};
	for (const one of shown)
		for (const kind of namespaceKinds) {
			const key = memberKey({ kind, inode: one.ns[kind] ?? 0 });
			members[key] = (members[key] ?? 0) + 1;
		}
	const rows = shown.map((one): NamespaceRow => {
		const cells = namespaceKinds.map((kind) => {
			const inode = one.ns[kind] ?? 0;
			return { kind, inode, flag: flags.of(inode) };
		});
		return {
			id: `proc/${node}/${one.pid}`,
			pid: one.pid,
			comm: one.comm,
			args: argsOf(one),
			name: names.get(one.pid) ?? '',
			host: cells.every((cell) => cell.inode === host[cell.kind] || cell.inode === 0),
			cells,
		};
	});
	const counts = Object.fromEntries(
		namespaceKinds.map((kind) => [kind, new Set(shown.map((one) => one.ns[kind])).size]),
	) as Record<NamespaceKind, number>;
	return {
		node,
		rows,
		members,
		counts,
		kernelThreads: facts.processes.filter(isKernelThread).length,
	};
}
