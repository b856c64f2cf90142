import type { NamespaceKind, ProcessFact } from '../../../api/agent.ts';
import type { NodeFacts } from '../../../api/node.ts';
import { hostNamespaces, namespaceKinds, type Flags, type Namespaces } from './flags.ts';

export type ProcessState = 'running' | 'sleeping' | 'blocked' | 'stopped' | 'zombie';

export interface ProcessView {
	id: string;
	pid: number;
	/** Its numbers in the namespaces further in, outermost first; empty for a process of the node's own. */
	inside: number[];
	comm: string;
	/** The command line as it was typed; empty when it says no more than `comm`. */
	args: string;
	state: ProcessState;
	/** One letter, as `ps` prints it. */
	letter: string;
	rssBytes: number;
	uid: number;
	/** It is in the box but was not begun by a process in it (`nsenter`, `docker exec`). */
	visitor: boolean;
	/** The terminal whose shell it is. */
	terminal: number | undefined;
	children: ProcessView[];
	boxes: NamespaceBox[];
}

export interface NamespaceMark {
	kind: NamespaceKind;
	inode: number;
	/** Undefined for the node's own. */
	flag: string | undefined;
}

/** Processes whose namespaces are not those around them. */
export interface NamespaceBox {
	key: string;
	/** Only those that differ. */
	namespaces: NamespaceMark[];
	/** The container or pod that the box is. */
	name: string;
	roots: ProcessView[];
}

export interface ProcessTree {
	node: string;
	roots: ProcessView[];
	/** Folded away. */
	kernelThreads: ProcessFact[];
	/** Programs that the page itself runs for a moment to look at the node. */
	probes: number;
	/** Everything that is drawn, in tree order. */
	all: ProcessView[];
	/** PID namespaces besides the node's own. */
	pidNamespaces: number;
}

export interface ProcessInput {
	node: string;
	facts: NodeFacts;
	flags: Flags;
	/** Shells of the page's terminals: tab by PID. */
	shells?: ReadonlyMap<number, number>;
}

const states: Record<string, ProcessState> = {
	R: 'running',
	S: 'sleeping',
	D: 'blocked',
	T: 'stopped',
	t: 'stopped',
	Z: 'zombie',
	X: 'zombie',
};
const agentProgram = '/usr/lib/drydock/agent';

export const isKernelThread = (one: ProcessFact): boolean => one.pid === 2 || one.ppid === 2;

const sameNamespaces = (a: Namespaces, b: Namespaces): boolean =>
	namespaceKinds.every((kind) => a[kind] === b[kind] || !a[kind] || !b[kind]);

/** What the agent runs in the node's own namespaces and is no login shell: the page looking. */
export function isProbe(one: ProcessFact, agent: number | undefined, host: Namespaces): boolean {
	if (agent === undefined || one.ppid !== agent) return false;
	return one.args[1] !== '-l' && one.state !== 'Z' && sameNamespaces(one.ns, host);
}

export const agentPid = (processes: readonly ProcessFact[]): number | undefined =>
	processes.find((one) => one.args[0] === agentProgram)?.pid;

/** `sh`, `sleep 600`: the words behind the program's name. */
export function argsOf({ comm, args }: ProcessFact): string {
	const [program = '', ...rest] = args;
	const name = program.split('/').at(-1) ?? '';
	if (name === comm || name === `-${comm}`) return rest.join(' ');
	return args.join(' ');
}

/** What containers and pods are called, by the PID of their first process. */
export function ownerNames(facts: NodeFacts): Map<number, string> {
	const names = new Map<number, string>();
	for (const one of facts.containers) if (one.pid > 0) names.set(one.pid, one.name);
	for (const one of facts.sandboxes) if (one.pid > 0) names.set(one.pid, one.config.name);
	return names;
}

/** The tree of a node: each process below the one that began it, boxes where namespaces begin. */
export function processTree(input: ProcessInput): ProcessTree {
	return new TreeBuilder(input).build();
}

class TreeBuilder {
	readonly #input: ProcessInput;
	readonly #host: Namespaces;
	readonly #names: Map<number, string>;
	readonly #shown: ProcessFact[];
	readonly #views = new Map<number, ProcessView>();
	/** Where the first process of a PID namespace stands: its box. */
	readonly #pidBoxes = new Map<number, NamespaceBox>();
	readonly #threads: ProcessFact[];
	readonly #probes: number;

	constructor(input: ProcessInput) {
		this.#input = input;
		const { processes } = input.facts;
		this.#host = hostNamespaces(processes);
		this.#names = ownerNames(input.facts);
		this.#threads = processes.filter(isKernelThread);
		const agent = agentPid(processes);
		const users = processes.filter((one) => !isKernelThread(one));
		this.#shown = users.filter((one) => !isProbe(one, agent, this.#host));
		this.#probes = users.length - this.#shown.length;
	}
	build(): ProcessTree {
		const facts = new Map(this.#shown.map((one) => [one.pid, one]));
		for (const one of this.#shown) this.#views.set(one.pid, this.#view(one));
		const roots: ProcessView[] = [];
		// The first process of a namespace makes its box before others look for it.
		const depth = (one: ProcessFact) => one.nspid.at(-1) === 1 && one.nspid.length > 1;
		const order = [...this.#shown].sort((a, b) => Number(depth(b)) - Number(depth(a)));
		for (const one of order) this.#place(one, facts.get(one.ppid), roots);
		this.#sort(roots);
		const all: ProcessView[] = [];
		walk(roots, (view) => all.push(view));
		const foreign = new Set(this.#shown.map((one) => one.ns.pid));
		foreign.delete(this.#host.pid);
		const { node } = this.#input;
		return {
			node,
			roots,
			kernelThreads: this.#threads,
			probes: this.#probes,
			all,
			pidNamespaces: foreign.size,
		};
	}

	#view(one: ProcessFact): ProcessView {
		return {
			id: `proc/${this.#input.node}/${one.pid}`,
			pid: one.pid,
			inside: one.nspid.slice(1),
			comm: one.comm,
			args: argsOf(one),
			state: states[one.state] ?? 'sleeping',
			letter: one.state,
			rssBytes: one.rssBytes,
			uid: one.uid,
			visitor: false,
			terminal: this.#input.shells?.get(one.pid),
			children: [],
			boxes: [],
		};
	}
	#place(one: ProcessFact, parent: ProcessFact | undefined, roots: ProcessView[]): void {
		const view = this.#views.get(one.pid);
		if (!view) return;
		const above = parent && this.#views.get(parent.pid);
		const around = parent?.ns ?? this.#host;
		if (one.ns.pid !== around.pid && one.ns.pid !== undefined) {
			const known = this.#pidBoxes.get(one.ns.pid);
			if (known) {
				view.visitor = true;
				known.roots.push(view);
				return;
			}
		}
		if (!above || !parent) roots.push(view);
		else if (sameNamespaces(one.ns, parent.ns)) above.children.push(view);
		else this.#box(one, parent.ns, above.boxes).roots.push(view);
	}
	/** The box among `boxes` for these namespaces, made when there is none yet. */
	#box(one: ProcessFact, around: Namespaces, boxes: NamespaceBox[]): NamespaceBox {
		const namespaces = differences(one.ns, around, this.#input.flags);
		const key = namespaces.map(({ kind, inode }) => `${kind}:${inode}`).join(' ');
		const known = boxes.find((box) => box.key === key);
		if (known) return known;
		const box = { key, namespaces, name: this.#names.get(one.pid) ?? '', roots: [] };
		boxes.push(box);
		if (one.ns.pid !== around.pid && one.ns.pid !== undefined) this.#pidBoxes.set(one.ns.pid, box);
		return box;
	}
	#sort(views: ProcessView[]): void {
		views.sort((a, b) => a.pid - b.pid);
		for (const view of views) {
			this.#sort(view.children);
			view.boxes.sort((a, b) => (a.roots[0]?.pid ?? 0) - (b.roots[0]?.pid ?? 0));
			for (const box of view.boxes) this.#sort(box.roots);
		}
	}
}

export function differences(own: Namespaces, around: Namespaces, flags: Flags): NamespaceMark[] {
	return namespaceKinds.flatMap((kind) => {
		const inode = own[kind];
		if (inode === undefined || inode === around[kind]) return [];
		return [{ kind, inode, flag: flags.of(inode) }];
	});
}

function walk(views: readonly ProcessView[], visit: (view: ProcessView) => void): void {
	for (const view of views) {
		visit(view);
		walk(view.children, visit);
		for (const box of view.boxes) walk(box.roots, visit);
	}
}
