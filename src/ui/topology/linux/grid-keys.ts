/** Moves focus between the buttons of a table by rows and columns; Tab enters and leaves it. */
export function gridKeys(table: HTMLTableElement): { destroy: () => void } {
	const rows = () =>
		[...table.tBodies].flatMap((body) =>
			[...body.rows].map((row) => [...row.querySelectorAll<HTMLButtonElement>('button')]),
		);
	function rove(current?: HTMLButtonElement) {
		const all = rows().flat();
		const one = current ?? all.find((button) => button.tabIndex === 0) ?? all[0];
		for (const button of all) button.tabIndex = button === one ? 0 : -1;
	}
	function target(key: string): HTMLButtonElement | undefined {
		const grid = rows();
		const row = grid.findIndex((one) => one.some((button) => button === document.activeElement));
		const column = grid[row]?.findIndex((button) => button === document.activeElement) ?? -1;
		const to: Record<string, [number, number]> = {
			ArrowUp: [row - 1, column],
			ArrowDown: [row + 1, column],
			ArrowLeft: [row, column - 1],
			ArrowRight: [row, column + 1],
			Home: [row, 0],
			End: [row, (grid[row]?.length ?? 1) - 1],
		};
		const [nextRow, nextColumn] = to[key] ?? [-1, -1];
		return grid[nextRow]?.[nextColumn];
	}
	function onKey(event: KeyboardEvent) {
		const next = target(event.key);
		if (!next) return;
		event.preventDefault();
		rove(next);
		next.focus();
	}
	const observer = new MutationObserver(() => rove());
	observer.observe(table, { childList: true, subtree: true });
	table.addEventListener('keydown', onKey);
	rove();
	return {
		destroy() {
			observer.disconnect();
			table.removeEventListener('keydown', onKey);
		},
	};
}
