import { locales, type Locale } from '../../lesson/lesson.ts';
import type { LessonState } from '../state/lesson-state.svelte.ts';
import type { Playground } from '../state/playground.svelte.ts';
import type { Theme } from '../state/settings.svelte.ts';
import type { CallHandlers } from './frame-link.ts';

const manifestFile = '/root/applied.yaml';

/** What a course page's calls work on. */
export interface CallTargets {
	playground: Pick<Playground, 'pause' | 'terminals' | 'cluster'>;
	lesson: Pick<
		LessonState,
		'steps' | 'part' | 'lesson' | 'go' | 'restart' | 'restoreState' | 'saveState'
	>;
	settings: { theme: Theme; textSize: number };
	themes: readonly Theme[];
	switchLocale: (locale: Locale) => unknown;
	focus: () => void;
}

function nameOf<T extends string>(all: readonly T[], value: string, what: string): T {
	const found = all.find((one) => one === value);
	if (found === undefined) throw new Error(`"${value}" is no ${what}: ${all.join(', ')}`);
	return found;
}

/** What the page around a lesson may do in it; without `control` nothing to the machines. */
export function callHandlers(targets: CallTargets, control: boolean): CallHandlers {
	const { lesson, settings, themes, switchLocale, focus } = targets;
	const { pause } = targets.playground;
	const free: CallHandlers = {
		goto: (step) => {
			const ids = lesson.steps.map(({ id }) => id);
			lesson.go(lesson.part.first + ids.indexOf(nameOf(ids, step, 'step')));
		},
		reset: () => lesson.restart(),
		restore: (blob) => lesson.restoreState(blob),
		getState: () => {
			const blob = lesson.saveState();
			if (blob === undefined) throw new Error('what is done of this lesson is too long to be kept');
			return blob;
		},
		setLocale: (locale) => switchLocale(nameOf(locales, locale, 'language')),
		setTheme: (theme) => {
			settings.theme = nameOf(themes, theme, 'theme');
		},
		setFont: (pixels) => {
			if (!(pixels >= 12 && pixels <= 28)) throw new Error('a font has 12 to 28 pixels');
			settings.textSize = pixels;
		},
		pause: (why) => pause.pause(why === 'turn' ? 'turn' : 'host'),
		resume: () => pause.resume(),
		focus,
	};
	return control ? { ...free, ...controlling(targets) } : free;
}

/** What a host may do to the machines: typed before the learner's eyes, as everything. */
function controlling({ playground, lesson }: CallTargets): CallHandlers {
	const { terminals } = playground;
	const [first] = lesson.lesson.terminals;
	const name = first?.name ?? '';
	return {
		run: (command, terminal) => terminals.type(command, terminal ?? name),
		apply: async (yaml) => {
			const { cluster } = playground;
			if (!cluster || !first) throw new Error('the machines do not run');
			await cluster.putFile(first.on, manifestFile, yaml);
			await terminals.type(`kubectl apply -f ${manifestFile}`, name);
		},
	};
}
