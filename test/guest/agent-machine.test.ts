import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { machineMemory } from '../../src/api/node.ts';
import { httpRequest } from '../../src/node/agent/http-client.ts';
import { shareMount } from '../../src/node/emulator/hardware.ts';
import { Iptables } from '../../src/node/iptables.ts';
import { RealClock } from '../../src/util/clock.ts';
import { bootGuest, must, runInGuest, shell, type Guest } from '../harness/guest.ts';

const clock = new RealClock();
let guest: Guest;
beforeAll(async () => {
	guest = await bootGuest();
});
afterAll(() => guest.close());

describe('sockets of the guest', () => {
	it('carries a request to a server in the guest, and its answer', async () => {
		await shell(guest.agent, 'mkdir /srv; seq 50000 > /srv/numbers; busybox httpd -p 8080 -h /srv');
		const at = { address: '127.0.0.1', port: 8080, timeoutMs: 30_000 };
		const { status, body } = await httpRequest(guest.agent, clock, { ...at, path: '/numbers' });
		expect([status, body.length]).toEqual([200, 288_894]);
		expect((await httpRequest(guest.agent, clock, { ...at, path: '/none' })).status).toBe(404);
	});
	it('says what the kernel says when there is no answer', async () => {
		const ask = (address: string, netns?: string) =>
			httpRequest(guest.agent, clock, { address, port: 81, ...(netns ? { netns } : {}) });
		await expect(ask('127.0.0.1')).rejects.toThrow(
			'dial tcp 127.0.0.1:81: connect: connection refused',
		);
		await must(guest.agent, [{ op: 'netns-add', path: '/run/netns/lonely' }]);
		await expect(ask('10.1.2.3', '/run/netns/lonely')).rejects.toThrow(
			'dial tcp 10.1.2.3:81: connect: network is unreachable',
		);
	});
	it('lets this side serve TCP and UDP in the guest', async () => {
		const tcp = await guest.agent.listenTcp({ address: '0.0.0.0', port: 9000 }, (socket) => {
			const answer = async () => {
				await socket.data[Symbol.asyncIterator]().next();
				await socket.write(new TextEncoder().encode('HTTP/1.0 200 OK\r\n\r\nfrom outside\n'));
			};
			// Without an answer the client says so.
			answer().then(
				() => socket.end(),
				() => socket.end(),
			);
		});
		expect(await shell(guest.agent, 'wget -q -O - http://127.0.0.1:9000/')).toBe('from outside\n');
		const udp = await guest.agent.listenUdp(
			{ address: '127.0.0.1', port: 5353 },
			(datagram, reply) =>
				reply(new TextEncoder().encode(`${new TextDecoder().decode(datagram.data)} pong`)),
		);
		const line = 'exec 3<>/dev/udp/127.0.0.1/5353; printf ping >&3; head -c 9 <&3';
		const { stdout } = await runInGuest(guest.agent, { argv: ['bash', '-c', line] });
		expect(stdout).toBe('ping pong');
		tcp.close();
		udp.close();
		expect(await shell(guest.agent, 'wget -q -O - http://127.0.0.1:9000/')).toContain('refused');
	});
});

describe('rules of the node', () => {
	const line = (comment: string) =>
		['nat', 'filter']
			.map((table) => `*${table}\n-A OUTPUT -m comment --comment ${comment}\nCOMMIT\n`)
			.join('');
	const comments = () => shell(guest.agent, 'iptables -S OUTPUT | grep -o "comment [a-z][a-z]*"');

	it('are changed by others only where no component wrote', async () => {
		const iptables = new Iptables(guest.agent);
		await iptables.restore(line('first'));
		await Promise.all([iptables.restore(line('second')), iptables.restore(line('third'))]);
		expect(await comments()).toBe('comment first\ncomment second\ncomment third\n');
		expect((await iptables.changesByOthers()).changes).toBe(0);
		await shell(guest.agent, 'iptables -F OUTPUT');
		expect((await iptables.changesByOthers()).changes).toBe(1);
		expect((await iptables.changesByOthers()).changes).toBe(1);
	});
	it('are known to be changed when a component writes before it looks', async () => {
		const iptables = new Iptables(guest.agent);
		await iptables.restore(line('first'));
		await shell(guest.agent, 'iptables -F OUTPUT');
		await iptables.restore(line('second'));
		expect((await iptables.changesByOthers()).changes).toBe(1);
	});
	it('are not taken for changed after a write that failed', async () => {
		const iptables = new Iptables(guest.agent);
		await iptables.restore(line('first'));
		await expect(iptables.restore('*nat\n-A NOWHERE\nCOMMIT\n')).rejects.toThrow(
			/^iptables-restore --noflush: exit status 1: .*line 2 failed/,
		);
		expect((await iptables.changesByOthers()).changes).toBe(0);
		await shell(guest.agent, 'iptables -F OUTPUT; iptables -t nat -F OUTPUT');
	});
});

describe('the machine', () => {
	it('shares files written from outside, as a lower layer too', async () => {
		guest.machine.files.writeTree('/layer', [
			{
				path: 'bin/hello',
				type: 'file',
				mode: 0o755,
				uid: 0,
				gid: 0,
				mtime: 1_600_000_000,
				data: new TextEncoder().encode('#!/bin/sh\necho hello from 9p\n'),
			},
			{ path: 'etc', type: 'char', mode: 0, uid: 0, gid: 0, mtime: 0 },
		]);
		const layer = `${shareMount.path}/layer`;
		await must(guest.agent, [
			{ op: 'mkdir', path: shareMount.path, parents: true },
			{ op: 'mkdir', path: '/run/o/u', parents: true },
			{ op: 'mkdir', path: '/run/o/w' },
			{ op: 'mkdir', path: '/run/o/m' },
			{
				op: 'mount',
				source: shareMount.tag,
				target: shareMount.path,
				fstype: '9p',
				data: shareMount.data,
			},
			{
				op: 'mount',
				source: 'overlay',
				target: '/run/o/m',
				fstype: 'overlay',
				data: `lowerdir=${layer}:/,upperdir=/run/o/u,workdir=/run/o/w`,
			},
		]);
		expect(
			await shell(guest.agent, '/run/o/m/bin/hello; ls -d /run/o/m/etc /run/o/m/usr 2>/dev/null'),
		).toBe('hello from 9p\n/run/o/m/usr\n');
		expect(
			await shell(guest.agent, 'echo changed > /run/o/m/bin/hello; head -1 /run/o/m/bin/hello'),
		).toBe('changed\n');
	});
	it('goes back to a saved state, and stands still while stopped', async () => {
		const state = await guest.machine.saveState();
		await shell(guest.agent, 'touch /marker');
		await guest.machine.restoreState(state);
		expect(await shell(guest.agent, 'ls /marker 2>&1')).toContain('No such file');
		const [before = 0, after = 0] = (
			await shell(guest.agent, 'cat /proc/uptime; sleep 0.3; cat /proc/uptime')
		)
			.split('\n')
			.map(Number.parseFloat);
		expect(after - before).toBeGreaterThanOrEqual(0.3);
		await guest.machine.stop();
		const counter = guest.machine.instructions;
		const answer = guest.agent.hello();
		await new Promise((resolve) => setTimeout(resolve, 200));
		expect(guest.machine.instructions).toBe(counter);
		await guest.machine.run();
		expect((await answer).protocol).toBe(1);
	});
	it('takes frames only when the card is ready, and tells those sent', async () => {
		const frames: Uint8Array[] = [];
		guest.machine.onFrame((frame) => frames.push(frame));
		await shell(
			guest.agent,
			'ip addr add 192.168.56.9/24 dev eth0; ip link set eth0 up; ping -c 1 -W 1 192.168.56.10',
		);
		const request = frames.find((frame) => frame[12] === 0x08 && frame[13] === 0x06);
		expect([...(request?.slice(38, 42) ?? [])]).toEqual([192, 168, 56, 10]);
		guest.machine.receiveFrame(new Uint8Array(60));
		expect((await guest.agent.hello()).protocol).toBe(1);
	});
	it('has the memory that it is left with', async () => {
		const megabytes = async () => {
			const [, kilobytes] =
				/^MemTotal: +(\d+)/.exec(await shell(guest.agent, 'cat /proc/meminfo')) ?? [];
			return Number(kilobytes) / 1024;
		};
		const whole = await megabytes();
		expect(whole).toBeGreaterThan(machineMemory - 32);
		await guest.machine.leaveMemory(128 << 20);
		expect(await megabytes()).toBe(whole - machineMemory + 128);
	});
	it('answers as before while the ports of its agent and its console are flooded', async () => {
		const flood = 'timeout 2 cat /dev/urandom > /dev/hvc1 & timeout 2 cat /dev/zero > /dev/ttyS0 &';
		await shell(guest.agent, `(${flood}) > /dev/null 2>&1; sleep 0.2`);
		for (let i = 0; i < 10; i++) {
			const numbers = await shell(guest.agent, 'seq 2000');
			expect(numbers.length).toBe(8893);
		}
		await shell(guest.agent, 'sleep 2; echo "Kernel panic - not syncing: so it says" > /dev/ttyS0');
		expect(await shell(guest.agent, 'echo whole')).toBe('whole\n');
	});
	it('has an agent again after it was killed, which is asked for what the first one held', async () => {
		const lost = new Promise<Error>((resolve) => guest.agent.onLost(resolve));
		const held = await guest.agent.listenTcp({ address: '0.0.0.0', port: 9001 }, (socket) => {
			const answer = socket.write(new TextEncoder().encode('HTTP/1.0 200 OK\r\n\r\nstill\n'));
			socket.end();
			// Without an answer the client says so.
			answer.catch(() => undefined);
		});
		const process = await guest.agent.spawn({ argv: ['sleep', '1000'], env: [] });
		const asked = guest.agent.spawn({
			argv: ['sh', '-c', 'kill -9 $(pidof agent)'],
			env: ['PATH=/usr/bin:/bin'],
		});
		expect(await process.exited).toEqual({ code: 137, signal: 9 });
		expect((await lost).message).toContain('has been started again');
		await asked.catch(() => undefined);
		expect(await shell(guest.agent, 'wget -q -O - http://127.0.0.1:9001/')).toBe('still\n');
		held.close();
	});
	it('tells that the way to an address is gone, and that it is there again', async () => {
		const told: (string | undefined)[] = [];
		await guest.agent.watchRoute('192.168.56.10', (errno) => told.push(errno));
		const change = async (line: string) => {
			told.length = 0;
			await shell(guest.agent, line);
			return told;
		};
		await change('ip addr replace 192.168.56.9/24 dev eth0; ip link set eth0 up');
		expect(await change('ip link set eth0 down')).toEqual(['ENETUNREACH']);
		expect(await change('ip link set eth0 up')).toEqual([undefined]);
		expect(await change('ip addr flush dev eth0')).toEqual(['ENETUNREACH']);
		expect(await change('ip addr add 192.168.56.9/24 dev eth0')).toEqual([undefined]);
		expect(await change('ip route replace prohibit 192.168.56.10')).toEqual(['EACCES']);
		expect(await change('ip route del prohibit 192.168.56.10')).toEqual([undefined]);
	});
	it('tells when its kernel has panicked', async () => {
		const halted = new Promise<void>((resolve) => guest.machine.onHalt(() => resolve()));
		guest.agent
			.batch([{ op: 'write', path: '/proc/sysrq-trigger', data: 'c' }])
			.catch(() => undefined);
		await halted;
		expect(guest.machine.console.text).toContain('Kernel panic - not syncing');
	});
});
