import { describe, expect, it } from 'vitest';
import { booleanQuery, decodePath, integerQuery, parseQuery, timeQuery } from './query.ts';

const read = (text: string) => parseQuery(text);

describe('query parameters', () => {
	it.each(['a=true', 'a=True', 'a=1', 'a=t', 'a=yes', 'a=', 'a'])('%s is true', (text) => {
		expect(booleanQuery(read(text), 'a')).toBe(true);
	});

	it.each(['a=false', 'a=False', 'a=0', '', 'b=1'])('%s is false', (text) => {
		expect(booleanQuery(read(text), 'a')).toBe(false);
	});

	it('reads whole numbers of 64 bits and refuses everything else', () => {
		expect(integerQuery(read('a=-5'), 'a')).toBe(-5);
		expect(integerQuery(read('a=%2B5'), 'a')).toBe(5);
		expect(integerQuery(read(''), 'a')).toBeUndefined();
		for (const bad of ['', 'x', '1.5', '1e3', '0x10', ' 1', 'NaN'])
			expect(() => integerQuery(read(`a=${bad}`), 'a')).toThrow(/invalid syntax/);
		expect(integerQuery(read('a=9223372036854775807'), 'a')).toBe(2 ** 63);
		for (const far of ['9223372036854775808', '-9223372036854775809', '9'.repeat(100_000)])
			expect(() => integerQuery(read(`a=${far}`), 'a')).toThrow(/value out of range/);
	});

	it('reads times', () => {
		expect(timeQuery(read('a=1970-01-01T00:00:01Z'), 'a')).toBe(1000);
		expect(timeQuery(read('a='), 'a')).toBeUndefined();
		expect(() => timeQuery(read('a=yesterday'), 'a')).toThrow(/cannot parse "yesterday"/);
	});

	it('leaves out pairs with a broken escape, and refuses such a path', () => {
		expect([...read('a=%zz&b=1&%=2&c=%41')]).toEqual([
			['b', '1'],
			['c', 'A'],
		]);
		expect(() => decodePath('/api/%zz')).toThrow(/invalid URL escape/);
		expect(decodePath('/api/%41')).toBe('/api/A');
	});
});
