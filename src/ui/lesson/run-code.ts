import type { CodeAction } from '../../lesson/lesson.ts';
import type { Playground } from '../state/playground.svelte.ts';

/** Does what a code's button says, in the terminal of the node it names, or of the lesson's first. */
export function runCode(
	playground: Playground,
	action: CodeAction,
	text: string,
	first: string,
): void {
	if (action.kind === 'copy') return;
	const node = action.on ?? first;
	if (action.kind === 'interrupt') void playground.terminals.interrupt(node);
	else void playground.terminals.run(text, node);
}
