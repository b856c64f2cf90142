import { expect, it } from 'vitest';
import { steady } from './steady.ts';

it('answers the same list until something in it is another', () => {
	const keep = steady<string>();
	const first = keep(['a', 'b']);
	expect(keep(['a', 'b'])).toBe(first);
	expect(keep(['b', 'a'])).toEqual(['b', 'a']);
	expect(keep(['b'])).toEqual(['b']);
	expect(keep([])).toEqual([]);
});
