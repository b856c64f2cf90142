import { SvelteSet } from 'svelte/reactivity';
import type { Cluster } from '../../api/cluster.ts';
import type { Shell } from '../terminal/shell.ts';
import { t } from '../i18n/locale.svelte.ts';
import { settings } from './settings.svelte.ts';

export interface TerminalTab {
	id: number;
	node: string;
	/** 1 for the first shell of a node. */
	number: number;
}

/** The open shells; they outlive steps, layouts and language. */
export class Terminals {
	tabs = $state.raw<TerminalTab[]>([]);
	active = $state(0);
	/** Shells that have printed something out of view. */
	readonly unseen = new SvelteSet<number>();
	/** Called before something is typed, so that the terminal is in view. */
	onType: () => void = () => undefined;
	cluster: Cluster | undefined;
	readonly #shells: Record<number, Promise<Shell> | undefined> = {};
	#next = 1;

	open(node: string): TerminalTab {
		const own = this.tabs.filter((tab) => tab.node === node);
		const number = Math.max(0, ...own.map((one) => one.number)) + 1;
		const tab = { id: this.#next++, node, number };
		this.tabs = [...this.tabs, tab];
		this.show(tab.id);
		return tab;
	}
	async close(id: number): Promise<void> {
		const index = this.tabs.findIndex((tab) => tab.id === id);
		this.tabs = this.tabs.filter((tab) => tab.id !== id);
		if (this.active === id) this.show((this.tabs[index] ?? this.tabs.at(-1))?.id ?? 0);
		const shell = await this.#shells[id];
		delete this.#shells[id];
		shell?.dispose();
	}
	show(id: number): void {
		this.active = id;
		this.unseen.delete(id);
	}
	/** The tab's terminal; made and connected when it is asked for the first time. */
	shell(tab: TerminalTab): Promise<Shell> {
		const known = this.#shells[tab.id];
		if (known) return known;
		const made = this.#make(tab);
		this.#shells[tab.id] = made;
		return made;
	}
	/** Types into the node's shell: the one in view if it is free, else another free one, else a new one. */
	async type(text: string, node: string, returns = true): Promise<void> {
		this.onType();
		const shell = await this.#free(node);
		await shell.type(text, returns);
	}
	async interrupt(node: string): Promise<void> {
		const tab = this.#candidates(node)[0];
		if (tab) (await this.shell(tab)).interrupt();
	}
	/** A node is back: shells that lost it get a new session. */
	async reconnect(node: string): Promise<void> {
		for (const tab of this.tabs.filter((one) => one.node === node)) {
			const shell = await this.#shells[tab.id];
			if (shell && !shell.connected && this.cluster) await shell.connect(this.cluster);
		}
	}

	async #make(tab: TerminalTab): Promise<Shell> {
		const { Shell } = await import('../terminal/shell.ts');
		const shell = new Shell({
			node: tab.node,
			fontSize: settings.textSize - 3,
			screenReader: settings.screenReader,
			onOutput: () => this.#noticed(tab.id),
			onExit: (code) => shell.say(t().terminal.ended(tab.node, code)),
		});
		if (this.cluster)
			await shell.connect(this.cluster).catch((error: unknown) => {
				shell.say(t().terminal.refused(tab.node, String(error)));
			});
		return shell;
	}
	#candidates(node: string): TerminalTab[] {
		const own = this.tabs.filter((tab) => tab.node === node);
		return own.sort((a, b) => Number(b.id === this.active) - Number(a.id === this.active));
	}
	async #free(node: string): Promise<Shell> {
		for (const tab of this.#candidates(node)) {
			const shell = await this.shell(tab);
			if (!(await shell.free())) continue;
			this.show(tab.id);
			return shell;
		}
		const shell = await this.shell(this.open(node));
		await shell.free();
		return shell;
	}
	#noticed(id: number): void {
		if (id !== this.active) this.unseen.add(id);
	}
}
