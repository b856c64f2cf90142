const kept = 2000;

/** Which process started which, as far as the guests have told lately. */
export class ProcessParents {
	readonly #parents = new Map<string, number>();

	forked(node: string, pid: number, parent: number): void {
		this.#parents.set(`${node}/${pid}`, parent);
		if (this.#parents.size <= kept) return;
		const [oldest] = this.#parents.keys();
		if (oldest !== undefined) this.#parents.delete(oldest);
	}
	/** True when the process, or one that it descends from, is what is looked for. */
	descends(node: string, from: number, isAncestor: (pid: number) => boolean): boolean {
		let pid: number | undefined = from;
		for (let depth = 0; pid !== undefined && depth < 16; depth++) {
			if (isAncestor(pid)) return true;
			pid = this.#parents.get(`${node}/${pid}`);
		}
		return false;
	}
}
