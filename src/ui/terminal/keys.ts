/** F6 goes to the next pane, Shift+Tab to what stands before the terminal; neither is sent to the shell. */
export function leavesTerminal(event: KeyboardEvent): boolean {
	return event.key === 'F6' || (event.key === 'Tab' && event.shiftKey);
}

/** Ctrl+Shift+C and V, Ctrl+Insert and Shift+Insert, ⌘C and ⌘V: all that terminals elsewhere take. */
export function isClipboardKey(event: KeyboardEvent): 'copy' | 'paste' | undefined {
	const { ctrlKey, shiftKey, metaKey, altKey, code } = event;
	if (altKey) return undefined;
	if (code === 'Insert' && ctrlKey !== shiftKey) return ctrlKey ? 'copy' : 'paste';
	const chord = (ctrlKey && shiftKey) || (metaKey && !ctrlKey);
	if (!chord) return undefined;
	if (code === 'KeyC') return 'copy';
	return code === 'KeyV' ? 'paste' : undefined;
}
