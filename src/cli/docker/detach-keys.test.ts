import { describe, expect, it } from 'vitest';
import { detachKeys, DetachWatch } from './detach-keys.ts';

const typed = (...pieces: string[]) => pieces.map((piece) => new TextEncoder().encode(piece));
const passedOn = (keys: string, ...pieces: string[]) => {
	const watch = new DetachWatch(detachKeys(keys));
	return typed(...pieces).map((piece) => {
		const passed = watch.pass(piece);
		return passed && new TextDecoder().decode(passed);
	});
};

describe('the detach keys', () => {
	it.each([
		['', [16, 17]],
		['ctrl-a,d', [1, 100]],
		['ctrl-@,ctrl-_', [0, 31]],
	])('of "%s" are %j', (text, keys) => expect(detachKeys(text)).toEqual(keys));
	it.each(['ctrl-', 'ctrl-1', 'é', 'ab', 'a,'])('cannot be "%s"', (text) => {
		expect(() => detachKeys(text)).toThrow(`invalid detach keys (${text}) provided`);
	});
	it('are seen at once and apart, and what only began like them is passed on', () => {
		expect(passedOn('', 'ls\n', '\x10\x11')).toEqual(['ls\n', undefined]);
		expect(passedOn('', '\x10', '\x11')).toEqual(['', undefined]);
		expect(passedOn('', '\x10', 'x\x11')).toEqual(['', '\x10x\x11']);
		expect(passedOn('', '\x10\x10\x11')).toEqual([undefined]);
	});
});
