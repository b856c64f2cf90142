import type { LessonState } from './lesson-state.svelte.ts';
import type { Playground } from './playground.svelte.ts';
import type { View } from './view.svelte.ts';

/** What stands around a lesson may work with. */
export interface LessonParts {
	playground: Playground;
	lesson: LessonState;
	view: View;
}
