import { untrack } from 'svelte';
import { SvelteMap, SvelteSet } from 'svelte/reactivity';
import type { Cluster } from '../../api/cluster.ts';
import type { NodeInspection } from '../../api/inspect.ts';
import type { NodeFacts } from '../../api/node.ts';
import { Flags } from '../topology/linux/flags.ts';
import type { ClusterState } from './cluster-state.svelte.ts';
import { InspectLoop, type InspectWatcher } from './inspect-loop.ts';
import type { Terminals } from './terminals.svelte.ts';

/** What was read from one node, and what it said the time before. */
export interface Inspected {
	/** Milliseconds, of the page's clock. */
	at: number;
	now: NodeInspection;
	before: NodeInspection | undefined;
	beforeAt: number | undefined;
}

type Listener = (node: string, inspected: Inspected) => void;

/** What the kernels say, read again and again while a picture shows it, and only the parts that it shows. */
export class InspectState {
	readonly nodes = new SvelteMap<string, Inspected>();
	/** Nodes that cannot be looked at right now. */
	readonly silent = new SvelteSet<string>();
	/** Chosen by hand; the node of the terminal in view while it is empty. */
	chosen = $state('');
	readonly #state: ClusterState;
	readonly #terminals: Terminals;
	readonly #flags: Record<string, Flags> = {};
	#listeners: Listener[] = [];
	#loop = $state.raw<InspectLoop | undefined>();

	/** The node that pictures of one machine show. */
	readonly node: string = $derived.by(() => {
		const names = this.#state.nodes.map((one) => one.name);
		if (names.includes(this.chosen)) return this.chosen;
		const tab = this.#terminals.tabs.find((one) => one.id === this.#terminals.active);
		if (tab && names.includes(tab.node)) return tab.node;
		return names.at(-1) ?? '';
	});

	constructor(state: ClusterState, terminals: Terminals) {
		this.#state = state;
		this.#terminals = terminals;
	}
	connect(cluster: Cluster): void {
		this.stop();
		this.#loop = new InspectLoop(cluster, () => untrack(() => this.node), {
			silent: (node) => this.silent.add(node),
			answered: (node, facts, inspection) => {
				this.#state.setFacts(node, facts);
				this.#keep(node, inspection);
			},
		});
	}
	stop(): void {
		this.#loop?.stop();
		this.#loop = undefined;
		this.nodes.clear();
		this.silent.clear();
	}
	/** Called in an effect of a picture: it needs these parts until the returned function is called. */
	watch(parts: InspectWatcher['parts'], nodes: InspectWatcher['nodes'] = 'chosen'): () => void {
		void this.node;
		const loop = this.#loop;
		return untrack(() => loop?.watch({ parts, nodes })) ?? (() => undefined);
	}
	/** The letters of a node's namespaces, brought up to date with these facts. */
	flags(node: string, facts: NodeFacts): Flags {
		const flags = (this.#flags[node] ??= new Flags());
		const kept = untrack(() => this.nodes.get(node)?.now.network) ?? [];
		flags.learn(
			facts.processes,
			kept.map((one) => one.inode),
		);
		return flags;
	}
	/** Hears every answer, for what is kept over time. */
	onInspected(listener: Listener): () => void {
		this.#listeners = [...this.#listeners, listener];
		return () => (this.#listeners = this.#listeners.filter((one) => one !== listener));
	}

	#keep(node: string, inspection: NodeInspection): void {
		const last = this.nodes.get(node);
		const now = { ...last?.now, ...inspection };
		const inspected = { at: Date.now(), now, before: last?.now, beforeAt: last?.at };
		this.nodes.set(node, inspected);
		this.silent.delete(node);
		for (const listener of this.#listeners) listener(node, inspected);
	}
}
