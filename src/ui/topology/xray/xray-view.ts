import type { NamespaceKind, ProcessFact } from '../../../api/agent.ts';
import type { Container, PodSandbox } from '../../../api/engine.ts';
import type { LinkFact, NodeInspection, RuleFact } from '../../../api/inspect.ts';
import type { Pod } from '../../../api/kubernetes.ts';
import type { NodeFacts } from '../../../api/node.ts';
import { trimSlashes } from '../../../util/trim-end.ts';

export interface XrayProcess {
	pid: number;
	/** Inside its own PID namespace. */
	inside: number;
	line: string;
	/** `pause`, or the container's name. */
	of: string;
}

/** One namespace, held by neighbouring columns of the table. */
export interface XrayCell {
	inode: number;
	/** Columns it spans. */
	span: number;
	/** The node's own one. */
	isHost: boolean;
	pid: number;
}

export interface XrayCgroup {
	path: string;
	of: string;
	files: [name: string, value: string][];
}

export interface XrayLayer {
	dir: string;
	role: 'lower' | 'upper';
	bytes: number | undefined;
	entries: number | undefined;
}

export interface XrayView {
	node: string;
	sandbox: PodSandbox | undefined;
	containers: Container[];
	processes: XrayProcess[];
	/** Heads of the namespace table: the pause process first. */
	columns: string[];
	namespaces: { kind: NamespaceKind; cells: XrayCell[] }[];
	cgroups: XrayCgroup[];
	roots: { of: string; pid: number; layers: XrayLayer[] }[];
	veth: { host: LinkFact | undefined; pod: LinkFact; pid: number } | undefined;
	ip: string;
	rules: RuleFact[];
}

const kinds: readonly NamespaceKind[] = [
	'net',
	'ipc',
	'uts',
	'pid',
	'mnt',
	'cgroup',
	'user',
	'time',
];
const cgroupFiles = [
	'memory.max',
	'memory.current',
	'cpu.max',
	'cpu.weight',
	'pids.current',
	'pids.max',
];
export const containerLabel = 'io.kubernetes.container.name';

const nameOf = (container: Container) =>
	container.config.labels?.[containerLabel] ?? container.name;

/** The pod's containers that are there now, one a name, the newest of each. */
function containersOf(pod: Pod, sandbox: PodSandbox | undefined, all: readonly Container[]) {
	const own = all.filter((one) => sandbox && one.config.sandbox === sandbox.id);
	return pod.spec.containers.flatMap(({ name }) => {
		const [newest] = own
			.filter((one) => nameOf(one) === name)
			.sort((a, b) => b.created - a.created);
		return newest ? [newest] : [];
	});
}

function processesOf(
	sandbox: PodSandbox | undefined,
	containers: readonly Container[],
	all: readonly ProcessFact[],
): XrayProcess[] {
	const view = (one: ProcessFact, of: string): XrayProcess => ({
		pid: one.pid,
		inside: one.nspid.at(-1) ?? one.pid,
		line: one.args.join(' ').trim() || `[${one.comm}]`,
		of,
	});
	const pause = all.filter((one) => one.pid === sandbox?.pid).map((one) => view(one, 'pause'));
	const rest = containers.flatMap((container) =>
		all
			.filter((one) => container.pid > 0 && one.cgroup.endsWith(container.cgroup))
			.map((one) => view(one, nameOf(container))),
	);
	return [...pause, ...rest];
}

function cellsOf(
	kind: NamespaceKind,
	holders: readonly ProcessFact[],
	host: ProcessFact | undefined,
) {
	const cells: XrayCell[] = [];
	for (const { pid, ns } of holders) {
		const inode = ns[kind];
		if (inode === undefined) return [];
		const last = cells.at(-1);
		if (last?.inode === inode) last.span++;
		else cells.push({ inode, span: 1, isHost: host?.ns[kind] === inode, pid });
	}
	return cells;
}

function cgroupsOf(view: Pick<XrayView, 'sandbox' | 'containers'>, facts: NodeInspection) {
	const { sandbox, containers } = view;
	if (!sandbox) return [];
	const parent = `/${trimSlashes(sandbox.config.cgroupParent)}`;
	const paths: [string, string][] = [
		[parent, 'pod'],
		...containers.map((one): [string, string] => [
			`/${one.cgroup.replace(/^\/+/, '')}`,
			nameOf(one),
		]),
	];
	return paths.flatMap(([path, of]): XrayCgroup[] => {
		const group = facts.cgroups?.find((one) => one.path === path);
		if (!group) return [];
		const files = cgroupFiles.flatMap((name): [string, string][] => {
			const value = group.files[name];
			return value === undefined ? [] : [[name, value.trim()]];
		});
		return [{ path, of, files }];
	});
}

function rootOf(container: Container, process: ProcessFact | undefined, facts: NodeInspection) {
	const overlay = facts.layers?.find(
		(one) => one.namespace === process?.ns.mnt && one.target === '/',
	);
	const layers: XrayLayer[] = overlay
		? overlay.sheets.map(({ dir, role, bytes, entries, more }) => ({
				dir,
				role,
				bytes: more ? undefined : bytes,
				entries: more ? undefined : entries.length,
			}))
		: [
				{ dir: container.overlay.upper, role: 'upper', bytes: undefined, entries: undefined },
				...container.overlay.lower.map((dir): XrayLayer => ({
					dir,
					role: 'lower',
					bytes: undefined,
					entries: undefined,
				})),
			];
	return { of: nameOf(container), pid: container.pid, layers };
}

function vethOf(
	holder: ProcessFact | undefined,
	host: ProcessFact | undefined,
	facts: NodeInspection,
) {
	const inode = holder?.ns.net;
	if (!holder || inode === undefined || inode === host?.ns.net) return undefined;
	const pod = facts.network
		?.find((one) => one.inode === inode)
		?.links.find((one) => one.kind === 'veth');
	if (!pod) return undefined;
	const outer = facts.network?.find((one) => one.inode === pod.peer?.netns);
	return { host: outer?.links.find((one) => one.index === pod.peer?.index), pod, pid: holder.pid };
}

/** Rules in which this address stands as a whole. */
export function rulesNaming(rules: readonly RuleFact[], ip: string): RuleFact[] {
	if (ip === '') return [];
	const whole = new RegExp(`(^|[^\\d.])${ip.replaceAll('.', '\\.')}([^\\d]|$)`);
	return rules.filter(({ rule }) => whole.test(rule));
}

/** A pod from the API object down to the kernel, from what the engine and the kernel of its node say now. */
export function xrayView(
	pod: Pod,
	node: string,
	facts: NodeFacts,
	inspection: NodeInspection,
): XrayView {
	const sandbox = facts.sandboxes.find(
		(one) => one.config.uid === pod.metadata.uid && one.state === 'ready',
	);
	const containers = containersOf(pod, sandbox, facts.containers);
	const byPid = (pid: number) => facts.processes.find((one) => one.pid === pid);
	const host = byPid(1);
	const pause = sandbox && byPid(sandbox.pid);
	const columns: [string, ProcessFact][] = [];
	if (pause) columns.push(['pause', pause]);
	for (const container of containers) {
		const process = byPid(container.pid);
		if (process) columns.push([nameOf(container), process]);
	}
	const holders = columns.map(([, process]) => process);
	const ip = sandbox?.ip ?? pod.status.podIP ?? '';
	return {
		node,
		sandbox,
		containers,
		processes: processesOf(sandbox, containers, facts.processes),
		columns: columns.map(([name]) => name),
		namespaces: kinds
			.map((kind) => ({ kind, cells: cellsOf(kind, holders, host) }))
			.filter(({ cells }) => cells.length > 0),
		cgroups: cgroupsOf({ sandbox, containers }, inspection),
		roots: containers.map((one) => rootOf(one, byPid(one.pid), inspection)),
		veth: vethOf(pause ?? holders[0], host, inspection),
		ip,
		rules: rulesNaming(inspection.rules?.rules ?? [], ip),
	};
}
