import { plainText } from '../../lesson/inline.ts';
import type { Block } from '../../lesson/lesson.ts';

/** What the text calls this task; checks of answers and quizzes have only their question. */
export function taskName(blocks: readonly Block[], check: string): string {
	for (const block of blocks) {
		const [first] = block.type === 'task' && block.check === check ? block.active : [];
		if (first?.type === 'paragraph') return plainText(first.children);
	}
	return check;
}
