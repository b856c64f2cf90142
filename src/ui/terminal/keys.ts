/** F6 goes to the next pane, Shift+Tab to what stands before the terminal; neither is sent to the shell. */
export function leavesTerminal(event: KeyboardEvent): boolean {
	return event.key === 'F6' || (event.key === 'Tab' && event.shiftKey);
}

/**
 * Ctrl+V and Ctrl+C as everywhere on a page, where the latter is the shell's unless something is `selected`;
 * Ctrl+Shift+C and V, Ctrl+Insert and Shift+Insert, ⌘C and ⌘V: all that terminals elsewhere take.
 */
export function isClipboardKey(
	event: KeyboardEvent,
	selected = false,
): 'copy' | 'paste' | undefined {
	const { ctrlKey, shiftKey, metaKey, altKey, code } = event;
	if (altKey) return undefined;
	if (code === 'Insert' && ctrlKey !== shiftKey) return ctrlKey ? 'copy' : 'paste';
	if (ctrlKey === metaKey) return undefined;
	if (code === 'KeyV') return 'paste';
	return code === 'KeyC' && (shiftKey || metaKey || selected) ? 'copy' : undefined;
}
