import { localized } from '../../i18n/locale.svelte.ts';

/** Words of the machine on the front page. */
export const heroWords = localized({
	en: {
		recorded: 'Recorded. Yours starts here in a few seconds.',
		picture:
			'The processes of the machine: the container’s nginx is process 1 inside, and has another number outside.',
		start: 'Start a real machine here',
		size: '9.7 MB to download, once.',
		live: 'A Linux machine of yours',
		try: 'Try:',
		run: (command: string) => `Run: ${command}`,
		end: 'Switch it off',
		machine: 'A machine to try',
	},
	'zh-CN': {
		recorded: '这是录像。你自己的机器几秒钟就能在这里启动。',
		picture: '机器的进程：容器里的 nginx 在里面是 1 号，在外面是另一个编号。',
		start: '在这里启动一台真的机器',
		size: '要下载 9.7 MB，只需一次。',
		live: '你的一台 Linux 机器',
		try: '试试：',
		run: (command) => `运行：${command}`,
		end: '关掉它',
		machine: '一台可以试的机器',
	},
});
