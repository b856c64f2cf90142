import { localized } from '../i18n/locale.svelte.ts';

export const words = localized({
	en: {
		ownTab: 'Open in its own tab',
		reports: (origin: string) => `Progress is sent to ${origin}`,
		reportsHere: 'Progress is sent to the page around this lesson',
		ask: (origin: string) => `${origin} would like to see your progress.`,
		allow: 'Send it',
		stop: 'Do not send',
		stopped: 'Progress is not sent any more.',
		forged:
			'Scores are computed in your browser and can be forged. They are for practice, not for exams.',
		partitioned: 'Progress is saved for this course page only.',
		launchRefused: (why: string) =>
			`The learning platform does not take your progress: ${why}. Start the lesson from there once more.`,
		outgrown:
			'You have done more here than a course page promises to keep: where you are is not saved there. Your score still is.',
		unknownLesson: (id: string) => `There is no lesson “${id}” here.`,
		chooseLesson: 'Choose a lesson',
	},
	'zh-CN': {
		ownTab: '在新标签页中打开',
		reports: (origin: string) => `进度会发送给 ${origin}`,
		reportsHere: '进度会发送给外面的课程页面',
		ask: (origin: string) => `${origin} 想看到你的进度。`,
		allow: '发送',
		stop: '不发送',
		stopped: '不再发送进度。',
		forged: '分数是在你的浏览器里算出来的，可以伪造：适合练习，不适合考试。',
		partitioned: '进度只为这个课程页面保存。',
		launchRefused: (why: string) => `学习平台没有接收你的进度：${why}。请从那里重新打开这一课。`,
		outgrown: '你在这里做的比课程页面保证能存的还多：做到哪一步不会存在那里，分数照样会。',
		unknownLesson: (id: string) => `这里没有“${id}”这一课。`,
		chooseLesson: '选择一课',
	},
});
