import { localized } from '../i18n/locale.svelte.ts';

/** Words beside the lesson's text: current task, drawers, the ladder of help, the end of a lesson. */
export const words = localized({
	en: {
		now: 'Current task',
		allTasks: 'All tasks of this step are done.',
		nextStep: 'Next step',
		toText: 'Read the task',
		tools: 'Notes',
		cheats: 'Cheat sheet',
		cheatsHere: 'This lesson',
		noCheats: 'This lesson has no cheat sheet.',
		glossary: 'Glossary',
		search: 'Find a word',
		noWord: 'No such word here.',
		close: 'Close',
	},
	'zh-CN': {
		now: '当前任务',
		allTasks: '这一步的任务都完成了。',
		nextStep: '下一步',
		toText: '看任务原文',
		tools: '笔记',
		cheats: '速查表',
		cheatsHere: '本课',
		noCheats: '本课没有速查表。',
		glossary: '术语表',
		search: '查找术语',
		noWord: '这里没有这个词。',
		close: '关闭',
	},
});
