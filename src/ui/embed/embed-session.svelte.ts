import type { FrameEvent, LessonReport, LessonStatus } from '../../api/embed.ts';
import { mostStateCharacters } from '../../lesson/saved-state.ts';
import { consoleLog, logged, reasonOf } from '../../util/log.ts';
import { switchLocale } from '../pages/switch-locale.ts';
import type { LessonState } from '../state/lesson-state.svelte.ts';
import type { PauseReason } from '../state/pause.svelte.ts';
import type { Playground } from '../state/playground.svelte.ts';
import { settings, themes } from '../state/settings.svelte.ts';
import { callHandlers } from './calls.ts';
import { isCmi5Launch, startCmi5 } from './cmi5.ts';
import { FrameLink, type CallHandlers } from './frame-link.ts';
import type { EmbedParameters } from './parameters.ts';
import { Turn } from './turn.ts';
import { whenAway } from './when-in-view.ts';

const tooLong = {
	code: 'state-too-long',
	text: `what is done of this lesson does not fit into ${mostStateCharacters} characters`,
	recoverable: true,
};

/** A lesson in a frame, between its course page and the learner. */
export class EmbedSession {
	/** The page around, once it has connected. */
	origin = $state.raw<string | undefined>();
	/** The learner lets the progress be sent. */
	sending: 'yes' | 'ask' | 'no' = $state('yes');
	/** Why a launching platform does not take the progress. */
	refused = $state('');
	/** What is done is more than a learning platform keeps. */
	outgrown = $state(false);
	readonly #playground: Playground;
	readonly #lesson: LessonState;
	readonly #parameters: EmbedParameters;
	readonly #link: FrameLink;

	constructor(playground: Playground, lesson: LessonState, parameters: EmbedParameters) {
		this.#playground = playground;
		this.#lesson = lesson;
		this.#parameters = parameters;
		this.sending = ({ on: 'yes', ask: 'ask', off: 'no' } as const)[parameters.report];
		this.#link = new FrameLink({
			window,
			hosts: parameters.hosts,
			handlers: this.#handlers(),
			welcome: () => this.#welcome(),
			onConnect: (origin) => (this.origin = origin),
		});
	}
	/** Called inside an effect root: tells and listens until the returned function is called. */
	start(frame: HTMLElement): () => void {
		const { pause } = this.#playground;
		const aside = (why: PauseReason) => {
			pause.pause(why).catch(logged(consoleLog, 'embed', 'the machines do not pause'));
		};
		const turn = new Turn(() => aside('turn'));
		const stops = [
			() => turn.close(),
			() => this.#link.stop(),
			whenAway(frame, () => aside('away')),
			this.#lesson.onReport((report) => this.#report(report)),
			this.#tellHeight(frame),
			this.#tellLeaving(frame),
		];
		if (isCmi5Launch(location.search)) this.#reportToPlatform();
		this.#link.start();
		$effect(() => {
			const state = this.status;
			if (state === 'booting' || state === 'ready') turn.take();
			this.#link.send({ type: 'status', state });
		});
		$effect(() => this.#tellBoot());
		return () => {
			for (const stop of stops) stop();
		};
	}
	get status(): LessonStatus {
		const { boot, pause } = this.#playground;
		if (pause.paused) return 'paused';
		if (boot.phase === 'failed') return 'error';
		if (boot.phase === 'running') return 'ready';
		return boot.phase === 'idle' ? 'idle' : 'booting';
	}

	#reportToPlatform(): void {
		const refused = (error: unknown) => {
			consoleLog.warn('embed', 'the platform does not take the progress', error);
			this.refused = reasonOf(error);
		};
		startCmi5((listener) => this.#lesson.onReport(listener), refused).catch(refused);
	}
	#report(report: LessonReport): void {
		if (this.sending !== 'yes') return;
		this.#link.send(report);
		if (report.type !== 'step-complete') return;
		this.#tellState();
	}
	/** A lesson with so many steps that nobody promises to keep them says so, to the learner too. */
	#tellState(): void {
		const blob = this.#lesson.saveState();
		this.outgrown = blob === undefined;
		if (blob !== undefined) this.#link.send({ type: 'state', blob });
		else this.#link.send({ type: 'error', ...tooLong });
	}
	#welcome(): Extract<FrameEvent, { type: 'welcome' }> {
		const { lesson } = this.#lesson;
		return {
			type: 'welcome',
			lesson: lesson.id,
			version: lesson.version,
			steps: this.#lesson.steps.map((step) => step.id),
			locale: settings.locale,
			caps: Object.keys(this.#handlers()),
		};
	}
	#handlers(): CallHandlers {
		const [playground, lesson] = [this.#playground, this.#lesson];
		const focus = () => document.querySelector<HTMLElement>('[data-region="lesson"]')?.focus();
		const targets = { playground, lesson, settings, themes, switchLocale, focus };
		return callHandlers(targets, this.#parameters.control);
	}
	#tellBoot(): void {
		const { boot } = this.#playground;
		const downloads = [...boot.downloads.values()];
		const sum = (field: 'bytes' | 'total') => downloads.reduce((all, one) => all + one[field], 0);
		const { failure } = boot;
		if (boot.phase === 'booting')
			this.#link.send({
				type: 'boot',
				phase: boot.phase,
				fraction: Math.round(boot.fraction * 100) / 100,
				text: boot.preparing,
				bytes: sum('bytes'),
				total: sum('total'),
			});
		if (failure)
			this.#link.send({
				type: 'error',
				code: failure.reason,
				text: failure.message,
				recoverable: failure.reason === 'download' || failure.reason === 'scene',
			});
	}
	#tellHeight(frame: HTMLElement): () => void {
		const observer = new ResizeObserver(() => {
			const height = Math.ceil(frame.scrollHeight);
			this.#link.send({ type: 'resize', height });
			if (this.#parameters.lms)
				window.parent.postMessage({ subject: 'lti.frameResize', height }, '*');
		});
		observer.observe(frame);
		return () => observer.disconnect();
	}
	/** Escape twice, or Shift+Tab at the very beginning, gives the keys back to the page around. */
	#tellLeaving(frame: HTMLElement): () => void {
		let escaped = 0;
		const onKey = (event: KeyboardEvent) => {
			if (event.key === 'Escape') {
				if (event.timeStamp - escaped < 600)
					this.#link.send({ type: 'focus-exit', direction: 'backward' });
				escaped = event.timeStamp;
			} else if (event.key === 'Tab' && event.shiftKey && isFirst(frame, event.target))
				this.#link.send({ type: 'focus-exit', direction: 'backward' });
		};
		addEventListener('keydown', onKey);
		return () => removeEventListener('keydown', onKey);
	}
}

function isFirst(frame: HTMLElement, target: EventTarget | null): boolean {
	return frame.querySelector('a[href], button:not(:disabled), [tabindex="0"]') === target;
}
