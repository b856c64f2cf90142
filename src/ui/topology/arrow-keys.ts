/** Moves focus between the buttons of a group with the arrow keys; Tab enters and leaves the group. */
export function arrowKeys(group: HTMLElement): { destroy: () => void } {
	const buttons = () => [...group.querySelectorAll<HTMLButtonElement>('button')];
	const offsets: Record<string, number> = {
		ArrowRight: 1,
		ArrowDown: 1,
		ArrowLeft: -1,
		ArrowUp: -1,
	};
	function rove(current?: HTMLButtonElement) {
		const all = buttons();
		const one = current ?? all.find((button) => button.tabIndex === 0) ?? all[0];
		for (const button of all) button.tabIndex = button === one ? 0 : -1;
	}
	function onKey(event: KeyboardEvent) {
		const all = buttons();
		const index = all.indexOf(document.activeElement as HTMLButtonElement);
		const offset = offsets[event.key];
		if (offset === undefined || index === -1) return;
		event.preventDefault();
		const next = all[(index + offset + all.length) % all.length];
		rove(next);
		next?.focus();
	}
	const observer = new MutationObserver(() => rove());
	observer.observe(group, { childList: true, subtree: true });
	group.addEventListener('keydown', onKey);
	rove();
	return {
		destroy() {
			observer.disconnect();
			group.removeEventListener('keydown', onKey);
		},
	};
}
