import { plainText } from '../../lesson/inline.ts';
import type { Block, Check } from '../../lesson/lesson.ts';
import { walkBlocks } from '../../lesson/walk-blocks.ts';

const firstWords = (blocks: readonly Block[]): string | undefined => {
	const [first] = blocks;
	return first?.type === 'paragraph' ? plainText(first.children) : undefined;
};

/** What the text calls this check: its task, or the question it asks. */
export function taskName(
	blocks: readonly Block[],
	{ id, probe }: Pick<Check, 'id' | 'probe'>,
): string {
	const names: (string | undefined)[] = [];
	walkBlocks(blocks, (block) => {
		if (block.type === 'task' && block.check === id) names.unshift(firstWords(block.active));
		else if (block.type === 'quiz' && probe.probe === 'quiz' && block.id === probe.id)
			names.push(firstWords(block.question));
		else if (block.type === 'answer' && probe.probe === 'answer' && block.field === probe.field)
			names.push(plainText(block.label));
	});
	return names.find((name) => name !== undefined) ?? id;
}

/** Answers and questions are one thing each: what was seen needs no name of its own. */
export const isQuestion = ({ probe }: Pick<Check, 'probe'>): boolean =>
	probe.probe === 'quiz' || probe.probe === 'answer';
