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
		['500', '500'],
	])('%s is written %s', (text, canonical) => {
		expect(formatQuantity(parseQuantity(text))).toBe(canonical);
	});
	it.each(['', 'x', '1x', '1 Gi', '1KI', 'Mi', '--1', '1.2.3'])('refuses %j', (text) => {
		expect(() => parseQuantity(text)).toThrow('quantities must match');
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
