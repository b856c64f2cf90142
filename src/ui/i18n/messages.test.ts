import { describe, expect, it } from 'vitest';
import { en } from './en.ts';
import { zhCN } from './zh-CN.ts';

function leaves(value: unknown, path = ''): [string, string][] {
	if (typeof value === 'function') return [[path, 'function']];
	if (typeof value !== 'object' || value === null) return [[path, typeof value]];
	return Object.entries(value).flatMap(([key, part]) => leaves(part, `${path}.${key}`));
}

describe('the dictionaries', () => {
	it('have the same keys of the same kind', () => {
		const own = (path: string) => !path.startsWith('.why.subjects');
		const keys = (messages: object) => leaves(messages).filter(([path]) => own(path));
		expect(keys(zhCN)).toEqual(keys(en));
	});

	it('leave no Chinese text in half-width punctuation', () => {
		const texts = leaves(zhCN).length;
		expect(texts).toBeGreaterThan(100);
		const bad = JSON.stringify(zhCN).match(/[\u4e00-\u9fff][,:;?!][\u4e00-\u9fff]/g);
		expect(bad).toBeNull();
	});
});
