import { expect, it } from 'vitest';
import { canonicalJson, deepEqual } from './deep-equal.ts';

it.each([
	[{ a: 1, b: null }, { a: 1 }, true],
	[{ a: [1, 2] }, { a: [1, 2] }, true],
	[{ a: [1, 2] }, { a: [2, 1] }, false],
	[{ a: {} }, {}, false],
	[{ a: undefined }, {}, true],
	[[], {}, false],
	['1', 1, false],
])('%j and %j: %s', (a, b, expected) => {
	expect(deepEqual(a, b)).toBe(expected);
	expect(canonicalJson(a) === canonicalJson(b)).toBe(expected);
});
