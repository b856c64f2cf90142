import type { Block } from './lesson.ts';

/** Visits blocks and everything inside them, in the order of the text. */
export function walkBlocks(blocks: readonly Block[], visit: (block: Block) => void): void {
	for (const block of blocks) {
		visit(block);
		if (block.type === 'list') for (const item of block.items) walkBlocks(item, visit);
		else if (block.type === 'task') walkBlocks([...block.active, ...block.done], visit);
		else if (block.type === 'quiz' || block.type === 'predict')
			walkBlocks([...block.question, ...block.feedback], visit);
		else if ('children' in block && block.type !== 'heading' && block.type !== 'paragraph')
			walkBlocks(block.children, visit);
	}
}
