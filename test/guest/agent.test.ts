import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ProcessSpec } from '../../src/api/agent.ts';
import { bootGuest, must, runInGuest, shell, type Guest } from '../harness/guest.ts';

const env = ['PATH=/usr/sbin:/usr/bin:/sbin:/bin'];
let guest: Guest;
beforeAll(async () => {
	guest = await bootGuest();
});
afterAll(() => guest.close());

const text = (bytes: Uint8Array | undefined): string => new TextDecoder().decode(bytes);
const run = (spec: Partial<ProcessSpec> & { argv: string[] }, input?: string) =>
	runInGuest(guest.agent, spec, input);

async function spawnError(spec: Partial<ProcessSpec> & { argv: string[] }) {
	return guest.agent.spawn({ env, ...spec }).then(
		() => 'started',
		(error: { errno: string; message: string }) => `${error.errno} ${error.message}`,
	);
}

describe('hello and identity', () => {
	it('says which kernel and how much memory it has', async () => {
		const hello = await guest.agent.hello();
		expect(hello).toMatchObject({ protocol: 1, kernel: expect.stringMatching(/^6\./) });
		expect(hello.memoryBytes).toBeGreaterThan(64 << 20);
	});
	it('gives a clone its name, time, address and hosts', async () => {
		await guest.agent.identify({
			hostname: 'node-7',
			time: Date.UTC(2031, 4, 6, 7, 8, 9),
			entropy: new Uint8Array(64).fill(3),
			mac: '02:00:00:00:00:07',
			cidr: '192.168.56.7/24',
			gateway: '192.168.56.254',
			hosts: ['192.168.56.8 node-8'],
			machineId: '0123456789abcdef0123456789abcdef',
		});
		expect(await shell(guest.agent, 'hostname; cat /etc/machine-id')).toBe(
			'node-7\n0123456789abcdef0123456789abcdef\n',
		);
		expect(await shell(guest.agent, 'date -u +%FT%H:%M')).toBe('2031-05-06T07:08\n');
		expect(
			await shell(guest.agent, 'ip -o addr show dev eth0; ip route; ip link show eth0'),
		).toMatch(/192\.168\.56\.7\/24[^]*default via 192\.168\.56\.254[^]*02:00:00:00:00:07/);
		expect(await shell(guest.agent, 'grep node-8 /etc/hosts')).toBe('192.168.56.8 node-8\n');
	});
});

describe('files', () => {
	it('stops at the first failure and names it', async () => {
		const results = await guest.agent.batch([
			{ op: 'mkdir', path: '/tmp/files/a', parents: true },
			{ op: 'remove', path: '/tmp/files/none' },
			{ op: 'mkdir', path: '/tmp/files/never' },
		]);
		expect(results).toEqual([
			{ ok: true },
			{ ok: false, errno: 'ENOENT', message: 'remove /tmp/files/none: no such file or directory' },
		]);
		expect(await shell(guest.agent, 'ls /tmp/files')).toBe('a\n');
	});
	it('goes on when asked', async () => {
		const ops = [
			{ op: 'read' as const, path: '/none' },
			{ op: 'read' as const, path: '/proc/version' },
		];
		const results = await guest.agent.batch(ops, { keepGoing: true });
		expect(results.map((result) => result.ok)).toEqual([false, true]);
	});
	it('writes and reads a megabyte, with its mode', async () => {
		const data = Uint8Array.from({ length: 1 << 20 }, (_, at) => (at * 7) ^ (at >> 8));
		await must(guest.agent, [{ op: 'write', path: '/tmp/large', data, mode: 0o640 }]);
		const [read, stat] = await must(guest.agent, [
			{ op: 'read', path: '/tmp/large', max: 2 << 20 },
			{ op: 'stat', path: '/tmp/large' },
		]);
		expect(read?.ok && Buffer.from(read.data ?? []).equals(Buffer.from(data))).toBe(true);
		expect(stat?.ok && stat.entries?.[0]).toMatchObject({
			type: 'file',
			size: 1 << 20,
			mode: 0o640,
		});
	});
	it('lists, links, renames, appends and removes', async () => {
		const results = await must(guest.agent, [
			{ op: 'mkdir', path: '/tmp/list' },
			{ op: 'write', path: '/tmp/list/one', data: 'a' },
			{ op: 'write', path: '/tmp/list/one', data: 'b', append: true },
			{ op: 'symlink', target: 'one', path: '/tmp/list/two' },
			{ op: 'rename', from: '/tmp/list/one', to: '/tmp/list/three' },
			{ op: 'list', path: '/tmp/list' },
			{ op: 'read', path: '/tmp/list/three' },
			{ op: 'remove', path: '/tmp/list', recursive: true },
		]);
		const list = results[5]?.ok ? (results[5].entries ?? []) : [];
		expect(list.map(({ name, type }) => `${name} ${type}`).sort()).toEqual([
			'three file',
			'two symlink',
		]);
		expect(results[6]?.ok && text(results[6].data)).toBe('ab');
		expect(await shell(guest.agent, 'ls /tmp/list')).toContain('No such file');
	});
});

describe('spawn', () => {
	it('tells exit codes and signals', async () => {
		expect(await run({ argv: ['sh', '-c', 'echo out; echo err >&2; exit 7'] })).toEqual({
			code: 7,
			stdout: 'out\n',
			stderr: 'err\n',
		});
		const killed = await guest.agent.spawn({ argv: ['sh', '-c', 'kill -9 $$'], env });
		expect(await killed.exited).toEqual({ code: 137, signal: 9 });
	});
	it('says why a program cannot be started', async () => {
		expect(await spawnError({ argv: ['nosuch'] })).toBe(
			'ENOENT exec: "nosuch": executable file not found in $PATH',
		);
		expect(await spawnError({ argv: ['/etc/passwd'] })).toBe(
			'EACCES exec: "/etc/passwd": permission denied',
		);
		expect(await spawnError({ argv: ['/no/such'] })).toBe(
			'ENOENT exec: "/no/such": stat /no/such: no such file or directory',
		);
		expect(await spawnError({ argv: ['true'], user: 'ghost' })).toBe(
			'EINVAL unable to find user ghost: no matching entries in passwd file',
		);
	});
	it('reports the exit after the last output, and does not wait for grandchildren', async () => {
		const started = Date.now();
		const { stdout } = await run({ argv: ['sh', '-c', 'sleep 60 & seq 20000'] });
		expect(stdout.length).toBe(108_894);
		expect(Date.now() - started).toBeLessThan(30_000);
	});
	it('holds a process back until its output is taken', async () => {
		const line =
			'i=0; while [ $i -lt 3000 ]; do i=$((i+1)); echo $i >/tmp/progress; printf %100s; done';
		const process = await guest.agent.spawn({ argv: ['sh', '-c', line], env });
		let stuck = -1;
		// Read in the middle of its rewriting, the file is empty: that is no standstill.
		for (let before = -2; before !== stuck || stuck === 0;) {
			before = stuck;
			await new Promise((resolve) => setTimeout(resolve, 3000));
			stuck = Number(await shell(guest.agent, 'cat /tmp/progress'));
		}
		expect(stuck).toBeGreaterThan(600);
		expect(stuck).toBeLessThan(3000);
		let bytes = 0;
		process.onOutput((_stream, data) => void (bytes += data.length));
		await process.exited;
		expect(bytes).toBe(300_000);
	});
	it('passes input on and ends it', async () => {
		const input = 'line\n'.repeat(60_000);
		expect((await run({ argv: ['wc', '-c'] }, input)).stdout.trim()).toBe('300000');
	});
	it('gives a terminal that is resized', async () => {
		const line = 'tty; stty size; read answer; stty size; echo "[$answer]"';
		const process = await guest.agent.spawn({
			argv: ['sh', '-c', line],
			env,
			terminal: { rows: 30, columns: 90 },
		});
		let output = '';
		const first = new Promise<void>((resolve) => {
			process.onOutput((_stream, data) => {
				output += text(data);
				if (output.includes('30 90')) resolve();
			});
		});
		await first;
		process.resize(41, 142);
		await process.write(new TextEncoder().encode('yes\r'));
		expect((await process.exited).code).toBe(0);
		expect(output.replaceAll('\r', '')).toMatch(
			/^\/dev\/pts\/\d+\n30 90\n(yes\n)?41 142\n\[yes\]\n$/,
		);
	});
	it('limits rights: user, groups, capabilities, resources', async () => {
		const facts =
			'id -u; id -g; id -G; grep -E "CapEff|CapBnd|NoNewPrivs" /proc/self/status; ulimit -n';
		const { stdout } = await run({
			argv: ['sh', '-c', facts],
			user: '1234:5678',
			groups: [44],
			capabilities: ['CAP_CHOWN', 'CAP_KILL'],
			noNewPrivileges: true,
			rlimits: [{ type: 'nofile', soft: 77, hard: 99 }],
		});
		expect(stdout.split('\n').map((line) => line.replace(/\s+/g, ' '))).toEqual([
			'1234',
			'5678',
			'5678 44',
			'CapEff: 0000000000000000',
			'CapBnd: 0000000000000021',
			'NoNewPrivs: 1',
			'77',
			'',
		]);
	});
});

describe('facts and events', () => {
	it('reads every process in one request', async () => {
		const process = await guest.agent.spawn({
			argv: ['sleep', '50'],
			env,
			unshare: ['pid', 'uts'],
		});
		const facts = await guest.agent.processes();
		const init = facts.find((fact) => fact.pid === 1);
		const fact = facts.find(({ pid }) => pid === process.pid);
		expect(fact).toMatchObject({
			comm: 'sleep',
			args: ['sleep', '50'],
			uid: 0,
			nspid: [process.pid, 1],
		});
		expect(fact?.ns.pid).not.toBe(init?.ns.pid);
		expect(fact?.ns.net).toBe(init?.ns.net);
		expect(fact?.rssBytes).toBeGreaterThan(0);
		await must(guest.agent, [{ op: 'kill', pid: process.pid, signal: 9 }]);
		expect(await process.exited).toEqual({ code: 137, signal: 9 });
	});
	it('tells of new processes while somebody listens', async () => {
		const seen: string[] = [];
		const stop = guest.agent.subscribe(
			(event) => {
				if (event.type === 'exec') seen.push(event.args.join(' '));
				if (event.type === 'exit') seen.push(`exit ${event.status.code}`);
			},
			{ processes: true },
		);
		await guest.agent.hello();
		await run({ argv: ['sh', '-c', 'ls /none 2>/dev/null; exit 5'] });
		await expect.poll(() => seen).toEqual(expect.arrayContaining(['ls /none', 'exit 2', 'exit 5']));
		stop();
		await guest.agent.hello();
		const count = seen.length;
		await run({ argv: ['true'] });
		expect(seen.length).toBe(count);
	});
	it('tells when a cgroup ran out of memory', async () => {
		const cgroup = 'oom-test';
		await must(guest.agent, [
			{ op: 'mkdir', path: `/sys/fs/cgroup/${cgroup}` },
			{ op: 'write', path: `/sys/fs/cgroup/${cgroup}/memory.max`, data: '8M' },
		]);
		await guest.agent.watchOom(cgroup);
		const event = new Promise((resolve) => guest.agent.subscribe(resolve));
		const { code } = await run({ argv: ['sh', '-c', 'exec tail -c 30000000 /dev/zero'], cgroup });
		expect(code).toBe(137);
		expect(await event).toEqual({ type: 'oom', cgroup, count: 1 });
	});
	it('logs what was done, not what was looked at', async () => {
		const { next } = guest.agent.actions();
		await guest.agent.batch([
			{ op: 'read', path: '/proc/version' },
			{ op: 'mkdir', path: '/tmp/logged' },
			{ op: 'mkdir', path: '/tmp/logged' },
		]);
		const { actions } = guest.agent.actions(next);
		expect(actions.map(({ what, error }) => [what, error])).toEqual([
			['mkdir /tmp/logged', undefined],
			['mkdir /tmp/logged', 'mkdir /tmp/logged: file exists'],
		]);
	});
});

describe('the wire', () => {
	it('survives damage in both directions', async () => {
		const before = guest.agent.stats().badFrames;
		await guest.machine.agent.send(Uint8Array.from({ length: 5000 }, (_, at) => (at * 31) & 0xff));
		const hello = await guest.agent.hello();
		expect(hello.protocol).toBe(1);
		expect(guest.agent.stats().badFramesGuest).toBeGreaterThan(0);
		expect(guest.agent.stats().badFrames).toBe(before);
	});
});
