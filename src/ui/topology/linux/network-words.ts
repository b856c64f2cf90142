import { localized } from '../../i18n/locale.svelte.ts';

const plural = (count: number, one: string, many: string) => `${count} ${count === 1 ? one : many}`;

/** Words of the picture of networks. */
export const networkWords = localized({
	en: {
		title: (node: string) => `Network of ${node}`,
		summary: (node: string, spaces: number, cables: number, rules: number) =>
			`${node}: ${plural(spaces, 'network namespace', 'network namespaces')} besides its own, ${plural(cables, 'cable', 'cables')}, ${plural(rules, 'rewriting rule', 'rewriting rules')}.`,
		space: (name: string) => `Network namespace ${name}`,
		describe: (name: string, state: string, addresses: string) =>
			`Interface ${name}, ${state}${addresses === '' ? '' : `, ${addresses}`}`,
		up: 'up',
		down: 'down',
		noCarrier: 'no carrier',
		unplugged: 'not plugged in',
		noAddress: 'no address',
		gateway: (via: string) => `default via ${via}`,
		noRoute: 'no default route',
		listens: 'listens on',
		bridge: 'bridge',
		floor: 'In no bridge',
		own: 'The machine’s own network',
		gate: 'Gate',
		gateWords: 'What rewrites addresses here',
		rule: (chain: string, match: string, to: string, packets: number) =>
			`${chain}: ${match} ${to}, ${plural(packets, 'packet', 'packets')}`,
		packets: (count: number) => plural(count, 'packet', 'packets'),
		anything: 'everything',
		actions: {
			dnat: 'to',
			redirect: 'to',
			snat: 'from',
			masquerade: 'from this machine’s address',
			drop: 'dropped',
			reject: 'refused',
		},
		closed: (chains: string) => `Closed unless a rule opens it: ${chains}`,
		folded: (count: number) =>
			`+ ${plural(count, 'rule', 'rules')} of kube-proxy and the Pod network`,
		noRules: 'Nothing rewrites addresses.',
		noSpaces: 'No network namespace besides the machine’s own.',
		spare: (count: number) =>
			`+ ${plural(count, 'empty one', 'empty ones')}, made in advance by the engine`,
		noProgram: 'no process',
		wire: 'The switch between the machines',
		legend: {
			cable: 'veth pair: one cable, two ends',
			dead: 'cable with an end that is down',
			bridge: 'bridge: a switch inside the machine',
			socket: 'interface: plugged in · down',
			gate: 'gate: a rule that rewrites addresses, with its packets',
			packet: 'packets that the kernel has counted just now',
			counted: 'RX, TX: packets that an interface has received and sent so far',
		},
	},
	'zh-CN': {
		title: (node: string) => `${node} 的网络`,
		summary: (node: string, spaces: number, cables: number, rules: number) =>
			`${node}：另有 ${spaces} 个网络命名空间，${cables} 条网线，${rules} 条改写地址的规则。`,
		space: (name: string) => `网络命名空间 ${name}`,
		describe: (name: string, state: string, addresses: string) =>
			`网络接口 ${name}，${state}${addresses === '' ? '' : `，${addresses}`}`,
		up: '已启用',
		down: '未启用',
		noCarrier: '无载波',
		unplugged: '没有插上',
		noAddress: '没有地址',
		gateway: (via: string) => `默认路由经 ${via}`,
		noRoute: '没有默认路由',
		listens: '监听',
		bridge: '网桥',
		floor: '不在网桥上',
		own: '机器自己的网络',
		gate: '闸口',
		gateWords: '在这里改写地址的规则',
		rule: (chain: string, match: string, to: string, packets: number) =>
			`${chain}：${match} ${to}，${packets} 个包`,
		packets: (count: number) => `${count} 个包`,
		anything: '全部',
		actions: {
			dnat: '改到',
			redirect: '改到',
			snat: '改从',
			masquerade: '改从本机地址发出',
			drop: '丢弃',
			reject: '拒绝',
		},
		closed: (chains: string) => `没有规则放行就不通：${chains}`,
		folded: (count: number) => `还有 kube-proxy 和 Pod 网络的 ${count} 条规则`,
		noRules: '没有改写地址的规则。',
		noSpaces: '除了机器自己的，没有别的网络命名空间。',
		spare: (count: number) => `还有 ${count} 个空的，由引擎预先建好`,
		noProgram: '没有进程',
		wire: '机器之间的交换机',
		legend: {
			cable: 'veth 对：一条网线，两个头',
			dead: '有一头没有启用的网线',
			bridge: '网桥：机器里面的交换机',
			socket: '网络接口：插好的 · 未启用的',
			gate: '闸口：改写地址的规则和它的包数',
			packet: '内核刚刚数到的包',
			counted: 'RX、TX：网络接口至今收到和发出的包',
		},
	},
});
