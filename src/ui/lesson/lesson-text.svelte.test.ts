import { flushSync, mount, unmount } from 'svelte';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import LessonStage from '../../../test/harness/LessonStage.svelte';
import type { Check } from '../../lesson/lesson.ts';
import { parseText } from '../../lesson/markdown.ts';
import type { CheckState } from '../../lesson/step-run.ts';
import type { LessonState } from '../state/lesson-state.svelte.ts';
import type { Playground } from '../state/playground.svelte.ts';
import { settings } from '../state/settings.svelte.ts';
import { solutionPart, Work } from '../state/work.svelte.ts';

const text = parseText(
	'en.md',
	`# T
<!-- step: one -->
## One
:::predict{#p after=gone}
What will be left?
- [ ] Two
- [x] One
+++
Because one went.
:::
:::task{check=gone}
Waiting for the end…
+++
Gone.
:::
`,
);
const action = { do: 'wait', check: 'gone' } as const;
const check: Check = {
	id: 'gone',
	probe: { probe: 'quiz', id: 'q' },
	mode: 'edge',
	needs: [],
	hold: 0,
	explain: [],
	weight: 1,
};
const steps = [...text.steps, ...text.steps];
const step = { id: 'one', optional: false, checks: [check], solution: [action], reset: [] };

/** A learner in this text; the page asks for no more. */
class Learner {
	predictions = $state<Record<string, number>>({});
	done = $state(false);
	work = $state.raw<Work | undefined>();
	readonly lesson = { steps: [step, step], text: { en: { steps }, 'zh-CN': { steps } } };
	check = (id: string) => ({ id, done: this.done }) as CheckState;
	text = () => text.steps[0];
}

function shown() {
	const learner = new Learner();
	const lesson = learner as unknown as LessonState;
	const playground = { boot: { phase: 'running' } } as unknown as Playground;
	const app = mount(LessonStage, {
		target: document.body,
		props: {
			lesson,
			playground,
			blocks: text.steps[0]?.blocks ?? [],
		},
	});
	flushSync();
	const words = () => {
		flushSync();
		return document.body.textContent.replaceAll(/\s+/g, ' ');
	};
	return { learner, words, close: () => unmount(app) };
}

describe('a prediction', () => {
	beforeEach(() => void (settings.locale = 'en'));
	const choose = (index: number) => {
		document.querySelectorAll<HTMLInputElement>('.predict input')[index]?.click();
		flushSync();
	};

	it('is noted, can be changed, and is compared when it has happened', async () => {
		const { learner, words, close } = shown();
		expect(words()).not.toContain('Because one went.');
		choose(1);
		choose(0);
		expect(words()).toContain('Noted.');
		learner.done = true;
		expect(words()).toContain('It went another way. Because one went.');
		expect(words()).toMatch(/Two your prediction.*One this happened/);
		const inputs = [...document.querySelectorAll<HTMLInputElement>('.predict input')];
		expect(inputs.every((input) => input.disabled)).toBe(true);
		await close();
	});

	it('says so when it was right, and nothing of the kind when nobody predicted', async () => {
		const one = shown();
		choose(1);
		one.learner.done = true;
		expect(one.words()).toContain('Just as you said.');
		await one.close();
		const two = shown();
		two.learner.done = true;
		expect(two.words()).toContain('Because one went.');
		expect(two.words()).not.toMatch(/Just as you said|another way/);
		await two.close();
	});
});

describe('the bar of what is done for the learner', () => {
	beforeEach(() => void vi.useFakeTimers());
	afterEach(() => void vi.useRealTimers());

	it('shows the share of the time, and what it waits for when nothing moves', async () => {
		settings.locale = 'en';
		const { learner, words, close } = shown();
		const part = (index: number, tookMs: number) => solutionPart({ ...step, tookMs }, index);
		const work = (learner.work = new Work('catch-up', [part(0, 3000), part(1, 1000)]));
		vi.advanceTimersByTime(3000);
		work.begin(1);
		work.doing(action, 0);
		expect(words()).toMatch(/Doing step 2 of 2….*about 1 s left/);
		expect(document.querySelector('progress')?.value).toBe(75);
		vi.advanceTimersByTime(9000);
		expect(words()).toContain('Still working. Waiting for the end…');
		work.end();
		await close();
	});
});
