import { expect, it } from 'vitest';
import { packText, unpackText } from './packed-text.ts';

it('gives a text back, and nothing for what is damaged', async () => {
	const text = '滚动更新 '.repeat(100);
	const packed = await packText(text);
	expect(packed.length).toBeLessThan(100);
	expect(await unpackText(packed, 10_000)).toBe(text);
	expect(await unpackText(packed.slice(0, -4), 10_000)).toBeUndefined();
	expect(await unpackText('%', 10_000)).toBeUndefined();
});

it('stops where a small text grows beyond the limit', async () => {
	const bomb = await packText('\0'.repeat(5_000_000));
	expect(bomb.length).toBeLessThan(10_000);
	expect(await unpackText(bomb, 1_000_000)).toBeUndefined();
});
