import { describe, expect, it } from 'vitest';
import { isLinear, linearMatch } from './linear-match.ts';
import { fits, matchWith } from './pattern.ts';

describe('fits', () => {
	it('looks at the lines of a text when asked to', () => {
		expect(fits('^b$', 'a\nb\nc')).toBe(false);
		expect(fits('^b$', 'a\nb\nc', true)).toBe(true);
	});

	it('takes what it cannot compile for something that never fits', () => {
		expect(fits('(', '(')).toBe(false);
	});

	it('knows look-ahead, which own lessons use', () => {
		expect(fits('unshare .*--pid(?!.*--fork)', 'unshare --pid sh')).toBe(true);
		expect(fits('unshare .*--pid(?!.*--fork)', 'unshare --pid --fork sh')).toBe(false);
	});

	it('looks at the first 8,192 characters', () => {
		expect(fits('b', `${'a'.repeat(8191)}b`)).toBe(true);
		expect(fits('b', `${'a'.repeat(8192)}b`)).toBe(false);
	});
});

describe('a lesson from elsewhere', () => {
	it.each(['(?=a)', '(?!a)b', '(?<=a)b', '(a)\\1', 'a{9999}'])('cannot have %s', (pattern) =>
		expect(isLinear(pattern)).toBe(false),
	);

	// A backtracking matcher would not come to an end with these.
	it.each([
		['^(a+)+$', false],
		['(a|a)*b', false],
		['(.*a){12}$', false],
		['a*a*a*a*a*b', false],
		['(?:a?){40}a{40}', true],
		['(\\w+\\s?)+:$', false],
	])('cannot keep the page busy with %s', (pattern, fitting) => {
		matchWith(linearMatch);
		expect(fits(pattern, `${'a'.repeat(8000)}!`)).toBe(fitting);
	});

	it('has lines, classes, groups and anchors', () => {
		matchWith(linearMatch);
		expect(fits('^node-\\d+ +(Ready|NotReady)$', 'NAME\nnode-1  Ready\n', true)).toBe(true);
		expect(fits('^node-\\d+ +(Ready|NotReady)$', 'node-x  Ready')).toBe(false);
		expect(fits('命名.间', '一个命名空间')).toBe(true);
	});
});
