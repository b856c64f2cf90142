import { describe, expect, it } from 'vitest';
import { OutputTaps } from './output-taps.ts';

const target = {
	write: async () => undefined,
	closeStdin: () => undefined,
	resize: () => undefined,
};
const bytes = (text: string) => new TextEncoder().encode(text);

function listen(taps: OutputTaps): string[] {
	const heard: string[] = [];
	taps.attach(target).onOutput((stream, data) => {
		heard.push(`${stream} ${new TextDecoder().decode(data)}`);
	});
	return heard;
}

describe('what a container printed before anybody attached', () => {
	it('begins the first attachment, and no later one', async () => {
		const taps = new OutputTaps({ keepsOpening: true });
		await taps.deliver('stdout', bytes('hi'));
		await taps.deliver('stderr', bytes('oh'));
		const first = listen(taps);
		const second = listen(taps);
		await taps.deliver('stdout', bytes('more'));
		expect(first).toEqual(['stdout hi', 'stderr oh', 'stdout more']);
		expect(second).toEqual(['stdout more']);
	});

	it('is still there after the end, for one attachment', async () => {
		const taps = new OutputTaps({ keepsOpening: true });
		await taps.deliver('stdout', bytes('hi'));
		taps.end();
		expect(taps.hasOpening).toBe(true);
		expect(listen(taps)).toEqual(['stdout hi']);
		expect(taps.hasOpening).toBe(false);
	});

	it('is not kept when it is a flood', async () => {
		const taps = new OutputTaps({ keepsOpening: true });
		for (let index = 0; index < 3; index++) await taps.deliver('stdout', bytes('x'.repeat(30_000)));
		expect(listen(taps)).toEqual([]);
	});

	it('is not kept for a container that takes no input', async () => {
		const taps = new OutputTaps();
		await taps.deliver('stdout', bytes('hi'));
		expect(listen(taps)).toEqual([]);
	});
});
