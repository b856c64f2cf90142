import { SvelteMap, SvelteSet } from 'svelte/reactivity';
import type { Cluster } from '../../api/cluster.ts';
import type { CommandResult, Shell } from '../terminal/shell.ts';
import { reasonOf } from '../../util/log.ts';
import type { ShellState } from '../terminal/shell-state.ts';
import { t } from '../i18n/locale.svelte.ts';
import { asked } from './failures.svelte.ts';
import { settings } from './settings.svelte.ts';

export interface TerminalTab {
	id: number;
	node: string;
	/** The lesson's name for it, or the node's; unique. */
	name: string;
	/** Named by the lesson: it is not closed, since the text speaks of it. */
	fixed: boolean;
}

/** `settle`: the begun line is given up, or the program is ended. */
export type BusyAnswer = 'settle' | 'new' | 'anyway' | 'cancel';

export interface BusyQuestion {
	tab: TerminalTab;
	text: string;
	/** What is in the way. */
	state: ShellState;
	answer: (answer: BusyAnswer) => void;
}

export interface PasteQuestion {
	tab: TerminalTab;
	text: string;
	/** `lines`: entered one after the other, each when it is asked for. */
	answer: (answer: 'paste' | 'lines' | 'cancel') => void;
}

/** How often a shell that is asked about is looked at. */
const lookMs = 200;

/** The open shells; they outlive steps, layouts and language. */
export class Terminals {
	tabs = $state.raw<TerminalTab[]>([]);
	active = $state(0);
	/** The second one of the split view. */
	beside = $state<number | undefined>();
	/** Shells that have printed something out of view. */
	readonly unseen = new SvelteSet<number>();
	/** Rises with everything that is printed. */
	printed = $state(0);
	/** Rises with each prompt: what came before has ended. */
	prompts = $state(0);
	/** Rises with each line that was clicked and entered. */
	ran = $state(0);
	/** What the last command of each shell printed. */
	readonly results = new SvelteMap<number, CommandResult>();
	/** Commands that were run, oldest first; for the command box. */
	history = $state.raw<readonly string[]>([]);
	/** Put to the learner before something is typed over a running program. */
	question = $state.raw<BusyQuestion | undefined>();
	/** Put before several lines are pasted. */
	pasting = $state.raw<PasteQuestion | undefined>();
	/** PIDs of the programs in connected terminals, by tab. */
	readonly pids = new SvelteMap<number, number>();
	/** Called before something is typed, so that the terminal is in view. */
	onType: () => void = () => undefined;
	/** Called when a shell has ended on a machine, or none began. */
	onEnd: (node: string) => void = () => undefined;
	cluster: Cluster | undefined;
	readonly #shells: Record<number, Promise<Shell> | undefined> = {};
	/** By machine: the last of the lines that are typed there one after the other, while it is not entered. */
	readonly #entering: Record<string, { text: string; entered: Promise<void> } | undefined> = {};
	#next = 1;

	/** Another shell on the node; without a name it is called after the node. */
	open(node: string, name?: string): TerminalTab {
		const fixed = name !== undefined;
		const tab = { id: this.#next++, node, name: name ?? this.#freeName(node), fixed };
		this.tabs = [...this.tabs, tab];
		this.show(tab.id);
		return tab;
	}
	async close(id: number): Promise<void> {
		const index = this.tabs.findIndex((tab) => tab.id === id);
		this.tabs = this.tabs.filter((tab) => tab.id !== id);
		if (this.beside === id) this.beside = undefined;
		if (this.active === id) {
			const next = this.beside ?? (this.tabs[index] ?? this.tabs.at(-1))?.id ?? 0;
			this.beside = undefined;
			this.show(next);
		}
		// One that never came needs no end.
		const shell = await this.#shells[id]?.catch(() => undefined);
		delete this.#shells[id];
		this.results.delete(id);
		this.pids.delete(id);
		shell?.dispose();
	}
	/** Ends every shell: the machines they ran on are gone. */
	async closeAll(): Promise<void> {
		this.question?.answer('cancel');
		this.pasting?.answer('cancel');
		await Promise.all(this.tabs.map((tab) => this.close(tab.id)));
	}
	/** Brings a tab into view; the other half of a split view stays. */
	show(id: number): void {
		if (this.beside === id) this.beside = this.active;
		this.active = id;
		this.unseen.delete(id);
	}
	isShown(id: number): boolean {
		return id === this.active || id === this.beside;
	}
	/** Two tabs side by side, or one again. */
	split(): void {
		if (this.beside !== undefined) this.beside = undefined;
		else this.beside = this.tabs.find((tab) => tab.id !== this.active)?.id;
		if (this.beside !== undefined) this.unseen.delete(this.beside);
	}
	find(id: number): TerminalTab | undefined {
		return this.tabs.find((tab) => tab.id === id);
	}
	/** The node behind a terminal's name; a node's name is its own. */
	nodeOf(on: string): string {
		return this.tabs.find((tab) => tab.name === on)?.node ?? on;
	}
	/** The tab's terminal; made and connected when it is asked for the first time. */
	shell(tab: TerminalTab): Promise<Shell> {
		const known = this.#shells[tab.id];
		if (known) return known;
		const made = this.#make(tab);
		this.#shells[tab.id] = made;
		// What did not come is asked for again the next time.
		made.catch(() => delete this.#shells[tab.id]);
		return made;
	}
	/**
	 * Types into the terminal of this name, or into a free shell of the node of this name: the one in view,
	 * else another, else a new one. Settles when the shell asks for the next command; without `returns`, once the
	 * program has been started.
	 */
	async type(text: string, on: string, returns = true): Promise<void> {
		this.onType();
		const shell = await this.#enter(text, this.nodeOf(on), () => this.#target(text, on, false));
		await shell?.taken(returns);
	}
	/** As {@link type}, for a click in the text: a busy terminal is asked about first. */
	async run(text: string, on: string): Promise<void> {
		const node = this.nodeOf(on);
		// The second half of a double click, or impatience.
		if (this.#entering[node]?.text === text) return;
		this.onType();
		const shell = await this.#enter(text, node, () => this.#target(text, on, true));
		if (!shell) return;
		this.ran++;
		await shell.taken();
	}
	/** Types into this very tab, whatever runs there: a line for a program that reads. */
	async send(text: string, id: number): Promise<void> {
		const tab = this.find(id);
		if (!tab) return;
		const shell = await this.#enter(text, tab.node, async () => {
			const own = await this.shell(tab);
			await own.free();
			return own;
		});
		await shell?.taken();
	}
	async interrupt(on: string): Promise<void> {
		const tab = this.#named(on) ?? this.#candidates(on)[0];
		if (!tab) return;
		this.show(tab.id);
		await (await this.shell(tab)).interrupted();
	}
	/** Ends what keeps the lesson's own terminals busy, so that they take the next command. */
	async calm(): Promise<void> {
		for (const tab of this.tabs) {
			if (!tab.fixed || !this.#shells[tab.id]) continue;
			const shell = await this.#listening(tab);
			if (!(await shell.free())) await shell.settled();
		}
	}
	/** A node is back: shells that lost it get a new session, or say why not. */
	async reconnect(node: string): Promise<void> {
		for (const tab of this.tabs.filter((one) => one.node === node)) {
			const shell = await this.#shells[tab.id];
			if (!shell || shell.connected || !this.cluster) continue;
			await this.#connect(tab, shell, this.cluster);
		}
	}

	/**
	 * Whoever types on a machine waits until the line before has been entered: two at once would be mixed, or change places.
	 * What is asked about gives way to what comes after it.
	 */
	#enter(
		text: string,
		node: string,
		target: () => Promise<Shell | undefined>,
	): Promise<Shell | undefined> {
		if (this.question?.tab.node === node) this.question.answer('cancel');
		const before = this.#entering[node]?.entered ?? Promise.resolve();
		const entering = before.then(async () => {
			const shell = await target();
			await shell?.enter(text);
			return shell;
		});
		const ended = () => {
			if (this.#entering[node] === turn) delete this.#entering[node];
		};
		const turn = { text, entered: entering.then(ended, ended) };
		this.#entering[node] = turn;
		return entering;
	}
	async #make(tab: TerminalTab): Promise<Shell> {
		const { Shell } = await import('../terminal/shell.ts');
		const shell: Shell = new Shell({
			node: tab.node,
			language: settings.locale.replace('-', '_'),
			fontSize: settings.terminalSize,
			screenReader: settings.screenReader,
			onOutput: () => this.#noticed(tab.id),
			onPrompt: () => this.prompts++,
			onCommand: (result) => this.#ran(tab.id, result),
			onExit: (code) => {
				shell.say(t().terminal.ended(tab.node, code));
				this.onEnd(tab.node);
			},
			onPaste: (text) => this.#askPaste(tab, shell, text),
		});
		if (this.cluster) await this.#connect(tab, shell, this.cluster);
		return shell;
	}
	async #connect(tab: TerminalTab, shell: Shell, cluster: Cluster): Promise<void> {
		await shell.connect(cluster).catch((error: unknown) => {
			shell.say(t().terminal.refused(tab.node, reasonOf(error)));
			this.onEnd(tab.node);
		});
		this.#connected(tab.id, shell);
	}
	#freeName(node: string): string {
		for (let number = 1; ; number++) {
			const name = number === 1 ? node : `${node} (${number})`;
			if (!this.tabs.some((tab) => tab.name === name)) return name;
		}
	}
	#named(on: string): TerminalTab | undefined {
		return this.tabs.find((tab) => tab.name === on && tab.fixed && tab.name !== tab.node);
	}
	#connected(id: number, { pid }: Shell): void {
		if (pid !== undefined) this.pids.set(id, pid);
	}
	#candidates(node: string): TerminalTab[] {
		const own = this.tabs.filter((tab) => tab.node === node && (!tab.fixed || tab.name === node));
		return own.sort((a, b) => Number(b.id === this.active) - Number(a.id === this.active));
	}
	/** The tab's terminal; where its shell has ended, with a new one. */
	async #listening(tab: TerminalTab): Promise<Shell> {
		const shell = await this.shell(tab);
		const power = this.cluster?.nodes().find(({ name }) => name === tab.node)?.power;
		if (!shell.connected && this.cluster && power === 'running') {
			await shell.connect(this.cluster);
			this.#connected(tab.id, shell);
		}
		return shell;
	}
	/** Undefined when the learner would rather not. */
	async #target(text: string, on: string, ask: boolean): Promise<Shell | undefined> {
		const named = this.#named(on);
		const candidates = named ? [named] : this.#candidates(on);
		for (const tab of candidates) {
			const shell = await this.#listening(tab);
			if (!(await shell.free())) continue;
			this.show(tab.id);
			return shell;
		}
		const [busy] = candidates;
		if (busy && ask) return this.#asked(busy, text);
		if (named) {
			// The lesson's own programs take what is typed at them: a client, an editor, a shell inside.
			this.show(named.id);
			return this.shell(named);
		}
		return this.#fresh(on);
	}
	async #fresh(node: string): Promise<Shell> {
		const shell = await this.shell(this.open(node));
		await shell.free();
		return shell;
	}
	async #asked(tab: TerminalTab, text: string): Promise<Shell | undefined> {
		this.show(tab.id);
		const shell = await this.shell(tab);
		const state = await shell.state();
		if (state.at === 'prompt') return shell;
		const said = await new Promise<BusyAnswer>((answer) => {
			const question = { tab, text, state, answer };
			this.question = question;
			this.#untilFree(question, shell).catch(() => answer('cancel'));
		});
		this.question = undefined;
		if (said === 'cancel') return undefined;
		if (said === 'new') return this.#fresh(tab.node);
		if (said === 'anyway' || (await shell.settled())) return shell;
		shell.say(t().terminal.stays(state.at === 'program' ? state.name : ''));
		return undefined;
	}
	/** A program that has ended, or a line that was taken back, is not asked about any more. */
	async #untilFree(question: BusyQuestion, shell: Shell): Promise<void> {
		while (this.question === question && !(await shell.atPrompt()))
			await new Promise((resolve) => setTimeout(resolve, lookMs));
		if (this.question === question) question.answer('anyway');
	}
	/** What is asked about gives way to what is pasted after it. */
	#askPaste(tab: TerminalTab, shell: Shell, text: string): void {
		this.pasting?.answer('cancel');
		const question: PasteQuestion = {
			tab,
			text,
			answer: (answer) => {
				if (this.pasting === question) this.pasting = undefined;
				if (answer === 'paste') shell.insert(text);
				else if (answer === 'lines') asked(this.send(text.trimEnd(), tab.id));
			},
		};
		this.pasting = question;
	}
	#noticed(id: number): void {
		this.printed++;
		if (!this.isShown(id)) this.unseen.add(id);
	}
	#ran(id: number, result: CommandResult): void {
		this.results.set(id, result);
		if (this.history.at(-1) !== result.command)
			this.history = [...this.history, result.command].slice(-200);
	}
}
