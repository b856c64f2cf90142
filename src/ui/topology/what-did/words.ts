import { localized } from '../../i18n/locale.svelte.ts';

export const words = localized({
	en: {
		ask: 'What did that do?',
		askOf: (command: string) => `What did "${command}" do?`,
		title: 'What did that do?',
		close: 'Close',
		choose: 'Command',
		took: (node: string, ms: string) => `on ${node}, took ${ms}`,
		running: (node: string) => `on ${node}, still running`,
		exit: (code: number) => `exit code ${code}`,
		reading: 'Collecting…',
		still: 'What follows is added as it happens.',
		groups: {
			api: 'Calls to the API server',
			controllers: 'What components made of it',
			engine: 'Steps of the engines, down to the kernels',
			around: 'Around the same time',
		},
		about: {
			api: 'Writes by kubectl on this machine while the command ran.',
			controllers:
				'Writes about the objects it touched and what these own; Events have whole seconds.',
			engine: 'Kernel actions that name its Pods or containers. Open a step to see each of them.',
			around: 'Nothing says that the command was the cause. Background work looks like this.',
		},
		none: {
			api: 'It wrote nothing. Reads are not kept.',
			controllers: 'Nobody had anything to do.',
			engine: 'No kernel action names anything of it.',
			around: 'Nothing else.',
		},
		overlaps: 'Another command ran on this machine at the same time: its calls are among these.',
		steps: {
			network: 'network',
			cgroup: 'control group',
			files: 'files',
			layers: 'layers',
			start: 'process started',
			stop: 'process stopped',
			rules: 'packet rules',
			other: 'other',
		},
		actions: (count: number, ms: number) =>
			`${count} ${count === 1 ? 'action' : 'actions'}, ${ms} ms`,
		offset: (text: string) => `${text} after the command began`,
		lanes: 'When: one mark is one entry',
		until: (text: string) => `Looked at up to ${text} after it began.`,
	},
	'zh-CN': {
		ask: '刚才做了什么？',
		askOf: (command) => `“${command}” 做了什么？`,
		title: '刚才做了什么？',
		close: '关闭',
		choose: '命令',
		took: (node, ms) => `在 ${node} 上，用了 ${ms}`,
		running: (node) => `在 ${node} 上，还在运行`,
		exit: (code) => `退出码 ${code}`,
		reading: '正在收集…',
		still: '后续发生的会接着加进来。',
		groups: {
			api: '对 API 服务器的调用',
			controllers: '各个组件接着做了什么',
			engine: '引擎的步骤，一直到内核',
			around: '差不多同一时间',
		},
		about: {
			api: '命令运行期间，从这台机器的 kubectl 发出的写入。',
			controllers: '针对它动过的对象以及这些对象所拥有的对象的写入；事件的时间只精确到秒。',
			engine: '提到它的 Pod 或容器的内核动作。展开一步，就能逐条看到。',
			around: '没有证据说明是这条命令引起的。后台的工作就是这个样子。',
		},
		none: {
			api: '它什么也没有写入。读取不会保留。',
			controllers: '谁都不用动手。',
			engine: '没有内核动作提到与它有关的东西。',
			around: '没有别的了。',
		},
		overlaps: '同一时间，这台机器上还有另一条命令在运行：它的调用也混在这里面。',
		steps: {
			network: '网络',
			cgroup: '控制组',
			files: '文件',
			layers: '镜像层',
			start: '启动进程',
			stop: '停止进程',
			rules: '包过滤规则',
			other: '其他',
		},
		actions: (count, ms) => `${count} 个动作，${ms} 毫秒`,
		offset: (text) => `命令开始后 ${text}`,
		lanes: '时间：一个记号是一条记录',
		until: (text) => `看到命令开始后 ${text} 为止。`,
	},
});

/** `+12 ms`, `+3.4 s` */
export function offset(ms: number): string {
	return ms < 1000 ? `+${Math.round(ms)} ms` : `+${(ms / 1000).toFixed(ms < 10_000 ? 2 : 1)} s`;
}
