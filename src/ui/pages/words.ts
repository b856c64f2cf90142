import { localized } from '../i18n/locale.svelte.ts';

/** The words of every page but the lesson's. */
export const w = localized({
	en: {
		footer: {
			licence: (name: string) => `Texts: ${name}`,
			local: 'What you do here stays in this browser.',
			embed: 'Put a lesson into your course',
		},
		map: {
			lead: 'Containers and Kubernetes on real Linux machines, inside this browser tab. Type real commands; look at every layer below them.',
			promises: ['No account', 'No server', 'No timer'],
			picture: 'A ship in dry dock, cut open: the four parts of the course are its decks.',
			begin: 'Begin',
			goOn: 'Continue',
			again: 'Look at it again',
			next: (lesson: string, step: string) => (step === '' ? lesson : `${lesson}: ${step}`),
			done: (done: number, all: number) => `${done} of ${all} lessons done`,
			part: (number: number) => `Part ${number}`,
			minutes: (minutes: number) => `${minutes} min`,
			machines: (nodes: number) => (nodes === 1 ? '1 machine' : `${nodes} machines`),
			levels: { basic: 'basic', intermediate: 'intermediate', advanced: 'advanced' },
			runs: { linux: 'Linux', docker: 'Docker', kubernetes: 'Kubernetes' },
			after: 'Better after:',
			coming: 'coming',
			states: {
				none: 'not begun',
				partly: (done: number, all: number) => `${done} of ${all} steps done`,
				done: 'done',
				older: 'done in an older version',
			},
			print: 'Print this part',
		},
		progress: {
			title: 'Your progress',
			about:
				'It is kept in this browser and nowhere else. Save it as a file to take it to another one; what is there already is merged, and the better result stays.',
			memory: 'This browser does not let the page keep anything. Save the file before you leave.',
			save: 'Save as a file',
			load: 'Take in a file',
			merged: (lessons: number) =>
				lessons === 1 ? '1 lesson taken in.' : `${lessons} lessons taken in.`,
			refused: 'That is no file with progress.',
		},
		missing: {
			title: 'There is no such page',
			about: 'The address may have a typing error, or the lesson has another name by now.',
			ways: 'Where to go from here:',
			near: 'Perhaps you mean:',
		},
	},
	'zh-CN': {
		footer: {
			licence: (name) => `课文：${name}`,
			local: '你在这里做的一切都只留在这个浏览器里。',
			embed: '把一课放进你的课程',
		},
		map: {
			lead: '就在这个浏览器标签页里，用真的 Linux 机器学容器和 Kubernetes。敲真的命令，看它下面的每一层。',
			promises: ['不用注册', '没有服务器', '不限时间'],
			picture: '一艘剖开的船停在干船坞里：课程的四个部分就是它的四层甲板。',
			begin: '开始',
			goOn: '继续',
			again: '再看一遍',
			next: (lesson, step) => (step === '' ? lesson : `${lesson}：${step}`),
			done: (done, all) => `${all} 课，已完成 ${done} 课`,
			part: (number) => `第 ${number} 部分`,
			minutes: (minutes) => `${minutes} 分钟`,
			machines: (nodes) => `${nodes} 台机器`,
			levels: { basic: '入门', intermediate: '进阶', advanced: '高级' },
			runs: { linux: 'Linux', docker: 'Docker', kubernetes: 'Kubernetes' },
			after: '最好先学：',
			coming: '即将推出',
			states: {
				none: '还没有开始',
				partly: (done, all) => `${all} 步，已完成 ${done} 步`,
				done: '已完成',
				older: '完成的是旧版本',
			},
			print: '打印这一部分',
		},
		progress: {
			title: '你的进度',
			about:
				'进度只保存在这个浏览器里。存成文件，就能带到另一个浏览器；那里已有的进度会合并，留下较好的结果。',
			memory: '浏览器不让本页保存任何东西。离开之前请存成文件。',
			save: '存成文件',
			load: '读入文件',
			merged: (lessons) => `已读入 ${lessons} 课。`,
			refused: '这不是进度文件。',
		},
		missing: {
			title: '没有这个页面',
			about: '地址可能写错了，也可能这一课已经改名。',
			ways: '可以去这些地方：',
			near: '你要找的也许是：',
		},
	},
});
