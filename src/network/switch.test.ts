import { describe, expect, it } from 'vitest';
import { ManualClock } from '../util/clock.ts';
import { SeededRng } from '../util/rng.ts';
import { Switch } from './switch.ts';

const broadcast = [255, 255, 255, 255, 255, 255];
const mac = (n: number) => [2, 0, 0, 0, 0, n];

function frame(to: number[], from: number[], payload = 1): Uint8Array<ArrayBuffer> {
	return Uint8Array.from([...to, ...from, 8, 0, payload]);
}

function rack() {
	const clock = new ManualClock();
	const wires = new Switch(clock, new SeededRng(1));
	const got: string[] = [];
	for (const node of ['a', 'b', 'c']) wires.attach(node, (data) => got.push(`${node}:${data[14]}`));
	return { clock, wires, got };
}

describe('Switch', () => {
	it('floods broadcasts to all but the sender', () => {
		const { wires, got } = rack();
		wires.receive('a', frame(broadcast, mac(1)));
		expect(got).toEqual(['b:1', 'c:1']);
	});

	it('sends to one port once the address was heard there', () => {
		const { wires, got } = rack();
		wires.receive('b', frame(broadcast, mac(2)));
		got.length = 0;
		wires.receive('a', frame(mac(2), mac(1), 7));
		expect(got).toEqual(['b:7']);
	});

	it('drops everything on a cut link and counts it', () => {
		const { wires, got } = rack();
		wires.setLink('b', { up: false, delayMs: 0, loss: 0 });
		wires.receive('a', frame(broadcast, mac(1)));
		wires.receive('b', frame(broadcast, mac(2)));
		expect(got).toEqual(['c:1']);
		expect(wires.counters()['b']?.dropped).toBe(2);
	});

	it('delays without changing the order', async () => {
		const { clock, wires, got } = rack();
		wires.setLink('b', { up: true, delayMs: 20, loss: 0 });
		wires.receive('a', frame(broadcast, mac(1), 1));
		wires.setLink('b', { up: true, delayMs: 5, loss: 0 });
		wires.receive('a', frame(broadcast, mac(1), 2));
		expect(got.filter((line) => line.startsWith('b'))).toEqual([]);
		await clock.advance(25);
		expect(got.filter((line) => line.startsWith('b'))).toEqual(['b:1', 'b:2']);
	});

	it('loses about the share it is told to', () => {
		const { wires } = rack();
		wires.setLink('b', { up: true, delayMs: 0, loss: 0.5 });
		for (let i = 0; i < 1000; i++) wires.receive('a', frame(broadcast, mac(1)));
		const dropped = wires.counters()['b']?.dropped ?? 0;
		expect(dropped).toBeGreaterThan(400);
		expect(dropped).toBeLessThan(600);
	});

	it('ignores what is too short to be Ethernet', () => {
		const { wires, got } = rack();
		wires.receive('a', new Uint8Array(5));
		expect(got).toEqual([]);
	});
});
