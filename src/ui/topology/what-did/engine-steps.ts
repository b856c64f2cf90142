import type { KernelAction } from '../../../api/agent.ts';
import type { TypedCommand } from '../../state/activity.svelte.ts';

export type StepKind =
	'network' | 'cgroup' | 'files' | 'layers' | 'start' | 'stop' | 'rules' | 'other';

/** Kernel actions in a row that belong to one step for one container or pod. */
export interface EngineStep {
	at: number;
	node: string;
	/** The pod or container; empty where nothing says which. */
	subject: string;
	kind: StepKind;
	actions: { at: number; took: number; what: string; error: string | undefined }[];
}

interface Asked {
	command: TypedCommand;
	window: { began: number; until: number };
	actions: Readonly<Record<string, readonly KernelAction[]>>;
	names: Readonly<Record<string, Readonly<Record<string, string>>>>;
	/** Texts that stand for a pod of the command. */
	marks: Readonly<Record<string, string>>;
}

const idPattern = /\b[0-9a-f]{64}\b/g;

function kindOf(what: string): StepKind {
	if (/\biptables(-restore|-save)?\b/.test(what)) return 'rules';
	if (/^clone/.test(what)) return 'start';
	if (/^kill /.test(what)) return 'stop';
	if (/^(ip|nsenter|bridge) |\/netns\//.test(what)) return 'network';
	if (what.includes('/sys/fs/cgroup')) return 'cgroup';
	if (/overlay2|^(u?mount) /.test(what)) return 'layers';
	return /^(write|mkdir|rm|mv|ln) /.test(what) ? 'files' : 'other';
}

/**
 * Follows ids from action to action: a cgroup's path has the pod's uid and the sandbox's id, the id gives
 * the network namespace its name, and the namespace leads to the veth pair.
 */
function learn(actions: readonly KernelAction[], seed: Readonly<Record<string, string>>) {
	const known: Record<string, string> = { ...seed };
	const ownerOf = (what: string) => {
		const mark = Object.keys(known).find((one) => mentions(what, one));
		return mark === undefined ? undefined : known[mark];
	};
	for (let before = -1; before !== Object.keys(known).length;) {
		before = Object.keys(known).length;
		for (const { what } of actions) {
			const owner = ownerOf(what);
			if (owner === undefined) continue;
			for (const id of what.match(idPattern) ?? []) {
				known[id] ??= owner;
				known[netnsName(id)] ??= owner;
			}
			const veth =
				/\blink add (\S+)/.exec(what)?.[1] ?? /\blink (?:set|del) (veth\S+)/.exec(what)?.[1];
			if (veth?.startsWith('veth')) known[veth] ??= owner;
		}
	}
	return ownerOf;
}

function mentions(what: string, mark: string): boolean {
	if (!what.includes(mark)) return false;
	// An address has to stand as a whole.
	return (
		!/^[\d.]+$/.test(mark) ||
		new RegExp(`(^|[^\\d.])${mark.replaceAll('.', '\\.')}([^\\d]|$)`).test(what)
	);
}

function netnsName(id: string): string {
	return `cni-${id.slice(0, 8)}-${id.slice(8, 12)}-${id.slice(12, 16)}`;
}

/** Ids of containers that a docker command names, or that appeared while it ran. */
function dockerMarks({ command, actions, names, window }: Asked): Record<string, string> {
	const known = names[command.node] ?? {};
	const created = new Set(
		(actions[command.node] ?? [])
			.filter(
				({ time, what }) =>
					time >= window.began && time <= window.until && !what.includes('kubepods'),
			)
			.flatMap(({ what }) => what.match(idPattern) ?? []),
	);
	const named = ([id, name]: [string, string]) =>
		command.args.some((one) => one === name || (one.length >= 4 && id.startsWith(one)));
	const marks: Record<string, string> = {};
	for (const [id, name] of Object.entries(known))
		if (created.has(id) || named([id, name])) marks[id] = name;
	for (const id of created) marks[id] ??= id.slice(0, 12);
	return marks;
}

/** The kernel actions of every node in the window: those of the command's own pods or containers, and the rest. */
export function engineSteps(asked: Asked): { own: EngineStep[]; around: EngineStep[] } {
	const { command, window, actions } = asked;
	const isDocker = command.args[0] === 'docker';
	const own: EngineStep[] = [];
	const around: EngineStep[] = [];
	for (const [node, all] of Object.entries(actions)) {
		if (isDocker && node !== command.node) continue;
		const inside = all.filter((one) => one.time >= window.began && one.time <= window.until);
		const ownerOf = learn(inside, isDocker ? dockerMarks(asked) : asked.marks);
		for (const action of inside) {
			const subject = ownerOf(action.what);
			add(subject === undefined ? around : own, node, subject ?? '', action, window.began);
		}
	}
	const byTime = (a: EngineStep, b: EngineStep) => a.at - b.at;
	return { own: own.sort(byTime), around: around.sort(byTime) };
}

function add(
	steps: EngineStep[],
	node: string,
	subject: string,
	{ time, took, what, error }: KernelAction,
	began: number,
): void {
	const kind = kindOf(what);
	const at = time - began;
	const action = { at, took, what, error };
	const last = steps.at(-1);
	if (last?.node === node && last.subject === subject && last.kind === kind)
		last.actions.push(action);
	else steps.push({ at, node, subject, kind, actions: [action] });
}
