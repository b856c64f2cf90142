import { describe, expect, it } from 'vitest';
import { isDeeperThan } from './depth.ts';
import { own, setOwn } from './own.ts';
import { parseYaml } from './yaml.ts';

/** Processor time, so that a busy machine does not decide. */
function cpuSeconds(run: () => unknown): number {
	const before = process.cpuUsage();
	try {
		run();
	} catch {
		// Refusing is as good as reading.
	}
	const { user, system } = process.cpuUsage(before);
	return (user + system) / 1e6;
}

const keys = Array.from({ length: 60_000 }, (_, i) => `key${i}: ${i}`).join('\n');
const laughs = ['a0: &a0 [x, x, x, x, x, x, x, x, x]'];
for (let i = 1; i < 12; i++)
	laughs.push(`a${i}: &a${i} [${Array.from({ length: 9 }, () => `*a${i - 1}`).join(', ')}]`);

describe('YAML from outside', { timeout: 60_000 }, () => {
	it.each([
		['many keys', keys],
		['billion laughs', laughs.join('\n')],
		['deep lists', '['.repeat(50_000)],
		['deep mappings', '{"a":'.repeat(50_000)],
		['deep keys', '? '.repeat(5_000)],
		['keys of keys', `${'? - '.repeat(500)}a`],
		['deep dashes', '- '.repeat(20_000)],
		['deep dashes and colons', '- : '.repeat(20_000)],
		['deep steps', Array.from({ length: 1400 }, (_, i) => `${' '.repeat(i)}a:`).join('\n')],
		['deep lists in a block', `a:\n  - ${'[{b: '.repeat(30_000)}`],
		['a long list', `[${'1, '.repeat(30_000)}1]`],
		['many errors', '} '.repeat(5_000)],
		['many documents', '---\na: 1\n'.repeat(10_000)],
	])('takes no time for %s', (_, text) => {
		expect(cpuSeconds(() => parseYaml(text))).toBeLessThan(8);
	});

	it('keeps every key and names the line of one set twice', () => {
		expect(Object.keys(parseYaml(keys) as object)).toHaveLength(60_000);
		expect(() => parseYaml('a: 1\nb:\n  c: 1\n  c: 2')).toThrow(
			'line 4: key "c" already set in map',
		);
		expect(() => parseYaml('? [a]\n: 1')).toThrow('line 1: invalid map key');
	});

	it('refuses what is nested too deeply before it is parsed, and takes brackets in texts', () => {
		for (const deep of ['['.repeat(1001), '{a: '.repeat(1001), '- '.repeat(501)])
			expect(() => parseYaml(deep)).toThrow('exceeded max depth of 1000');
		const brackets = '[{'.repeat(2000);
		expect(parseYaml(`a: |\n  ${brackets}\nb: "${brackets}"`)).toEqual({
			a: `${brackets}\n`,
			b: brackets,
		});
		const levels = 300;
		const nested = `${'['.repeat(levels)}1${']'.repeat(levels)}`;
		expect(parseYaml(nested)).toEqual(JSON.parse(nested));
	});

	it('takes __proto__ and constructor for keys like any other', () => {
		const value = parseYaml('__proto__: {a: 1}\nconstructor: b') as Record<string, unknown>;
		expect(Object.keys(value)).toEqual(['__proto__', 'constructor']);
		expect(own(value, 'toString')).toBeUndefined();
		const copy: Record<string, unknown> = {};
		setOwn(copy, '__proto__', own(value, '__proto__'));
		expect(JSON.stringify(copy)).toBe('{"__proto__":{"a":1}}');
	});
});

it('tells deep trees from wide ones', () => {
	expect(isDeeperThan([[[1]]], 3)).toBe(false);
	expect(isDeeperThan([[[1]]], 2)).toBe(true);
	expect(
		isDeeperThan(
			Array.from({ length: 1000 }, () => ({})),
			2,
		),
	).toBe(false);
});
