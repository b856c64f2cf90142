import { lessons } from 'virtual:course';
import { words as bootWords } from '../boot/words.ts';
import { t } from '../i18n/locale.svelte.ts';
import { withoutPresenting, withPresenting } from '../pages/present/address.ts';
import { isSandbox } from '../pages/sandbox-lesson.ts';
import { linkTo, site } from '../pages/site.ts';
import { switchLocale } from '../pages/switch-locale.ts';
import { asked } from '../state/failures.svelte.ts';
import type { LessonParts } from '../state/lesson-parts.ts';
import { settings, themes } from '../state/settings.svelte.ts';
import { w } from './words.ts';

/** One line of the palette: a way to somewhere, or something that is done. */
export interface Command {
	id: string;
	group: 'page' | 'lessons' | 'found' | 'pages' | 'look';
	text: string;
	/** Smaller, behind it. */
	aside?: string;
	href?: string;
	run?: () => void;
}

/** `here`: the lesson in view, when there is one. */
export function commandsOf(here: LessonParts | undefined): Command[] {
	return [
		...(here ? [...lessonCommands(here), ...machineCommands(here)] : []),
		...lessonLinks(),
		...pageLinks(),
		...lookCommands(here),
	];
}

function machineCommands({ playground, view }: LessonParts): Command[] {
	const fresh: Command = {
		id: 'fresh',
		group: 'page',
		text: bootWords().freshAsk,
		run: () => (playground.asksFresh = true),
	};
	return [
		...(playground.boot.phase === 'running' ? [fresh] : []),
		...playground.state.pods.map(({ uid, name }): Command => ({
			id: `xray-${uid}`,
			group: 'page',
			text: w().xray(name),
			run: () => {
				view.xray = uid;
				if (view.size !== 'wide') view.pane = 'cluster';
			},
		})),
	];
}

function lessonCommands({ lesson }: LessonParts): Command[] {
	const { id, steps, text } = lesson.lesson;
	if (isSandbox(lesson.lesson)) return [];
	const locale = settings.locale;
	return [
		...steps.map((step, index): Command => ({
			id: `step-${step.id}`,
			group: 'page',
			text: w().step(index + 1, text[locale].steps[index]?.title ?? step.id),
			run: () => lesson.go(index),
		})),
		{ id: 'restart', group: 'page', text: w().restart, run: () => asked(lesson.restart()) },
		{
			id: 'print',
			group: 'page',
			text: w().print,
			href: `${linkTo(locale, { page: 'print' })}?lesson=${id}`,
		},
		{
			id: 'present',
			group: 'page',
			text: settings.presents ? t().settings.presentEnd : t().settings.present,
			href: settings.presents ? withoutPresenting() : withPresenting(),
		},
		{
			id: 'embed',
			group: 'page',
			text: w().embed,
			href: `${linkTo(locale, { page: 'teach' })}?lesson=${id}`,
		},
	];
}

function lessonLinks(): Command[] {
	return lessons.map(({ id, title }) => ({
		id: `lesson-${id}`,
		group: 'lessons',
		text: title[settings.locale],
		href: linkTo(settings.locale, { page: 'lesson', lesson: id }),
	}));
}

function pageLinks(): Command[] {
	const pages = ['map', 'sandbox', 'teach'] as const;
	const others = pages.filter((page) => page !== site.route?.page);
	return [
		...others.map((page): Command => ({
			id: `page-${page}`,
			group: 'pages',
			text: t().page.ways[page],
			href: linkTo(settings.locale, { page }),
		})),
		{
			id: 'progress',
			group: 'pages',
			text: w().progress,
			href: `${linkTo(settings.locale, { page: 'map' })}#progress`,
		},
	];
}

function lookCommands(here: LessonParts | undefined): Command[] {
	const layouts = ['split', 'text', 'picture', 'terminal', 'slide'] as const;
	const other = settings.locale === 'en' ? 'zh-CN' : 'en';
	return [
		{ id: 'language', group: 'look', text: w().language, run: () => asked(switchLocale(other)) },
		...themes.map((theme): Command => ({
			id: `theme-${theme}`,
			group: 'look',
			text: w().theme(t().settings.themes[theme]),
			run: () => (settings.theme = theme),
		})),
		...(here && !isSandbox(here.lesson.lesson) ? layouts : []).map((preset): Command => ({
			id: `layout-${preset}`,
			group: 'look',
			text: w().layout(t().page.presets[preset]),
			run: () => {
				if (here) here.view.preset = preset;
			},
		})),
		{
			id: 'shortcuts',
			group: 'look',
			text: w().shortcuts(settings.shortcuts),
			run: () => (settings.shortcuts = !settings.shortcuts),
		},
	];
}
