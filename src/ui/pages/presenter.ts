/** What the text offers to run, in its order. */
const runButtons = () => [
	...document.querySelectorAll<HTMLButtonElement>(
		'[data-region="lesson"] :is(button.go, button.run):not(:disabled)',
	),
];

/**
 * A lesson before a class: large type, and the forward key (Page Down, as clickers send it) presses the next
 * Run button of the text, then goes on to the next step; the back key goes one step back.
 */
export function present(root: HTMLElement, go: (by: 1 | -1) => void): () => void {
	root.dataset['present'] = '';
	root.style.setProperty('--text-size', '24px');
	const pressed = new WeakSet<HTMLButtonElement>();
	const onKey = (event: KeyboardEvent) => {
		if (event.key !== 'PageDown' && event.key !== 'PageUp') return;
		event.preventDefault();
		event.stopPropagation();
		const next = runButtons().find((button) => !pressed.has(button));
		if (event.key === 'PageUp') return go(-1);
		if (!next) return go(1);
		pressed.add(next);
		next.scrollIntoView({ block: 'center' });
		next.click();
	};
	addEventListener('keydown', onKey, { capture: true });
	return () => removeEventListener('keydown', onKey, { capture: true });
}
