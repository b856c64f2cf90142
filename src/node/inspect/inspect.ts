import type { Agent, KernelOp, KernelResult, ProcessFact } from '../../api/agent.ts';
import type {
	InspectPart,
	MountNamespaceFact,
	NetworkNamespaceFact,
	NodeInspection,
} from '../../api/inspect.ts';
import { textOf, tryOps } from '../engine/kernel.ts';
import type { SharedProcesses } from '../shared-processes.ts';
import { cgroupsOp, readCgroups } from './cgroups.ts';
import { LayerReader, type NamespaceMounts } from './layers.ts';
import { mountNamespaces, parseMountInfo } from './mounts.ts';
import { networkNamespaces, readNetworks } from './network.ts';
import { countersOp, RuleReader } from './rules.ts';

const none: ProcessFact[] = [];
const ownMounts: KernelOp = { op: 'read', path: '/proc/1/mountinfo' };

/** What the node's kernel says of itself, in as few requests as it takes: two, and one more for layers. */
export class Inspector {
	readonly #agent: Agent;
	readonly #processes: SharedProcesses;
	readonly #layers: LayerReader;
	readonly #rules: RuleReader;

	constructor(agent: Agent, processes: SharedProcesses) {
		this.#agent = agent;
		this.#processes = processes;
		this.#layers = new LayerReader(agent);
		this.#rules = new RuleReader(agent);
	}

	async read(parts: readonly InspectPart[]): Promise<NodeInspection> {
		const wanted = new Set(parts);
		const { cgroups, rules, own, processes } = await this.#first(wanted);
		const result: NodeInspection = {};
		if (wanted.has('cgroups')) result.cgroups = readCgroups(required(cgroups));
		await Promise.all([
			wanted.has('rules') && this.#rules.read(dataOf(rules)).then((all) => (result.rules = all)),
			wanted.has('network') && this.#networks(processes, own).then((all) => (result.network = all)),
			(wanted.has('mounts') || wanted.has('layers')) &&
				this.#mounts(processes, own).then((mounts) => this.#addMounts(result, mounts, wanted)),
		]);
		return result;
	}

	/** What every part begins with, in one go. */
	async #first(wanted: ReadonlySet<InspectPart>) {
		const wantsMounts = (['mounts', 'layers', 'network'] as const).some((part) => wanted.has(part));
		const ops: Record<string, KernelOp> = {};
		if (wanted.has('cgroups')) ops['cgroups'] = cgroupsOp;
		if (wanted.has('rules')) ops['rules'] = countersOp;
		if (wantsMounts) ops['own'] = ownMounts;
		const [processes, results] = await Promise.all([
			wantsMounts ? this.#processes.read() : none,
			tryOps(this.#agent, Object.values(ops)),
		]);
		const answer = (name: string) => results[Object.keys(ops).indexOf(name)];
		const own = textOf(answer('own'));
		return { processes, own, cgroups: answer('cgroups'), rules: answer('rules') };
	}

	async #addMounts(
		result: NodeInspection,
		mounts: NamespaceMounts[],
		wanted: ReadonlySet<InspectPart>,
	): Promise<void> {
		if (wanted.has('mounts')) result.mounts = mounts.map(mountFact);
		if (wanted.has('layers')) result.layers = await this.#layers.read(mounts);
	}

	async #networks(processes: readonly ProcessFact[], own: string): Promise<NetworkNamespaceFact[]> {
		const namespaces = networkNamespaces(processes, parseMountInfo(own));
		const netns = namespaces.map(({ path }) => path);
		const [answer] = await tryOps(this.#agent, [{ op: 'networks', netns }]);
		return readNetworks(namespaces, required(answer));
	}

	/** The mounts of every mount namespace; one whose process has just ended is left out. */
	async #mounts(processes: readonly ProcessFact[], own: string): Promise<NamespaceMounts[]> {
		const [first, ...others] = mountNamespaces(processes);
		if (!first) return [];
		const results = await tryOps(
			this.#agent,
			others.map(({ pid }) => ({ op: 'read', path: `/proc/${pid}/mountinfo` })),
		);
		const read = others.map((each, index) => ({ ...each, text: textOf(results[index]) }));
		return [{ ...first, text: own }, ...read]
			.filter(({ text }) => text !== '')
			.map(({ text, ...namespace }) => ({ ...namespace, mounts: parseMountInfo(text) }));
	}
}

function dataOf(result: KernelResult | undefined): Uint8Array<ArrayBuffer> | undefined {
	return result?.ok ? result.data : undefined;
}

function required(result: KernelResult | undefined): Uint8Array<ArrayBuffer> {
	if (result?.ok && result.data) return result.data;
	throw new Error(result && !result.ok ? result.message : 'the guest gave no answer');
}

function mountFact({ inode, pid, mounts }: NamespaceMounts): MountNamespaceFact {
	return { inode, pid, mounts: mounts.map(({ device: _, ...mount }) => mount) };
}
