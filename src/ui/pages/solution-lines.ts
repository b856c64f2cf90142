import { plainText } from '../../lesson/inline.ts';
import type { Block, Lesson, SolutionAction, Step } from '../../lesson/lesson.ts';
import { walkBlocks } from '../../lesson/walk-blocks.ts';
import { t } from '../i18n/locale.svelte.ts';

/** A step's solution as lines of a shell; what is no command stands behind a `#`. */
export function solutionLines(lesson: Lesson, step: Step): string[] {
	const several = lesson.terminals.length > 1;
	return step.solution.flatMap((action) => solutionLine(action, several) ?? []);
}

function solutionLine(action: SolutionAction, several: boolean): string | undefined {
	const words = t().lesson.actions;
	switch (action.do) {
		case 'type':
			return several ? `${action.text}    # ${action.on}` : action.text;
		case 'interrupt':
			return `# ${words.interrupt(action.on)}`;
		case 'requests':
			return `# ${action.running ? t().requests.start : t().requests.stop}`;
		case 'power':
			return `# ${action.on ? t().node.powerOn(action.node) : t().node.powerOff(action.node)}`;
		case 'answer':
			return `# ${action.field}: ${'value' in action ? action.value : action.sh.run}`;
		default:
			return undefined;
	}
}

/** The right options of the questions among the blocks. */
export function rightAnswers(blocks: readonly Block[]): string[] {
	const found: string[] = [];
	walkBlocks(blocks, (block) => {
		if (block.type === 'quiz' || block.type === 'predict')
			found.push(
				...block.options.filter((one) => one.correct).map((one) => plainText(one.children)),
			);
	});
	return found;
}
