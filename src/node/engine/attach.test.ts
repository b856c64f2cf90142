import { describe, expect, it } from 'vitest';
import type { Container, Image } from '../../api/engine.ts';
import { attachTo, hasUnreadOutput } from './attach.ts';
import { ContainerRecord } from './container-record.ts';

function interactive(): ContainerRecord {
	const config = { openStdin: true, sandbox: 'sandbox' };
	const info = { state: 'running', config } as unknown as Container;
	return new ContainerRecord(info, {} as Image, () => 0);
}

const hi = new TextEncoder().encode('hi');

async function heard(record: ContainerRecord): Promise<string> {
	const attachment = attachTo(record);
	let text = '';
	attachment.onOutput((_stream, data) => void (text += new TextDecoder().decode(data)));
	await attachment.done;
	return text;
}

describe('a pod’s interactive container that is over before anybody attached', () => {
	it('gives what it printed to the first who attaches, and lets go at once', async () => {
		const record = interactive();
		await record.taps.deliver('stdout', hi);
		expect(hasUnreadOutput(record)).toBe(false);
		record.info.state = 'exited';
		record.taps.end();
		expect(hasUnreadOutput(record)).toBe(true);
		expect(await heard(record)).toBe('hi');
		expect(hasUnreadOutput(record)).toBe(false);
	});

	it('lets go of one who does not take what was printed before', async () => {
		const record = interactive();
		await record.taps.deliver('stdout', hi);
		const attachment = attachTo(record);
		attachment.onOutput(() => Promise.reject(new Error('the client is gone')));
		await attachment.done;
		await record.taps.deliver('stdout', hi);
	});

	it('holds on to one that runs again', async () => {
		const record = interactive();
		await record.taps.deliver('stdout', hi);
		record.taps.end();
		record.info.state = 'running';
		let over = false;
		const attachment = attachTo(record);
		const ended = attachment.done.then(() => (over = true));
		await Promise.resolve();
		expect(over).toBe(false);
		record.taps.end();
		await ended;
	});
});
