import { describe, expect, it } from 'vitest';
import { SeededRng } from '../util/rng.ts';
import { LinearPattern } from './linear-pattern.ts';
import { fits, isHarmless } from './pattern.ts';

describe('LinearPattern', () => {
	it.each([
		'abc',
		'a.c',
		'^ab*c$',
		'(a|bc)+d',
		'[a-c]{2,3}$',
		'^(?:ab|a)?b',
		'[^ab]+',
		'\\bab\\b',
		'\\Bb',
		'a{2}',
		'a{1,}b?',
		'(a*)*c',
		'\\d+ \\w+',
		'[\\w.-]+ ?',
		'^$',
		'(^a|b$)',
		'a+?b',
		'',
	])('%s finds what the built-in matcher finds', (pattern) => {
		const rng = new SeededRng(7);
		const alphabet = 'abcd 1\n.-';
		for (const lines of [false, true]) {
			const mine = LinearPattern.read(pattern, lines);
			const theirs = new RegExp(pattern, lines ? 'mu' : 'u');
			expect(mine).toBeDefined();
			for (let round = 0; round < 300; round++) {
				const length = Math.floor(rng.next() * 9);
				const text = Array.from(
					{ length },
					() => alphabet[Math.floor(rng.next() * alphabet.length)],
				).join('');
				expect([text, mine?.test(text)]).toEqual([text, theirs.test(text)]);
			}
		}
	});

	it.each(['(?=a)', '(?!a)b', '(a)\\1', '\\p{L}', '(?<n>a)', 'a{999}', '(((a{99}){99}){99})'])(
		'does not know %s',
		(pattern) => {
			expect(isHarmless(pattern)).toBe(false);
		},
	);
});

describe('fits', () => {
	it.each(['^(a+)+$', '(a|a)*b', '(.*a){12}$', 'a*a*a*a*a*b', '(?:a?){40}a{40}$', '(\\w+\\s?)+:$'])(
		'answers at once where a backtracking matcher takes for ever: %s',
		(pattern) => {
			const began = performance.now();
			fits(pattern, `${'a'.repeat(50_000)}!`);
			expect(performance.now() - began).toBeLessThan(1500);
		},
	);

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
});
