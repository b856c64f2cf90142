import type { Block, CodeAction } from '../../lesson/lesson.ts';

/** A paragraph that is nothing but one command is drawn as a command line of its own. */
export function commandLine(block: Block): { text: string; action: CodeAction } | undefined {
	if (block.type !== 'paragraph' || block.children.length !== 1) return undefined;
	const [only] = block.children;
	return only?.type === 'code' && only.action
		? { text: only.text, action: only.action }
		: undefined;
}
