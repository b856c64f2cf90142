import type { KernelAction } from '../../api/agent.ts';

/** Keeps the last kernel actions, each with its number, for "What did that do?". */
export class ActionLog {
	readonly #ring: KernelAction[] = [];
	readonly #size: number;
	#next = 0;

	constructor(size = 2000) {
		this.#size = size;
	}
	add(action: KernelAction): void {
		this.#ring[this.#next % this.#size] = action;
		this.#next++;
	}
	/** Actions from number `since` on that are still kept, oldest first. */
	since(since: number): { next: number; actions: KernelAction[] } {
		const actions: KernelAction[] = [];
		for (let at = Math.max(since, this.#next - this.#size, 0); at < this.#next; at++) {
			const action = this.#ring[at % this.#size];
			if (action) actions.push(action);
		}
		return { next: this.#next, actions };
	}
}
