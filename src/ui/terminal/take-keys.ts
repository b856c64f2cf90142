/**
 * Gives the keys to a terminal, unless whoever reads the page is elsewhere: in a text field, on a control that was reached
 * by keys, outside of this document, or on a screen that would cover half the page with a keyboard.
 */
export function takeKeys(terminal: { focus: () => void }): void {
	const at = document.activeElement;
	const isElsewhere = at !== null && at !== document.body && at.matches(':focus-visible');
	if (isElsewhere || !document.hasFocus() || matchMedia('(pointer: coarse)').matches) return;
	terminal.focus();
}
