import type { CodeAction } from '../../lesson/lesson.ts';
import type { Playground } from '../state/playground.svelte.ts';
import { asked } from '../state/failures.svelte.ts';

/** Does what a code's button says, in the terminal of the node it names, or of the lesson's first. */
export function runCode(
	playground: Playground,
	action: CodeAction,
	text: string,
	first: string,
): void {
	if (action.kind === 'copy') return;
	const node = action.on ?? first;
	if (action.kind === 'interrupt') asked(playground.terminals.interrupt(node));
	else asked(playground.terminals.run(text, node));
}
