import { describe, expect, it } from 'vitest';
import { KeyStrip, nameOf } from './key-strip.svelte.ts';

const key = (name: string, more: Partial<KeyboardEvent> = {}) => ({
	key: name,
	ctrlKey: false,
	altKey: false,
	metaKey: false,
	shiftKey: false,
	isComposing: false,
	...more,
});

describe('keys shown to a class', () => {
	it('are called as they are engraved, and modifiers only with what they modify', () => {
		expect(nameOf(key('c', { ctrlKey: true }))?.text).toBe('Ctrl + C');
		expect(nameOf(key('Tab', { shiftKey: true }))?.text).toBe('Shift + Tab');
		expect(nameOf(key('ArrowUp'))?.text).toBe('↑');
		expect(nameOf(key('A', { shiftKey: true }))).toEqual({ text: 'A', named: false });
		expect(nameOf(key('@', { ctrlKey: true, altKey: true }))).toEqual({ text: '@', named: false });
		expect(nameOf(key('Control', { ctrlKey: true }))).toBeUndefined();
		expect(nameOf(key('n', { isComposing: true }))).toBeUndefined();
	});

	it('join to words, and can be switched off', () => {
		const strip = new KeyStrip();
		for (const one of 'ls -l') strip.press(key(one));
		strip.press(key('Enter'));
		strip.press(key('c', { ctrlKey: true }));
		strip.press(key('p'));
		expect(strip.keys.map(({ text }) => text)).toEqual(['ls -l', 'Enter', 'Ctrl + C', 'p']);
		for (let presses = 0; presses < 3; presses++) strip.press(key('PageDown'));
		expect(strip.keys.at(-1)).toMatchObject({ text: 'Page Down', times: 3 });
		strip.show(false);
		strip.press(key('x'));
		expect(strip.keys).toEqual([]);
	});
});
