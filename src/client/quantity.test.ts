import { describe, expect, it } from 'vitest';
import {
	add,
	compare,
	formatQuantity,
	milliValue,
	parseQuantity,
	quantityToNumber,
	sub,
} from './quantity.ts';

describe('quantity', () => {
	it.each([
		['1000m', '1'],
		['0.5', '500m'],
		['1500m', '1500m'],
		['1024Mi', '1Gi'],
		['1536Mi', '1536Mi'],
		['1.5Gi', '1536Mi'],
		['0.1Mi', '104857600m'],
		['512Ki', '512Ki'],
		['100Ki', '100Ki'],
		['1000Ki', '1000Ki'],
		['1e3', '1e3'],
		['1000000', '1M'],
		['0', '0'],
		['-250m', '-250m'],
		['.5', '500m'],
		['1n', '1n'],
		['0.1n', '1n'],
		['1e3000000', '9223372036854775807'],
		['-1e3000000', '-9223372036854775807'],
		['1e-3000000', '1e-9'],
		['1e99999999999999999999', '9223372036854775807'],
		['0e99999999999999999999', '0'],
		['8Ei', '9223372036854775807'],
		['100Ei', '9223372036854775807'],
		['7Ei', '7Ei'],
		['9E', '9E'],
		['500', '500'],
	])('%s is written %s', (text, canonical) => {
		expect(formatQuantity(parseQuantity(text))).toBe(canonical);
	});
	it.each(['', 'x', '1x', '1 Gi', '1KI', 'Mi', '--1', '1.2.3'])('refuses %j', (text) => {
		expect(() => parseQuantity(text)).toThrow('quantities must match');
	});
	it('takes any number of digits', () => {
		const canonical = (text: string) => formatQuantity(parseQuantity(text));
		const zeros = '0'.repeat(1_000_000);
		expect(canonical('9'.repeat(1_000_000))).toBe('9223372036854775807');
		expect([canonical(`0.${zeros}1`), canonical(`${zeros}1`)]).toEqual(['1n', '1']);
		expect(canonical(`0.${zeros}1e1000001`)).toBe('1');
		expect(canonical(`1.${zeros}1`)).toBe('1000000001n');
		expect(() => parseQuantity(`${'9'.repeat(1_000_000)}x`)).toThrow('quantities must match');
	});
	it('computes exactly', () => {
		expect(formatQuantity(add('100m', '900m'))).toBe('1');
		expect(formatQuantity(sub('1Gi', '1Mi'))).toBe('1023Mi');
		expect(compare('1Gi', '1000Mi')).toBeGreaterThan(0);
		expect(compare('1', '1000m')).toBe(0);
		expect(quantityToNumber('64Mi')).toBe(64 * 2 ** 20);
		expect(milliValue('0.0001')).toBe(1);
	});
});
