import { SvelteMap } from 'svelte/reactivity';

/** For how long a change is worth a mark. */
const markedMs = 6000;

/** What of a picture has changed lately: for those who do not see it move. */
export class Changes {
	readonly at = new SvelteMap<string, number>();
	#known: ReadonlyMap<string, string> | undefined;

	/** `values` says by id what is drawn there. The first time nothing has changed. */
	compare(values: ReadonlyMap<string, string>): void {
		const known = this.#known;
		this.#known = values;
		const now = Date.now();
		for (const [id, at] of this.at) if (now - at > markedMs) this.at.delete(id);
		if (!known) return;
		for (const [id, value] of values) if (known.get(id) !== value) this.at.set(id, now);
	}
	/** Another machine is looked at: what differs is no change. */
	forget(): void {
		this.#known = undefined;
		this.at.clear();
	}
}
