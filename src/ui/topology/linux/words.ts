import { localized } from '../../i18n/locale.svelte.ts';

const plural = (count: number, one: string, many: string) => `${count} ${count === 1 ? one : many}`;

/** Words of the pictures of one kernel. */
export const words = localized({
	en: {
		stage: {
			silent: (node: string) => `Cannot look at ${node} right now`,
			looking: (node: string) => `Looking at ${node} …`,
			changed: (seconds: number) => `changed ${seconds} s ago`,
			noNode: 'No machine is running.',
		},
		kinds: {
			pid: 'processes',
			mnt: 'mounts',
			net: 'network',
			uts: 'host name',
			ipc: 'queues',
			user: 'users',
			cgroup: 'cgroup root',
			time: 'clocks',
		},
		flag: (letter: string) => `flag ${letter}`,
		cards: {
			process: 'Process',
			namespace: 'Namespace',
			cgroup: 'Control group',
			link: 'Interface',
			rule: 'iptables rule',
			layer: 'Layer',
			mount: 'Mount',
		},
		processes: {
			title: (node: string) => `Processes of ${node}`,
			summary: (node: string, count: number, namespaces: number, zombies: number) =>
				`${node}: ${plural(count, 'process', 'processes')}, ${
					namespaces === 0
						? 'no PID namespace of its own'
						: plural(namespaces, 'PID namespace', 'PID namespaces') + ' besides the machine’s'
				}${zombies > 0 ? `, ${plural(zombies, 'zombie', 'zombies')}` : ''}.`,
			describe: (pid: number, inside: string, comm: string, state: string) =>
				`Process ${pid}${inside === '' ? '' : `, inside ${inside}`}, ${comm}, ${state}`,
			hostPid: 'PID on the machine',
			insidePid: 'inside',
			memory: 'memory',
			states: {
				running: 'running',
				sleeping: 'sleeping',
				blocked: 'waits for a device',
				stopped: 'stopped',
				zombie: 'zombie',
			},
			visitor: 'came in from outside',
			agent: 'runs this page’s terminals',
			kernelThreads: (count: number) => plural(count, 'kernel thread', 'kernel threads'),
			probes: (count: number) =>
				`${plural(count, 'program', 'programs')} with which this page is looking`,
			terminal: (name: string) => `Show terminal ${name}`,
			box: (kinds: string) => `Own namespaces: ${kinds}`,
			tables: 'Processes',
			legend: {
				host: 'its number on the machine',
				inside: 'its number in the PID namespace',
				box: 'begins namespaces of its own; flag and inode',
				zombie: 'zombie: has ended, nobody has asked how',
				running: 'on the processor just now',
				visitor: 'entered from outside (nsenter, exec)',
			},
		},
		namespaces: {
			title: (node: string) => `Namespaces of ${node}`,
			summary: (node: string, processes: number, own: number) =>
				`${node}: ${plural(processes, 'process', 'processes')}, ${
					own === 0
						? 'all in the machine’s own namespaces'
						: `${own} of them with namespaces that are not the machine’s`
				}.`,
			cell: (kind: string, inode: number, flag: string) => `${kind} ${inode}, ${flag}`,
			host: 'the machine’s',
			process: 'Process',
			count: (count: number) => `${count} in all`,
			together: (kind: string, inode: number, members: number) =>
				`${kind}:[${inode}] · ${plural(members, 'process', 'processes')}`,
			hint: 'Point at a cell: everybody in the same namespace lights up.',
			legend: {
				host: 'the machine’s own namespace',
				flag: 'same flag in a column: same namespace',
				equal: 'in the namespace that you point at',
			},
		},
		cgroups: {
			title: (node: string) => `Control groups of ${node}`,
			summary: (node: string, groups: number, limited: number, kills: number) =>
				`${node}: ${plural(groups, 'group', 'groups')}, ${limited} with a limit${
					kills > 0 ? `, ${plural(kills, 'process', 'processes')} killed for memory` : ''
				}.`,
			describe: (path: string, memory: string) => `Group ${path}, memory ${memory}`,
			memory: 'memory',
			cpu: 'CPU, 30 s',
			pids: 'pids',
			noLimit: 'no limit',
			of: (current: string, max: string) => `${current} of ${max}`,
			throttled: (count: number) => `throttled ${count}×`,
			oom: (count: number) => `${count}× OOM kill`,
			refused: (count: number) => `${count}× fork refused`,
			folded: (count: number) => plural(count, 'empty group', 'empty groups'),
			members: (path: string) => `Processes in ${path}`,
			noMembers: 'no process',
			more: (count: number) => `+ ${count} more`,
			legend: {
				usage: 'memory in use, and the load line: its limit',
				none: 'no limit: against the machine’s memory',
				cpu: 'CPU second by second, the line is the quota',
				throttled: 'held back by the quota in that second',
				oom: 'the kernel has killed a process',
			},
		},
		layers: {
			title: (node: string) => `File systems in layers on ${node}`,
			summary: (node: string, overlays: number, stacks: number) =>
				overlays === 0
					? `${node}: no overlay is mounted.`
					: `${node}: ${plural(overlays, 'overlay', 'overlays')} on ${plural(stacks, 'stack', 'stacks')} of layers.`,
			none: 'No overlay is mounted on this machine yet. The first one (mount -t overlay, or a container) appears here.',
			kinds: {
				writable: 'writable',
				init: 'init layer',
				image: 'image layer',
				lower: 'lower layer',
			},
			readOnly: 'read-only',
			shared: (count: number) => `shared by ${count}`,
			lookUp: 'Look up',
			path: 'Path',
			files: (count: number) => plural(count, 'entry', 'entries'),
			more: 'and more',
			nothing: 'empty',
			answers: {
				here: 'found here',
				absent: 'not here',
				whiteout: 'whiteout: deleted',
				opaque: 'opaque: ends here',
				hidden: 'hidden by the one above',
			},
			result: {
				found: (path: string, sheet: string) => `${path} comes from: ${sheet}`,
				deleted: (path: string) => `${path} is deleted: a whiteout says so`,
				missing: (path: string) => `${path} is in no layer`,
			},
			describe: (kind: string, name: string, size: string) => `${kind} ${name}, ${size}`,
			legend: {
				writable: 'writable: takes every change',
				image: 'read-only, may be shared',
				whiteout: 'whiteout: the file below is deleted',
				here: 'the lookup ends at this sheet',
				hidden: 'there too, but nobody sees it',
			},
		},
	},
	'zh-CN': {
		stage: {
			silent: (node: string) => `现在无法查看 ${node}`,
			looking: (node: string) => `正在查看 ${node}……`,
			changed: (seconds: number) => `${seconds} 秒前有变化`,
			noNode: '没有正在运行的机器。',
		},
		kinds: {
			pid: '进程',
			mnt: '挂载',
			net: '网络',
			uts: '主机名',
			ipc: '消息队列',
			user: '用户',
			cgroup: 'cgroup 根',
			time: '时钟',
		},
		flag: (letter: string) => `旗 ${letter}`,
		cards: {
			process: '进程',
			namespace: '命名空间',
			cgroup: '控制组',
			link: '网络接口',
			rule: 'iptables 规则',
			layer: '层',
			mount: '挂载',
		},
		processes: {
			title: (node: string) => `${node} 的进程`,
			summary: (node: string, count: number, namespaces: number, zombies: number) =>
				`${node}：${count} 个进程，${
					namespaces === 0 ? '没有另外的 PID 命名空间' : `另有 ${namespaces} 个 PID 命名空间`
				}${zombies > 0 ? `，${zombies} 个僵尸进程` : ''}。`,
			describe: (pid: number, inside: string, comm: string, state: string) =>
				`进程 ${pid}${inside === '' ? '' : `，里面是 ${inside}`}，${comm}，${state}`,
			hostPid: '机器上的 PID',
			insidePid: '里面',
			memory: '内存',
			states: {
				running: '运行中',
				sleeping: '睡眠',
				blocked: '等待设备',
				stopped: '已暂停',
				zombie: '僵尸',
			},
			visitor: '从外面进来的',
			agent: '负责本页的终端',
			kernelThreads: (count: number) => `${count} 个内核线程`,
			probes: (count: number) => `本页用来查看机器的 ${count} 个程序`,
			terminal: (name: string) => `显示终端 ${name}`,
			box: (kinds: string) => `自己的命名空间：${kinds}`,
			tables: '进程',
			legend: {
				host: '它在机器上的编号',
				inside: '它在 PID 命名空间里的编号',
				box: '从这里起有自己的命名空间：旗和 inode',
				zombie: '僵尸：已经结束，还没有人来收',
				running: '正在处理器上运行',
				visitor: '从外面进来的（nsenter、exec）',
			},
		},
		namespaces: {
			title: (node: string) => `${node} 的命名空间`,
			summary: (node: string, processes: number, own: number) =>
				`${node}：${processes} 个进程，${
					own === 0 ? '都在机器自己的命名空间里' : `其中 ${own} 个有不属于机器的命名空间`
				}。`,
			cell: (kind: string, inode: number, flag: string) => `${kind} ${inode}，${flag}`,
			host: '机器的',
			process: '进程',
			count: (count: number) => `共 ${count} 个`,
			together: (kind: string, inode: number, members: number) =>
				`${kind}:[${inode}] · ${members} 个进程`,
			hint: '指向一格：同一命名空间里的都会亮起来。',
			legend: {
				host: '机器自己的命名空间',
				flag: '同一列里旗相同，就是同一个命名空间',
				equal: '与你所指的在同一个命名空间里',
			},
		},
		cgroups: {
			title: (node: string) => `${node} 的控制组`,
			summary: (node: string, groups: number, limited: number, kills: number) =>
				`${node}：${groups} 个组，${limited} 个有限制${
					kills > 0 ? `，${kills} 个进程因内存不足被杀` : ''
				}。`,
			describe: (path: string, memory: string) => `组 ${path}，内存 ${memory}`,
			memory: '内存',
			cpu: 'CPU，30 秒',
			pids: '进程数',
			noLimit: '无限制',
			of: (current: string, max: string) => `${current} / ${max}`,
			throttled: (count: number) => `被节流 ${count} 次`,
			oom: (count: number) => `OOM 杀死 ${count} 次`,
			refused: (count: number) => `拒绝 fork ${count} 次`,
			folded: (count: number) => `${count} 个空组`,
			members: (path: string) => `${path} 里的进程`,
			noMembers: '没有进程',
			more: (count: number) => `还有 ${count} 个`,
			legend: {
				usage: '已用内存，竖线是载重线：它的上限',
				none: '无限制：按整台机器的内存画',
				cpu: '逐秒的 CPU，横线是配额',
				throttled: '这一秒被配额拦住',
				oom: '内核杀死了一个进程',
			},
		},
		layers: {
			title: (node: string) => `${node} 上的分层文件系统`,
			summary: (node: string, overlays: number, stacks: number) =>
				overlays === 0
					? `${node}：没有挂载 overlay。`
					: `${node}：${overlays} 个 overlay，叠在 ${stacks} 摞层上。`,
			none: '这台机器上还没有挂载 overlay。第一个（mount -t overlay 或一个容器）会出现在这里。',
			kinds: { writable: '可写层', init: 'init 层', image: '镜像层', lower: '下层' },
			readOnly: '只读',
			shared: (count: number) => `${count} 个共用`,
			lookUp: '查找',
			path: '路径',
			files: (count: number) => `${count} 项`,
			more: '还有更多',
			nothing: '空的',
			answers: {
				here: '在这里找到',
				absent: '这里没有',
				whiteout: 'whiteout：已删除',
				opaque: '不透明：到此为止',
				hidden: '被上面的遮住',
			},
			result: {
				found: (path: string, sheet: string) => `${path} 来自：${sheet}`,
				deleted: (path: string) => `${path} 已被 whiteout 标记为删除`,
				missing: (path: string) => `哪一层都没有 ${path}`,
			},
			describe: (kind: string, name: string, size: string) => `${kind} ${name}，${size}`,
			legend: {
				writable: '可写层：所有改动都写在这里',
				image: '只读，可以共用',
				whiteout: 'whiteout：下面的文件被删除了',
				here: '查找到这一层为止',
				hidden: '这里也有，但谁也看不见',
			},
		},
	},
});
