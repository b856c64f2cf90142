import { failures } from '../../state/failures.svelte.ts';
import type { LessonParts } from '../../state/lesson-parts.ts';
import { KeyStrip } from './key-strip.svelte.ts';

/** What the forward key does next. */
export type Next =
	| { do: 'run'; command: string }
	/** Machines start, or something is being done for the learner: nothing can be typed yet. */
	| { do: 'wait' }
	| { do: 'step' }
	| { do: 'nothing' };

const textPane = '[data-region="lesson"]';

/** What the text offers to run, in its order; what is folded away is not offered. */
const runButtons = () =>
	[
		...document.querySelectorAll<HTMLButtonElement>(`${textPane} :is(button.go, button.run)`),
	].filter((button) => button.checkVisibility());

const commandOf = (button: HTMLElement) =>
	(button.querySelector('code') ?? button.closest('.block')?.querySelector('code'))?.textContent ??
	'';

/**
 * A lesson before a class. The forward key (Page Down, as clickers send it) presses the next Run button of the
 * text, then goes on to the next step; the back key goes one step back.
 */
export class Presenter {
	next = $state.raw<Next>({ do: 'wait' });
	readonly keys = new KeyStrip();
	readonly parts: LessonParts;
	/** What is to be known about this lesson here. */
	readonly notices: () => readonly string[];
	readonly #pressed = new WeakSet<HTMLButtonElement>();

	constructor(parts: LessonParts, notices: () => readonly string[]) {
		this.parts = parts;
		this.notices = notices;
	}
	/** Something waits in the notes that is not for the class: what failed, a machine that is ill, earlier steps. */
	get calls(): boolean {
		const { lesson, playground } = this.parts;
		const { boot, ill, pause } = playground;
		if (failures.said !== '' || lesson.work?.kind === 'catch-up') return true;
		const missing = lesson.missed.length > 0 && !lesson.earlier.declined;
		return boot.phase === 'running' && (pause.paused || ill.length > 0 || missing);
	}
	/** Listens to the keys of a window until the answer is called; the notes may have one of their own. */
	listen(target: Window): () => void {
		const onKey = (event: KeyboardEvent) => {
			this.keys.press(event);
			if (event.key !== 'PageDown' && event.key !== 'PageUp') return;
			event.preventDefault();
			event.stopPropagation();
			if (event.key === 'PageDown') this.forward();
			else this.back();
		};
		target.addEventListener('keydown', onKey, { capture: true });
		return () => target.removeEventListener('keydown', onKey, { capture: true });
	}
	/** Follows what the text offers. */
	watch(): () => void {
		const look = () => (this.next = this.#look());
		const observer = new MutationObserver(look);
		const pane = document.querySelector(textPane) ?? document.body;
		const filter = ['disabled', 'open'];
		observer.observe(pane, { subtree: true, childList: true, attributeFilter: filter });
		look();
		return () => observer.disconnect();
	}
	forward(): void {
		const { next } = this;
		if (next.do === 'step') this.parts.lesson.go(this.parts.lesson.index + 1);
		if (next.do !== 'run') return;
		const button = this.#open()[0];
		if (!button) return;
		this.#pressed.add(button);
		button.scrollIntoView({ block: 'center' });
		button.click();
		this.next = this.#look();
	}
	back(): void {
		this.parts.lesson.go(this.parts.lesson.index - 1);
	}
	#open(): HTMLButtonElement[] {
		return runButtons().filter((button) => !this.#pressed.has(button));
	}
	#look(): Next {
		const { lesson, playground } = this.parts;
		const [first] = this.#open();
		if (first && !first.disabled) return { do: 'run', command: commandOf(first) };
		if (first && (playground.boot.working || lesson.work !== undefined)) return { do: 'wait' };
		return { do: lesson.isLast ? 'nothing' : 'step' };
	}
}
