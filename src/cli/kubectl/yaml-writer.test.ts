import { describe, expect, it } from 'vitest';
import { toYaml } from './yaml-writer.ts';

describe('toYaml', () => {
	it.each([
		['true', '"true"'],
		['yes', '"yes"'],
		['1', '"1"'],
		['1.5', '"1.5"'],
		['', '""'],
		['null', '"null"'],
		['a: b', "'a: b'"],
		['- x', "'- x'"],
		['#c', "'#c'"],
		["it's", "it's"],
		['x:', "'x:'"],
		['0x1f', '"0x1f"'],
		['2024-01-01', '"2024-01-01"'],
		['1:30', '"1:30"'],
		['~', '"~"'],
		['%x', "'%x'"],
		['-', "'-'"],
		['=', '='],
		['NaN', 'NaN'],
		['é', 'é'],
		['😀', '"\\U0001F600"'],
		['tab\there', '"tab\\there"'],
		['a\r\nb', '"a\\r\\nb"'],
		['line1\nline2\n', '|\n  line1\n  line2'],
		['line1\nline2', '|-\n  line1\n  line2'],
		['  lead\nx', '|2-\n    lead\n  x'],
		['a\n\n', '|+\n  a\n'],
		['a\nb  \nc', '"a\\nb  \\nc"'],
	])('quotes %j as Go does', (value, expected) => {
		expect(toYaml({ k: value })).toBe(`k: ${expected}\n`);
	});

	it('folds a long text at spaces', () => {
		const long =
			'very long line that goes on and on and on beyond eighty characters to see whether it is folded or not at all ok';
		expect(toYaml({ data: { bn: long } })).toBe(
			'data:\n  bn: very long line that goes on and on and on beyond eighty characters to see whether\n    it is folded or not at all ok\n',
		);
	});

	it('sorts keys and does not indent lists', () => {
		expect(toYaml({ b: [{ y: 1, x: {} }, []], a: null })).toBe(
			'a: null\nb:\n- x: {}\n  "y": 1\n- []\n',
		);
	});
});
