const order = ['lesson', 'picture', 'terminal'];

/** F6: moves the focus to the next pane; the terminal takes it in its shell. */
export function nextRegion(step: 1 | -1): void {
	const regions = order.flatMap((name) => {
		const found = document.querySelector<HTMLElement>(`[data-region="${name}"]`);
		return found && getComputedStyle(found).visibility === 'visible' ? [found] : [];
	});
	const index = regions.findIndex((region) => region.contains(document.activeElement));
	const next = regions[(index + step + regions.length) % regions.length];
	// Who types into the command box has no use for the terminal's own keys.
	const box = next?.querySelector<HTMLElement>('input[data-command-box]');
	const shell = next?.querySelector<HTMLElement>('.view.shown textarea');
	const target = box ?? shell ?? next?.querySelector<HTMLElement>('[tabindex="0"]') ?? next;
	target?.focus();
}
