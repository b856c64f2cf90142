import { describe, expect, it } from 'vitest';
import { BootConsole } from './boot-console.ts';

function print(text: string): { console: BootConsole; lines: string[] } {
	const console = new BootConsole();
	const lines = [...new TextEncoder().encode(text)].flatMap((byte) => console.byte(byte) ?? []);
	return { console, lines };
}

describe('what the guest prints', () => {
	it('is told by line', () => {
		const { console, lines } = print('one\r\ntwo\nthree');
		expect(lines).toEqual(['one', 'two']);
		expect(console.text).toBe('one\ntwo\nthree');
	});
	it('is kept in bounds, without the end of a line, too', () => {
		const { console, lines } = print('x'.repeat(10_000));
		expect(lines.map(({ length }) => length)).toEqual([4096, 4096]);
		expect(console.text).toHaveLength(10_002);
	});
});
