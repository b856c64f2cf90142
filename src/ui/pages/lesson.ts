import { loadLesson } from 'virtual:course';
import { mount } from 'svelte';
import App from '../App.svelte';
import type { CreateCluster } from '../state/playground.svelte.ts';
import { rangeOf } from '../embed/parameters.ts';
import { site } from './site.ts';

/** The step that is being read in the static text, and how far below its beginning. */
function reading(scroller: Element | null): { step: string; offset: number } | undefined {
	if (!scroller || scroller.scrollTop === 0) return undefined;
	const top = scroller.getBoundingClientRect().top;
	const steps = [...scroller.querySelectorAll('.reading-step')];
	const step = steps.findLast((one) => one.getBoundingClientRect().top <= top + 8);
	return step && { step: step.id, offset: top - step.getBoundingClientRect().top };
}

/** Puts the live lesson where its text stands. Nothing is taken away before everything is there. */
export async function start(target: HTMLElement, createCluster: CreateCluster): Promise<void> {
	const id = site.route?.lesson ?? '';
	const lesson = await loadLesson[id]?.();
	if (!lesson) throw new Error(`there is no lesson "${id}"`);
	const parameters = new URLSearchParams(location.search);
	const before = reading(target.querySelector('.scroll'));
	const wanted = before?.step ?? parameters.get('step') ?? location.hash.slice(1);
	const step = Math.max(
		0,
		lesson.steps.findIndex((one) => one.id === wanted),
	);
	target.replaceChildren();
	mount(App, {
		target,
		props: {
			lesson,
			createCluster,
			step,
			steps: rangeOf(parameters.get('steps')),
			presents: parameters.has('present'),
			offersSolutions: parameters.get('solution') !== 'hide',
			boot: parameters.get('boot') === 'click' ? 'click' : 'auto',
		},
	});
	const scroller = before && step > 0 && target.querySelector('[data-region="lesson"] .scroll');
	if (scroller) scroller.scrollTop = before.offset;
}
