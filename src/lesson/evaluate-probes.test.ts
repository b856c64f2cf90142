import { describe, expect, it } from 'vitest';
import type { ProcessFact } from '../api/agent.ts';
import type { Cluster } from '../api/cluster.ts';
import type { Container, Image, Volume } from '../api/engine.ts';
import type { LinkFact, MountFact, NodeInspection } from '../api/inspect.ts';
import type { NodeFacts } from '../api/node.ts';
import { ManualClock } from '../util/clock.ts';
import { emptyApi } from './api-store.ts';
import { evaluate } from './evaluate.ts';
import { emptyJournal, guestKey, noGuestEvidence, type Evidence } from './evidence.ts';
import { gather } from './gather.ts';
import type { Probe } from './lesson.ts';
import type { Scope } from './parse-parts.ts';
import { parseProbe } from './parse-probe.ts';
import { RequestLog } from './request-log.ts';
import { YamlReader } from './yaml-reader.ts';

const scope: Scope = { nodes: ['node-1', 'node-2'], terminals: ['node-1'], runs: 'docker' };
/** Probes as authors write them. */
const probe = (yaml: string): Probe => parseProbe(YamlReader.parse('lesson.yaml', yaml), scope);

const process = (pid: number, comm: string, rest: Partial<ProcessFact> = {}): ProcessFact => ({
	pid,
	ppid: 1,
	comm,
	args: [comm],
	state: 'S',
	nspid: [pid],
	ns: { pid: 100, net: 200, mnt: 300, uts: 400 },
	cgroup: '/',
	uid: 0,
	rssBytes: 0,
	cpuMs: 0,
	startMs: 0,
	...rest,
});
const facts: NodeFacts = {
	processes: [
		process(1, 'init'),
		process(70, 'sh', { nspid: [70, 1], ns: { pid: 101, net: 201 }, uid: 1000 }),
		process(71, 'nginx', { ns: { pid: 102, net: 201 } }),
		process(72, 'redis', { ns: { pid: 103, net: 202 } }),
	],
	containers: [
		{ name: 'web', state: 'running', config: { init: true }, exitCode: 0 } as Container,
		{ name: 'old', state: 'exited', exitCode: 137 } as Container,
	],
	images: [{ tags: ['nginx:1'], layers: [{}, {}] } as Image, { tags: ['busybox:latest'] } as Image],
	volumes: [{ name: 'data', usedBy: ['a'] } as Volume],
	sandboxes: [],
	memory: { totalBytes: 1, availableBytes: 1 },
	cpu: 0,
};

const link = (index: number, name: string, rest: Partial<LinkFact> = {}): LinkFact => ({
	index,
	name,
	kind: 'veth',
	up: true,
	carrier: true,
	mtu: 1500,
	mac: '',
	addresses: [],
	rxPackets: 0,
	txPackets: 0,
	rxBytes: 0,
	txBytes: 0,
	...rest,
});
const mount = (rest: Partial<MountFact>): MountFact => ({
	id: 1,
	parent: 0,
	root: '/',
	target: '/',
	source: 'none',
	fstype: 'tmpfs',
	options: ['rw'],
	superOptions: [],
	...rest,
});
const overlay = mount({
	target: '/merged',
	fstype: 'overlay',
	source: 'overlay',
	options: ['rw', 'relatime'],
	superOptions: ['lowerdir=/lower/b:/lower/a', 'upperdir=/upper', 'workdir=/work'],
});
const inspection: NodeInspection = {
	cgroups: [
		{ path: '/', procs: [1], files: {} },
		{
			path: '/demo',
			procs: [70, 71],
			files: {
				'memory.max': '8388608\n',
				'pids.max': 'max\n',
				'cpu.max': '20000 100000\n',
				'memory.events': 'low 0\noom 2\noom_kill 1\n',
			},
		},
		{ path: '/demo2', procs: [], files: { 'memory.max': 'max\n' } },
	],
	mounts: [
		{ inode: 300, pid: 1, mounts: [mount({}), overlay] },
		{ inode: 301, pid: 70, mounts: [mount({ options: ['ro', 'nosuid'] }), overlay] },
	],
	network: [
		{
			inode: 200,
			names: [],
			pids: [1, 2],
			links: [
				link(1, 'lo', { kind: 'loopback', addresses: ['127.0.0.1/8'] }),
				link(3, 'br0', { kind: 'bridge', addresses: ['10.0.0.1/24'] }),
				link(4, 'veth0', { master: 3, peer: { netns: 201, index: 2 } }),
			],
			routes: [{ dst: '10.0.0.0/24', dev: 'br0', protocol: 'kernel', scope: 'link' }],
			listens: [{ protocol: 'tcp', address: '0.0.0.0', port: 22 }],
		},
		{
			inode: 201,
			names: ['blue'],
			pids: [],
			links: [link(2, 'eth0', { up: false, peer: { netns: 200, index: 4 } })],
			routes: [{ dst: 'default', via: '10.0.0.1', dev: 'eth0', protocol: 'boot', scope: 'global' }],
			listens: [{ protocol: 'tcp', address: '0.0.0.0', port: 8080 }],
		},
	],
	rules: {
		chains: [],
		rules: [
			{
				table: 'nat',
				chain: 'PREROUTING',
				rule: '-p tcp --dport 8080 -j DNAT --to-destination 10.0.0.2:80',
				packets: 3,
				bytes: 180,
			},
			{ table: 'filter', chain: 'FORWARD', rule: '-j DROP', packets: 0, bytes: 0 },
		],
	},
};

function evidence(): Evidence {
	const guest = noGuestEvidence();
	guest.facts.set('node-1', facts);
	guest.inspections.set('node-1', inspection);
	guest.facts.set('node-2', new Error('node-2 is off'));
	guest.inspections.set('node-2', new Error('node-2 is off'));
	return { api: emptyApi, requests: new RequestLog(), journal: emptyJournal(0), guest };
}
const verdict = (yaml: string) => evaluate(probe(yaml), evidence()).verdict;
const finding = (yaml: string) => evaluate(probe(yaml), evidence()).findings[0];

describe('probes of the kernel', () => {
	it.each([
		['proc: { on: node-1, comm: sh, ns: { pid: not-host }, nspid: 1 }', true],
		['proc: { on: node-1, comm: sh, ns: { pid: host } }', false],
		['proc: { on: node-1, uid: 1000, count: 1 }', true],
		['proc: { on: node-1, shares: [net], ns: { net: not-host }, count: 2 }', true],
		['proc: { on: node-1, shares: [pid], ns: { net: not-host }, count: 2 }', false],
		['mount: { on: node-1, fstype: overlay, target: /merged, count: 2 }', true],
		['mount: { on: node-1, in: host, fstype: overlay, count: 1 }', true],
		['mount: { on: node-1, in: not-host, options: [ro, nosuid] }', true],
		['mount: { on: node-1, in: host, options: [ro] }', false],
		['mount: { on: node-1, lower: "^/lower/b:", upper: "^/upper$" }', true],
		['mount: { on: node-1, lower: "^/lower/a" }', false],
		['mount: { on: node-1, source: overlay, options: ["workdir=/work"] }', true],
		['cgroup: { on: node-1, path: /demo }', true],
		['cgroup: { on: node-1, path: /dem }', false],
		['cgroup: { on: node-1, path: /gone, absent: true }', true],
		['cgroup: { on: node-1, path: /demo, absent: true }', false],
		['cgroup: { on: node-1, path: /demo, file: memory.max, value: 8388608 }', true],
		['cgroup: { on: node-1, path: /demo, file: memory.max, value: { lte: 1000 } }', false],
		['cgroup: { on: node-1, path: /demo, file: pids.max, value: { gte: 1000000000 } }', true],
		['cgroup: { on: node-1, path: /demo2, file: memory.max, value: { lte: 1000000000 } }', false],
		['cgroup: { on: node-1, path: /demo, file: cpu.max, value: 20000 }', true],
		[
			'cgroup: { on: node-1, path: /demo, file: memory.events, key: oom_kill, value: { gte: 1 } }',
			true,
		],
		[
			'cgroup: { on: node-1, path: /demo, file: memory.events, key: max, value: { gte: 1 } }',
			false,
		],
		['cgroup: { on: node-1, path: /demo, file: cpu.max, matches: "^20000 100000$" }', true],
		['cgroup: { on: node-1, path: /demo, procs: 2 }', true],
		['cgroup: { on: node-1, path: "/demo.*", procs: 0 }', true],
	])('%s is %s', (yaml, holds) => {
		expect(verdict(yaml)).toBe(String(holds));
	});

	it.each([
		['link: { on: node-1, name: veth0, master: br0, peer: blue }', true],
		['link: { on: node-1, name: veth0, peer: not-host }', true],
		['link: { on: node-1, name: veth0, peer: host }', false],
		['link: { on: node-1, in: blue, kind: veth, up: false }', true],
		['link: { on: node-1, in: blue, up: true, count: 0 }', true],
		['link: { on: node-1, in: not-host, count: 1 }', true],
		['link: { on: node-1, kind: bridge, addr: "^10\\\\.0\\\\.0\\\\.1/24$" }', true],
		['link: { on: node-1, in: red }', false],
		['route: { on: node-1, in: blue, dst: default, via: 10.0.0.1 }', true],
		['route: { on: node-1, in: blue, dst: default, via: 10.0.0.9 }', false],
		['route: { on: node-1, dst: default, absent: true }', true],
		['rule: { on: node-1, chain: PREROUTING, matches: "--dport 8080 .*DNAT" }', true],
		['rule: { on: node-1, matches: DROP }', false],
		['rule: { on: node-1, table: filter, matches: DROP, count: 1 }', true],
		['rule: { on: node-1, matches: DNAT, packets: { gte: 3 } }', true],
		['rule: { on: node-1, matches: DNAT, packets: { gte: 4 } }', false],
		['port: { on: node-1, port: 22 }', true],
		['port: { on: node-1, port: 8080 }', false],
		['port: { on: node-1, in: blue, port: 8080 }', true],
		['port: { on: node-1, port: 80, absent: true }', true],
	])('%s is %s', (yaml, holds) => {
		expect(verdict(yaml)).toBe(String(holds));
	});

	it.each([
		['image: { on: node-1, name: "nginx:1", where: { layers.length: { exists: true } } }', true],
		['image: { on: node-1, name: busybox }', true],
		['image: { on: node-1, name: "nginx:2", count: 0 }', true],
		['container: { on: node-1, name: web, where: { state: running, config.init: true } }', true],
		['container: { on: node-1, where: { state: exited, exitCode: { gte: 100 } }, count: 1 }', true],
		['container: { on: node-1, name: old, where: { state: running } }', false],
		['volume: { on: node-1, name: data }', true],
		['volume: { on: node-1, name: other }', false],
	])('%s is %s', (yaml, holds) => {
		expect(verdict(yaml)).toBe(String(holds));
	});

	it.each([
		[
			'cgroup: { on: node-1, path: /demo, file: memory.max, value: { lte: 5 } }',
			{ subject: 'node-1:/sys/fs/cgroup/demo/memory.max', wanted: '≤ 5', seen: '8388608' },
		],
		[
			'cgroup: { on: node-1, path: /none }',
			{
				subject: 'node-1:/sys/fs/cgroup/none',
				wanted: { term: 'present' },
				seen: { term: 'absent' },
			},
		],
		[
			'mount: { on: node-1, fstype: overlay, target: /x }',
			{ subject: 'node-1 · mount overlay → /x', wanted: '≥ 1', seen: '0' },
		],
		[
			'link: { on: node-1, in: blue, name: eth0, up: true }',
			{ subject: 'node-1 · netns blue · link eth0 UP', wanted: '≥ 1', seen: '0' },
		],
		[
			'route: { on: node-1, in: blue, dst: default, via: 10.0.0.9 }',
			{
				subject: 'node-1 · netns blue · route default',
				wanted: 'via 10.0.0.9',
				seen: 'via 10.0.0.1 dev eth0',
			},
		],
		[
			'port: { on: node-1, port: 8080 }',
			{ subject: 'node-1 · LISTEN :8080', wanted: { term: 'present' }, seen: { term: 'absent' } },
		],
		[
			'rule: { on: node-1, matches: DNAT, packets: { gte: 4 } }',
			{ subject: 'node-1 · iptables -t nat ~ DNAT · packets', wanted: '≥ 4', seen: '3' },
		],
		[
			'container: { on: node-1, name: old, where: { state: running } }',
			{ subject: 'node-1 · container old state', wanted: '= running', seen: 'exited' },
		],
		[
			'proc: { on: node-1, comm: sh, uid: 0 }',
			{ subject: 'node-1 · sh · uid 0', wanted: '≥ 1', seen: '0' },
		],
	])('says of %s what it saw', (yaml, words) => {
		expect(finding(yaml)).toEqual(words);
	});

	it.each([
		'proc: { on: node-2 }',
		'mount: { on: node-2 }',
		'cgroup: { on: node-2, path: /x, absent: true }',
		'link: { on: node-2 }',
		'route: { on: node-2, dst: default, absent: true }',
		'rule: { on: node-2, matches: x, count: 0 }',
		'port: { on: node-2, port: 1, absent: true }',
		'image: { on: node-2, count: 0 }',
		'sh: { on: node-2, run: "false" }',
		'not: { volume: { on: node-2 } }',
	])('does not know when the machine cannot be asked: %s', (yaml) => {
		expect(verdict(yaml)).toBe('unknown');
		expect(finding(yaml)?.seen).toEqual({ term: 'out-of-reach' });
	});
});

describe('probes of what was done', () => {
	it('waits for the exit code of a command', () => {
		const now = evidence();
		const wanted = probe('command: { on: node-1, matches: "^mount ", exit: { gte: 1 } }');
		expect(evaluate(wanted, now).findings[0]?.seen).toEqual({ term: 'not-typed' });
		now.journal.commands.push({ node: 'node-1', pid: 9, line: 'mount a b' });
		expect(evaluate(wanted, now).findings[0]?.seen).toEqual({ term: 'running' });
		now.journal.commands[0] = { node: 'node-1', pid: 9, line: 'mount a b', code: 0 };
		expect(evaluate(wanted, now).findings[0]?.seen).toBe('exit 0');
		now.journal.commands.push({ node: 'node-1', pid: 10, line: 'mount a b', code: 32 });
		expect(evaluate(wanted, now).verdict).toBe('true');
	});

	it('looks at the last command of a kind alone where that is asked for', () => {
		const now = evidence();
		const wanted = probe(
			'command: { on: node-1, last: "^unshare", matches: "unshare (.* )?--pid" }',
		);
		const ran = (line: string) => {
			now.journal.commands.push({ node: 'node-1', pid: 9, line });
			return evaluate(wanted, now).verdict;
		};
		expect(ran('unshare --pid sh')).toBe('true');
		expect(ran('ls --pid')).toBe('true');
		expect(ran('unshare --fork sh')).toBe('false');
		expect(ran('unshare --fork --pid sh')).toBe('true');
	});

	it('names a command without the signs of its pattern', () => {
		const { findings } = evaluate(
			probe("command: { on: node-2, matches: '^\\S*(curl|wget) .*node-1:8080\\b' }"),
			evidence(),
		);
		expect(findings[0]?.subject).toBe('$ curl|wget … node-1:8080');
	});

	it('compares an answer with what a command prints and with a process', () => {
		const now = evidence();
		now.guest.shells.set(guestKey('node-1', 'uname -r'), {
			code: 0,
			stdout: '6.1.0\n',
			stderr: '',
		});
		const kernel = probe('answer: { field: k, sh: { on: node-1, run: uname -r } }');
		const pid = probe('answer: { field: p, pid: { on: node-1, comm: sh } }');
		expect(evaluate(kernel, now).findings[0]?.seen).toEqual({ term: 'no-answer' });
		now.journal.answers = { k: '5.10', p: '1' };
		expect([evaluate(kernel, now).verdict, evaluate(pid, now).verdict]).toEqual(['false', 'false']);
		now.journal.answers = { k: ' 6.1.0 ', p: '70' };
		expect([evaluate(kernel, now).verdict, evaluate(pid, now).verdict]).toEqual(['true', 'true']);
		now.guest.facts.set('node-1', new Error('off'));
		expect(evaluate(pid, now).verdict).toBe('unknown');
	});

	it('tells new objects and their owners from old ones', () => {
		const now = evidence();
		const pod = (name: string, owner: string) => ({
			apiVersion: 'v1',
			kind: 'Pod',
			metadata: {
				name,
				uid: name,
				resourceVersion: '1',
				creationTimestamp: '',
				ownerReferences: [
					{ apiVersion: 'apps/v1', kind: 'ReplicaSet', name: owner, uid: owner, controller: true },
				],
			},
		});
		const pods = [pod('a', 'web-1'), pod('b', 'web-2'), pod('c', 'api-1')];
		now.api = { ...emptyApi, list: <T>() => pods as T[] };
		now.journal.known.add('a');
		const count = (rest: object): string => {
			const wanted = { probe: 'objects', kind: 'Pod', ns: 'default', labels: '', where: [] };
			const whole = { ...wanted, count: { eq: 1 }, fresh: false, ...rest } as unknown as Probe;
			const { findings } = evaluate(whole, now);
			return typeof findings[0]?.seen === 'string' ? findings[0].seen : '1';
		};
		expect(count({})).toBe('3');
		expect(count({ fresh: true })).toBe('2');
		expect(count({ owner: 'ReplicaSet/web' })).toBe('2');
		expect(count({ owner: 'ReplicaSet/web', fresh: true })).toBe('1');
		expect(count({ owner: 'Job' })).toBe('0');
	});
});

describe('gather', () => {
	class Asked {
		readonly calls: string[] = [];
		readonly clock = new ManualClock();
		power = 'running';
		answers = true;
		readonly cluster = {
			nodes: () => [{ name: 'node-1', power: this.power }],
			facts: (node: string) => this.#call(`facts ${node}`, facts),
			inspect: (node: string, parts: string[]) =>
				this.#call(`inspect ${node} ${parts.join(',')}`, inspection),
			look: (node: string, look: { files: string[]; commands: string[][] }) =>
				this.#call(`look ${node} ${look.files.length} ${look.commands.length}`, {
					files: {},
					dirs: {},
					commands: look.commands.map(() => ({ code: 0, stdout: '', stderr: '' })),
				}),
		} as unknown as Cluster;
		#call<T>(what: string, answer: T): Promise<T> {
			this.calls.push(what);
			return this.answers ? Promise.resolve(answer) : new Promise(() => undefined);
		}
		async ask(yaml: string[], journal = emptyJournal(0)) {
			const { cluster, clock } = this;
			const asked = gather({ cluster, api: emptyApi, clock }, yaml.map(probe), journal);
			await clock.advance(20_000);
			return asked;
		}
	}
	const everything = [
		'proc: { on: node-1 }',
		'not: { image: { on: node-1 } }',
		'all: [{ mount: { on: node-1 } }, { link: { on: node-1 } }, { port: { on: node-1, port: 1 } }]',
		'cgroup: { on: node-1, path: / }',
		'rule: { on: node-1, matches: x }',
		'file: { on: node-1, path: /a }',
		'file: { on: node-1, path: /a, contains: x }',
		'sh: { on: node-1, run: ls }',
		'answer: { field: k, sh: { on: node-1, run: uname } }',
	];

	it('asks a machine once for facts, once for its kernel, once for files and commands', async () => {
		const asked = new Asked();
		const guest = await asked.ask(everything);
		expect(asked.calls.sort()).toEqual([
			'facts node-1',
			'inspect node-1 cgroups,mounts,network,rules',
			'look node-1 1 1',
		]);
		expect(guest.files.get(guestKey('node-1', '/a'))).toBeNull();
	});

	it('compares an answer only once there is one', async () => {
		const asked = new Asked();
		await asked.ask(everything, { ...emptyJournal(0), answers: { k: '6.1' } });
		expect(asked.calls).toContain('look node-1 1 2');
	});

	it('does not ask a machine that is off, and does not wait for one that is silent', async () => {
		const asked = new Asked();
		asked.power = 'frozen';
		const off = await asked.ask(everything);
		expect(asked.calls).toEqual([]);
		expect(off.facts.get('node-1')).toBeInstanceOf(Error);
		asked.power = 'running';
		asked.answers = false;
		const silent = await asked.ask(everything);
		expect(silent.inspections.get('node-1')).toBeInstanceOf(Error);
		expect(silent.shells.get(guestKey('node-1', 'ls'))).toBeInstanceOf(Error);
	});
});
