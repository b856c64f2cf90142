import { localized } from '../i18n/locale.svelte.ts';
import { settings } from '../state/settings.svelte.ts';

/** Words of the frame around the pictures. */
export const words = localized({
	en: {
		views: {
			processes: 'Processes',
			namespaces: 'Namespaces',
			cgroups: 'cgroups',
			layers: 'Layers',
			network: 'Network',
			nodes: 'Nodes',
			rollout: 'Rollout',
			service: 'Service',
			loop: 'Control loop',
			charts: 'Charts',
			browser: 'Browser',
		},
		groups: { linux: 'Linux', kubernetes: 'Kubernetes', browser: 'Browser' },
		group: 'Kind of picture',
		view: 'Picture',
		table: 'Table',
		asTable: 'The same as a table',
		node: 'Machine',
		loading: 'Loading the picture…',
		failed: 'The picture could not be loaded.',
		again: 'Try again',
		soon: 'This picture is not in this build.',
		replay: (time: string) => `Replay: the cluster as it was at ${time}`,
		replayNote: 'CPU, memory and requests are those of now.',
		back: 'Back to now',
		pods: (count: number) => `Pods (${count})`,
		services: (count: number) => `Services (${count})`,
		nodes: (count: number) => `Machines (${count})`,
		replicaSets: (count: number) => `ReplicaSets (${count})`,
		readyOverTime: 'Ready endpoints',
		rolloutSummary: (name: string, ready: number, desired: number, phase: string) =>
			`Deployment ${name}: ${ready} of ${desired} ready, ${phase}.`,
		noDeployment: 'No Deployment.',
		requested: 'requested',
		used: 'used',
		nothingRequested: 'nothing requested',
		ofAllocatable: (requested: string, allocatable: string) =>
			`${requested} of ${allocatable} requested`,
		more: (count: number) => `${count} more`,
		readyTimeline: (service: string, lowest: string) =>
			`Ready endpoints of ${service}, last 90 s. ${lowest}`.trim(),
		promised: (least: number) => `promised: at least ${least}`,
		gapExpected: 'Recreate: an outage is expected',
		gapAllowed: 'the strategy allows an outage',
		lowestNow: (count: number) => `lowest in this rollout: ${count}`,
		lowestLast: (count: number) => `lowest in the last rollout: ${count}`,
		seconds: (count: number) => `−${count} s`,
		now: 'now',
		legend: {
			requested: 'bracket at the gauge: what Pods have requested',
			container:
				'small squares: containers (full ready, half running, dashed waiting, crossed failed)',
			rope: 'line from a Service: gets its requests; dotted: not ready',
			floor: 'bracket: fewest ready Pods that the strategy allows',
			ceiling: 'bracket: most Pods that the strategy allows',
			wanted: 'dashed place: wanted, not there yet',
			timeline: 'steps: ready endpoints; dashed line: the fewest that the rollout promised',
		},
		silence: {
			since: (seconds: string, time: string) => `Silent for ${seconds}, since ${time}.`,
			belief: {
				ready: 'Kubernetes still believes that it is Ready.',
				'not-ready': 'Kubernetes has missed it and calls it NotReady.',
				'given-up': 'Kubernetes has told its Pods to go; nobody can confirm that they have ended.',
			},
			ofNode: (node: string, time: string) => `${node} has been silent since ${time}.`,
			believed: (state: string, api: string) => `${state}; API: ${api}`,
		},
		card: {
			events: 'Events',
			noEvents: 'No events.',
			yaml: 'YAML',
			edit: 'Edit…',
			xray: 'X-ray',
			xrayOf: (pod: string) => `X-ray of ${pod}: down to the kernel`,
			times: (count: number) => `×${count}`,
			ago: (text: string) => `${text} ago`,
			gone: 'It is no longer there.',
		},
	},
	'zh-CN': {
		views: {
			processes: '进程',
			namespaces: '命名空间',
			cgroups: 'cgroup',
			layers: '镜像层',
			network: '网络',
			nodes: '节点',
			rollout: '滚动更新',
			service: 'Service',
			loop: '控制循环',
			charts: '曲线',
			browser: '浏览器',
		},
		groups: { linux: 'Linux', kubernetes: 'Kubernetes', browser: '浏览器' },
		group: '哪一类图',
		view: '图',
		table: '表格',
		asTable: '以表格显示同样的内容',
		node: '机器',
		loading: '正在载入这张图…',
		failed: '这张图没有载入成功。',
		again: '再试一次',
		soon: '这个版本里没有这张图。',
		replay: (time) => `回放：集群在 ${time} 的样子`,
		replayNote: 'CPU、内存和请求仍是现在的。',
		back: '回到现在',
		pods: (count) => `Pod（${count}）`,
		services: (count) => `Service（${count}）`,
		nodes: (count) => `机器（${count}）`,
		replicaSets: (count) => `ReplicaSet（${count}）`,
		readyOverTime: '就绪端点',
		rolloutSummary: (name, ready, desired, phase) =>
			`Deployment ${name}：期望 ${desired} 个，就绪 ${ready} 个，${phase}。`,
		noDeployment: '没有 Deployment。',
		requested: '已请求',
		used: '已使用',
		nothingRequested: '没有请求',
		ofAllocatable: (requested, allocatable) => `已请求 ${requested}，可分配 ${allocatable}`,
		more: (count) => `还有 ${count} 个`,
		readyTimeline: (service, lowest) => `最近 90 秒 ${service} 的就绪端点。${lowest}`,
		promised: (least) => `保证：至少 ${least} 个`,
		gapExpected: 'Recreate：中断在预料之中',
		gapAllowed: '这个策略允许中断',
		lowestNow: (count) => `这次更新中最低：${count}`,
		lowestLast: (count) => `上次更新中最低：${count}`,
		seconds: (count) => `−${count} 秒`,
		now: '现在',
		legend: {
			requested: '标尺旁的括号：Pod 请求了多少',
			container: '小方块：容器（实心就绪，半满运行中，虚线等待，斜线出错）',
			rope: '从 Service 出来的线：会收到请求；点线：未就绪',
			floor: '括号：更新策略允许的最少就绪 Pod 数',
			ceiling: '括号：更新策略允许的最多 Pod 数',
			wanted: '虚线位置：期望有，但还没来',
			timeline: '台阶：就绪端点数；虚线：这次更新保证的最少个数',
		},
		silence: {
			since: (seconds, time) => `从 ${time} 起没有音讯，已经 ${seconds}。`,
			belief: {
				ready: 'Kubernetes 仍以为它就绪。',
				'not-ready': 'Kubernetes 已经发觉，把它标为 NotReady。',
				'given-up': 'Kubernetes 已让它的 Pod 退出；是否真的结束，没有人能证实。',
			},
			ofNode: (node, time) => `${node} 从 ${time} 起没有音讯。`,
			believed: (state, api) => `${state}；API：${api}`,
		},
		card: {
			events: '事件',
			noEvents: '没有事件。',
			yaml: 'YAML',
			edit: '编辑…',
			xray: '透视',
			xrayOf: (pod) => `透视 ${pod}：一直看到内核`,
			times: (count) => `×${count}`,
			ago: (text) => `${text}前`,
			gone: '它已经不在了。',
		},
	},
});

/** `10:23:05`, as people write it where the page's language is spoken. */
export function timeOfDay(ms: number): string {
	return new Intl.DateTimeFormat(settings.locale, { timeStyle: 'medium', hourCycle: 'h23' }).format(
		ms,
	);
}

/** `12s`, `5m`, `2h`: an age as kubectl prints it. */
export function age(ms: number): string {
	const seconds = Math.max(0, Math.round(ms / 1000));
	if (seconds < 120) return `${seconds}s`;
	return seconds < 7200 ? `${Math.floor(seconds / 60)}m` : `${Math.floor(seconds / 3600)}h`;
}
