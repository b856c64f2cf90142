import { locales } from '../../lesson/lesson.ts';
import type { FrameEvent, LessonReport, LessonStatus } from '../../api/embed.ts';
import { consoleLog, logged, reasonOf } from '../../util/log.ts';
import { switchLocale } from '../pages/switch-locale.ts';
import type { LessonState } from '../state/lesson-state.svelte.ts';
import type { Playground } from '../state/playground.svelte.ts';
import { settings, themes } from '../state/settings.svelte.ts';
import { isCmi5Launch, startCmi5 } from './cmi5.ts';
import { FrameLink, type CallHandlers } from './frame-link.ts';
import type { EmbedParameters } from './parameters.ts';
import { Turn } from './turn.ts';
import { whenAway } from './when-in-view.ts';

/** What a learning platform promises to keep, at least (SCORM 1.2). */
const mostStateBytes = 4096;
const manifestFile = '/root/applied.yaml';

const nameOf = <T extends string>(all: readonly T[], value: string, what: string): T => {
	const found = all.find((one) => one === value);
	if (found === undefined) throw new Error(`"${value}" is no ${what}: ${all.join(', ')}`);
	return found;
};

/** A lesson in a frame, between its course page and the learner. */
export class EmbedSession {
	/** The page around, once it has connected. */
	origin = $state.raw<string | undefined>();
	/** The learner lets the progress be sent. */
	sending: 'yes' | 'ask' | 'no' = $state('yes');
	/** Why a launching platform does not take the progress. */
	refused = $state('');
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
		const aside = () => {
			pause.pause().catch(logged(consoleLog, 'embed', 'the machines do not pause'));
		};
		const turn = new Turn(aside);
		const stops = [
			() => turn.close(),
			() => this.#link.stop(),
			whenAway(frame, aside),
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
		const blob = this.#lesson.saveState();
		if (blob.length <= mostStateBytes) this.#link.send({ type: 'state', blob });
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
		const [lesson, { pause }] = [this.#lesson, this.#playground];
		const free: CallHandlers = {
			goto: (step) => {
				const ids = lesson.steps.map(({ id }) => id);
				lesson.go(lesson.part.first + ids.indexOf(nameOf(ids, step, 'step')));
			},
			reset: () => lesson.restart(),
			restore: (blob) => lesson.restoreState(blob),
			getState: () => lesson.saveState(),
			setLocale: (locale) => switchLocale(nameOf(locales, locale, 'language')),
			setTheme: (theme) => {
				settings.theme = nameOf(themes, theme, 'theme');
			},
			setFont: (pixels) => {
				if (!(pixels >= 12 && pixels <= 28)) throw new Error('a font has 12 to 28 pixels');
				settings.textSize = pixels;
			},
			pause: () => pause.pause(),
			resume: () => pause.resume(),
			focus: () => document.querySelector<HTMLElement>('[data-region="lesson"]')?.focus(),
		};
		return this.#parameters.control ? { ...free, ...this.#control() } : free;
	}
	/** What a host may do to the machines: typed before the learner's eyes, as everything. */
	#control(): CallHandlers {
		const { terminals } = this.#playground;
		const first = () => this.#lesson.lesson.terminals[0]?.name ?? '';
		return {
			run: (command, terminal) => terminals.type(command, terminal ?? first()),
			apply: async (yaml) => {
				const { cluster } = this.#playground;
				const on = this.#lesson.lesson.terminals[0]?.on;
				if (!cluster || on === undefined) throw new Error('the machines do not run');
				await cluster.putFile(on, manifestFile, yaml);
				await terminals.type(`kubectl apply -f ${manifestFile}`, first());
			},
		};
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
