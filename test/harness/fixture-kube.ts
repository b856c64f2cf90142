import type { KernelAction, GuestEvent, ProcessFact } from '../../src/api/agent.ts';
import type { Container, PodSandbox } from '../../src/api/engine.ts';
import type {
	CgroupFact,
	InspectPart,
	NetworkNamespaceFact,
	NodeInspection,
	OverlayFact,
	RuleFact,
} from '../../src/api/inspect.ts';
import type { Pod } from '../../src/api/kubernetes.ts';
import type { AuditEvent, NodeFacts } from '../../src/api/node.ts';
import { FixtureCluster } from './fixture-cluster.ts';
import { slice } from './fixture-objects.ts';
import { scenes } from './fixture-scenes.ts';

const mib = 1_048_576;
const hostNet = 4026531840;

/** One pod as its node's kernel has it, from its place among the pods. */
function footprint(pod: Pod, index: number) {
	const id = `${(0xa3f0 + index * 7).toString(16)}91c2d4e5f60718293a4b5c6d7e8f9`.padEnd(64, '0');
	const cid = `${(0x5c10 + index * 11).toString(16)}d0e1f2a3b4c5d6e7f8091a2b3c4d5`.padEnd(64, '0');
	const base = 4026532200 + index * 10;
	return {
		pod,
		id,
		cid,
		pausePid: 900 + index * 20,
		pid: 912 + index * 20,
		netns: base + 4,
		ip: pod.status.podIP ?? '',
		veth: `veth${(0x7a31f0 + index * 977).toString(16)}`,
		netnsPath: `/var/run/netns/cni-${id.slice(0, 8)}-${id.slice(8, 12)}-${id.slice(12, 16)}`,
		shared: { net: base + 4, ipc: base + 3, uts: base + 2, user: 4026531837, time: 4026531834 },
		own: (part: number) => ({ mnt: base + part, pid: base + part + 1, cgroup: base + part + 2 }),
		cgroup: `kubepods/besteffort/pod${pod.metadata.uid}`,
	};
}
type Footprint = ReturnType<typeof footprint>;

function processes(print: Footprint): ProcessFact[] {
	const common = { state: 'S', uid: 0, startMs: 60_000 };
	const workers = print.pod.spec.containers.flatMap((one, index): ProcessFact[] => [
		{
			...common,
			pid: print.pid + index * 4,
			ppid: 60,
			comm: one.name,
			args: [`${one.name}: master process`],
			nspid: [print.pid + index * 4, 1],
			ns: { ...print.shared, ...print.own(5 + index) },
			cgroup: `/${print.cgroup}/${print.cid}`,
			rssBytes: 4.3 * mib,
			cpuMs: Math.round(Date.now() / 12) % 400_000,
		},
	]);
	return [
		{
			...common,
			pid: print.pausePid,
			ppid: 60,
			comm: 'pause',
			args: ['/pause'],
			nspid: [print.pausePid, 1],
			ns: { ...print.shared, ...print.own(0) },
			cgroup: `/${print.cgroup}/${print.id}`,
			rssBytes: 0.1 * mib,
			cpuMs: 3,
		},
		...workers,
	];
}

function sandbox(print: Footprint): PodSandbox {
	const { metadata } = print.pod;
	return {
		id: print.id,
		config: {
			name: metadata.name,
			namespace: metadata.namespace ?? 'default',
			uid: metadata.uid,
			attempt: 0,
			hostname: metadata.name,
			labels: {},
			annotations: {},
			hostNetwork: false,
			cgroupParent: print.cgroup,
			dns: { nameservers: ['10.96.0.10'], searches: [], options: [] },
			portMappings: [],
		},
		state: 'ready',
		created: Date.now() - 60_000,
		ip: print.ip,
		pid: print.pausePid,
		netns: print.netnsPath,
		veth: print.veth,
	};
}

function containers(print: Footprint): Container[] {
	const root = '/var/lib/docker/overlay2';
	return print.pod.spec.containers.map((one, index) => ({
		id: print.cid,
		name: `k8s_${one.name}_${print.pod.metadata.name}_default_${print.pod.metadata.uid}_0`,
		config: {
			image: one.image ?? '',
			sandbox: print.id,
			labels: {
				'io.kubernetes.container.name': one.name,
				'io.kubernetes.pod.uid': print.pod.metadata.uid,
			},
		},
		imageId: 'sha256:4bb46517cac3',
		image: one.image ?? '',
		argv: ['nginx', '-g', 'daemon off;'],
		state: 'running' as const,
		pid: print.pid + index * 4,
		exitCode: 0,
		oomKilled: false,
		error: '',
		created: Date.now() - 59_000,
		started: Date.now() - 58_000,
		finished: 0,
		restartCount: 0,
		ip: '',
		gateway: '',
		mac: '',
		cgroup: `${print.cgroup}/${print.cid}`,
		netns: print.netnsPath,
		veth: '',
		overlay: {
			lower: [`${root}/init/diff`, `${root}/2f1c9a/diff`, `${root}/8b77d0/diff`],
			upper: `${root}/${print.cid}/diff`,
			work: `${root}/${print.cid}/work`,
			merged: `${root}/${print.cid}/merged`,
		},
		mounts: [],
	}));
}

function namespaceFact(print: Footprint): NetworkNamespaceFact {
	const figures = { rxPackets: 118, txPackets: 96, rxBytes: 9200, txBytes: 14_800 };
	const link = { up: true, carrier: true, mtu: 1500, mac: '0a:58:0a:f4:02:0b', ...figures };
	return {
		inode: print.netns,
		names: [print.netnsPath.split('/').at(-1) ?? ''],
		pids: [print.pausePid, print.pid],
		links: [
			{ ...link, index: 1, name: 'lo', kind: 'loopback', addresses: ['127.0.0.1/8'] },
			{
				...link,
				index: 2,
				name: 'eth0',
				kind: 'veth',
				addresses: [`${print.ip}/24`],
				peer: { netns: hostNet, index: 10 + print.pid },
			},
		],
		routes: [{ dst: 'default', via: '10.244.2.1', dev: 'eth0', protocol: 'boot', scope: 'global' }],
		listens: [{ protocol: 'tcp', address: '0.0.0.0', port: 80 }],
	};
}

function cgroupFacts(print: Footprint): CgroupFact[] {
	const files = (memory: number, limit: string) => ({
		'memory.current': String(Math.round(memory * mib)),
		'memory.max': limit,
		'cpu.max': 'max 100000',
		'cpu.weight': '39',
		'pids.current': '3',
		'pids.max': 'max',
	});
	return [
		{ path: `/${print.cgroup}`, procs: [], files: files(5.1, String(64 * mib)) },
		{
			path: `/${print.cgroup}/${print.id}`,
			procs: [print.pausePid],
			files: files(0.2, 'max'),
		},
		{
			path: `/${print.cgroup}/${print.cid}`,
			procs: [print.pid],
			files: files(4.9, String(64 * mib)),
		},
	];
}

function layerFact(print: Footprint): OverlayFact {
	const root = '/var/lib/docker/overlay2';
	const sheet = (dir: string, role: 'lower' | 'upper', bytes: number, entries = 12) => ({
		dir,
		role,
		entries: Array.from({ length: entries }, (_, index) => ({
			path: `file-${index}`,
			type: 'file' as const,
			size: Math.round(bytes / entries),
		})),
		more: false,
		bytes,
	});
	return {
		namespace: print.own(5).mnt,
		target: '/',
		sheets: [
			sheet(`${root}/${print.cid}/diff`, 'upper', 1200, 3),
			sheet(`${root}/init/diff`, 'lower', 0, 6),
			sheet(`${root}/2f1c9a/diff`, 'lower', 640, 1),
			sheet(`${root}/8b77d0/diff`, 'lower', 12 * mib, 80),
		],
	};
}

const rule = (table: string, chain: string, text: string, packets = 0): RuleFact => ({
	table,
	chain,
	rule: text,
	packets,
	bytes: packets * 60,
});

/** The rules of one Service on one node, in the words that kube-proxy writes. */
export function serviceRules(ips: readonly string[]): RuleFact[] {
	const name = 'default/web';
	const to = `-d 10.96.41.7/32 -p tcp -m comment --comment "${name} cluster IP" -m tcp --dport 80`;
	if (ips.length === 0)
		return [
			rule(
				'filter',
				'KUBE-SERVICES',
				`-d 10.96.41.7/32 -p tcp -m comment --comment "${name} has no endpoints" -m tcp --dport 80 -j REJECT`,
			),
		];
	const sep = (ip: string) => `KUBE-SEP-${ip.replaceAll('.', '').padStart(16, 'Q')}`;
	return [
		rule('nat', 'KUBE-SERVICES', `${to} -j KUBE-SVC-LOLE4ISW44XBNF3G`, 41),
		rule('nat', 'KUBE-SVC-LOLE4ISW44XBNF3G', `! -s 10.244.0.0/16 ${to} -j KUBE-MARK-MASQ`, 2),
		...ips.map((ip, index) => {
			const left = ips.length - index;
			const chance =
				left > 1 ? ` -m statistic --mode random --probability ${(1 / left).toFixed(11)}` : '';
			const text = `-m comment --comment "${name} -> ${ip}:80"${chance} -j ${sep(ip)}`;
			return rule('nat', 'KUBE-SVC-LOLE4ISW44XBNF3G', text, 14 - index);
		}),
		...ips.flatMap((ip) => [
			rule('nat', sep(ip), `-s ${ip}/32 -m comment --comment "${name}" -j KUBE-MARK-MASQ`),
			rule(
				'nat',
				sep(ip),
				`-p tcp -m comment --comment "${name}" -m tcp -j DNAT --to-destination ${ip}:80`,
				13,
			),
		]),
	];
}

const readyIp = (pod: Pod) =>
	!pod.metadata.deletionTimestamp && pod.status.conditions?.[1]?.status === 'True'
		? [pod.status.podIP ?? '']
		: [];

const known = new Map<string, Pod[]>();
/** The pods of a scene, made once: what a fixture does must not count as the page's work. */
function podsOf(scene: string): Pod[] {
	const pods =
		known.get(scene) ?? ((scenes[scene]?.() ?? []).filter(({ kind }) => kind === 'Pod') as Pod[]);
	known.set(scene, pods);
	return pods;
}

/** What the kernels of a Kubernetes cluster say, made to fit the pods of the scene in view. */
export class KubeFixture extends FixtureCluster {
	#listener: ((node: string, event: GuestEvent) => void)[] = [];
	#audit: AuditEvent[] = [];
	readonly #actions = new Map<string, KernelAction[]>();

	constructor(scene: string, boot: string) {
		const nodes = (scenes[scene]?.() ?? []).filter((object) => object.kind === 'Node');
		super({ scene, boot, nodes: nodes.map((node) => node.metadata.name) });
	}
	override async facts(node: string): Promise<NodeFacts> {
		const prints = this.#prints(node);
		return {
			...(await super.facts(node)),
			processes: prints.flatMap(processes),
			containers: prints.flatMap(containers),
			sandboxes: prints.map(sandbox),
		};
	}
	override async inspect(node: string, parts: InspectPart[]): Promise<NodeInspection> {
		const prints = this.#prints(node);
		const all = this.#pods();
		const rules = serviceRules(all.flatMap(readyIp));
		const base = await super.inspect(node, ['network']);
		const veths = prints.map((print) => ({
			index: 10 + print.pid,
			name: print.veth,
			kind: 'veth',
			up: true,
			carrier: true,
			mtu: 1500,
			mac: '62:11:0c:aa:01:02',
			master: 3,
			peer: { netns: print.netns, index: 2 },
			addresses: [],
			rxPackets: 96,
			txPackets: 118,
			rxBytes: 14_800,
			txBytes: 9200,
		}));
		const host = base.network?.[0];
		const whole: NodeInspection = {
			cgroups: prints.flatMap(cgroupFacts),
			mounts: [],
			network: [
				...(host ? [{ ...host, links: [...host.links.slice(0, 2), ...veths] }] : []),
				...prints.map(namespaceFact),
			],
			rules: {
				chains: [...new Set(rules.map((one) => `${one.table} ${one.chain}`))].map((one) => {
					const [table = '', chain = ''] = one.split(' ');
					return { table, chain, policy: '-' };
				}),
				rules,
			},
			layers: prints.map(layerFact),
		};
		return Object.fromEntries(parts.map((part) => [part, whole[part]]));
	}
	override async audit(since: number) {
		return { next: this.#audit.length, events: this.#audit.slice(since) };
	}
	override async actions(node: string) {
		const actions = this.#actions.get(node) ?? [];
		return { next: actions.length, actions };
	}
	override onGuestEvent(listener: (node: string, event: GuestEvent) => void): () => void {
		this.#listener.push(listener);
		return () => (this.#listener = this.#listener.filter((one) => one !== listener));
	}
	/** A command in a shell, as the kernel tells of it, and what followed. */
	play(moment: {
		node: string;
		args: string[];
		took: number;
		scene: string;
		audit: (Omit<AuditEvent, 'time' | 'path' | 'code' | 'took'> & { at: number; code?: number })[];
		actions: { node: string; at: number; what: string; took?: number }[];
	}): void {
		const began = Date.now();
		const tell = (event: GuestEvent) => this.#listener.forEach((each) => each(moment.node, event));
		tell({ type: 'exec', pid: 777, ppid: 59, args: moment.args, time: began });
		this.show(moment.scene);
		this.#audit.push(
			...moment.audit.map(({ at, ...one }) => ({
				took: 2,
				code: 200,
				path: `/api/v1/namespaces/default/${one.resource}/${one.name}`,
				...one,
				time: began + at,
			})),
		);
		for (const { node, at, what, took = 4 } of moment.actions)
			this.#actions.set(node, [
				...(this.#actions.get(node) ?? []),
				{ time: began + at, took, what },
			]);
		tell({ type: 'exit', pid: 777, status: { code: 0 }, time: began + moment.took });
	}

	/** Changes pods one after another, so many a second, for so long; answers how many changes there were. */
	async churn(forMs: number, perSecond: number): Promise<number> {
		const pods = this.#pods().filter((one) => one.status.podIP);
		const flip = (one: Pod, ready: boolean): Pod => ({
			...one,
			status: {
				...one.status,
				conditions: (one.status.conditions ?? []).map((condition) =>
					condition.type === 'Ready'
						? { ...condition, status: ready ? 'True' : 'False' }
						: condition,
				),
			},
		});
		const end = Date.now() + forMs;
		let changes = 0;
		while (Date.now() < end) {
			const index = changes % pods.length;
			const pod = pods[index];
			if (!pod) break;
			const changed = flip(pod, pod.status.conditions?.[1]?.status !== 'True');
			pods[index] = changed;
			this.api.set(changed);
			changes++;
			if (changes % 5 === 0) this.api.set(slice(pods));
			await new Promise((resolve) => setTimeout(resolve, 1000 / perSecond));
		}
		return changes;
	}

	#pods(): Pod[] {
		return podsOf(this.scene);
	}
	#prints(node: string): Footprint[] {
		return this.#pods()
			.map(footprint)
			.filter(({ pod }) => pod.spec.nodeName === node && pod.status.podIP);
	}
}
