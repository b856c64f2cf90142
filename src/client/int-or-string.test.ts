import { expect, it } from 'vitest';
import { scaledValue } from './int-or-string.ts';

it.each([
	[3, 10, true, 3],
	['25%', 10, true, 3],
	['25%', 10, false, 2],
	['0%', 10, true, 0],
	['100%', 3, false, 3],
] as const)('%s of %d (up: %s) is %d', (value, total, up, expected) => {
	expect(scaledValue(value, total, up)).toBe(expected);
});
it('refuses text that is no percentage', () => {
	expect(() => scaledValue('abc', 1, true)).toThrow('not a percentage');
});
