import { describe, expect, it } from 'vitest';
import { FakeAgent } from './fake-agent.ts';
import { endedProcess } from './fake-engine.ts';
import { measurePressure, PressureMemory, rootSize } from './node-pressure.ts';

const size = { memoryBytes: 96 << 20, storageBytes: 72 << 20 };

function agentOf(availableKb: number, shmemKb: number, stat: string) {
	const agent = new FakeAgent();
	agent.files.set('/proc/meminfo', `MemAvailable: ${availableKb} kB\nShmem: ${shmemKb} kB\n`);
	const looks: string[] = [];
	agent.onSpawn = ({ argv }) => {
		looks.push(argv.join(' '));
		return endedProcess(0, stat);
	};
	return { agent, looks };
}

describe('what a node is short of', () => {
	it('is nothing while there is room, and nobody looks closer', async () => {
		const { agent, looks } = agentOf(40_000, 10_000, '');
		expect(await measurePressure(agent, size)).toEqual({ memory: false, disk: false });
		expect(looks).toEqual([]);
	});
	it.each([
		['3000 18432 900 1000', false],
		['2700 18432 900 1000', true],
		['9000 18432 40 1000', true],
		['9000 18432 60 1000', false],
	])('is the disk by the file system: %s', async (stat, disk) => {
		const { agent, looks } = agentOf(40_000, 60_000, `${stat}\n`);
		expect(await measurePressure(agent, size)).toEqual({ memory: false, disk });
		expect(looks).toEqual(['stat -f -c %a %b %d %c /']);
	});
	it('is memory when next to nothing is available', async () => {
		const { agent } = agentOf(4000, 10_000, '');
		expect(await measurePressure(agent, size)).toEqual({ memory: true, disk: false });
		const large = { ...size, memoryBytes: 8 * 2 ** 30 };
		const { agent: roomy } = agentOf(90 << 10, 10_000, '');
		expect(await measurePressure(roomy, size)).toEqual({ memory: false, disk: false });
		expect(await measurePressure(roomy, large)).toEqual({ memory: true, disk: false });
		expect(await measurePressure(new FakeAgent(), size)).toEqual({ memory: false, disk: false });
	});
	it('counts for a while after it was seen', () => {
		const seen = new PressureMemory(300_000);
		const none = { memory: false, disk: false };
		expect(seen.observe(none, 0)).toEqual(none);
		expect(seen.observe({ memory: false, disk: true }, 1000)).toEqual({
			memory: false,
			disk: true,
		});
		expect(seen.observe(none, 300_000)).toEqual({ memory: false, disk: true });
		expect(seen.observe(none, 301_000)).toEqual(none);
	});
});

it('reads the size of the root from the mounts', () => {
	const mounts = [
		'rootfs / rootfs rw 0 0',
		'tmpfs / tmpfs rw,relatime,size=70956k,mode=755 0 0',
		'tmpfs /run tmpfs rw,size=100k 0 0',
	];
	expect(rootSize(mounts.join('\n'), 96 << 20)).toBe(70_956 * 1024);
	expect(rootSize('tmpfs / tmpfs rw 0 0', 96 << 20)).toBe(48 << 20);
	expect(rootSize('', 96 << 20)).toBe(48 << 20);
});
