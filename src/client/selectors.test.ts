import { describe, expect, it } from 'vitest';
import {
	labelSelectorToString,
	matchFields,
	matchLabels,
	parseFieldSelector,
	parseLabelSelector,
} from './selectors.ts';

describe('label selectors', () => {
	const web = { app: 'web', tier: 'front' };
	it.each([
		['', true],
		['app=web', true],
		['app==web,tier=front', true],
		['app=db', false],
		['app!=db', true],
		['zone!=a', true],
		['app in (web, db)', true],
		['app notin (web,db)', false],
		['zone notin (a)', true],
		['app', true],
		['!app', false],
		['!zone', true],
		['app in (web),!zone', true],
	])('%j on app=web,tier=front is %s', (text, expected) => {
		expect(matchLabels(parseLabelSelector(text), web)).toBe(expected);
	});
	it('takes no selector for nothing and an empty one for everything', () => {
		expect(matchLabels(undefined, web)).toBe(false);
		expect(matchLabels({}, {})).toBe(true);
	});
	it('reads selector objects', () => {
		const selector = {
			matchLabels: { app: 'web' },
			matchExpressions: [{ key: 'tier', operator: 'In' as const, values: ['front', 'back'] }],
		};
		expect(matchLabels(selector, web)).toBe(true);
		expect(matchLabels(selector, { app: 'web' })).toBe(false);
		expect(labelSelectorToString(selector)).toBe('app=web,tier in (back,front)');
	});
	it.each(['a b', '=x', 'a=b c', 'a in'])('refuses %j', (text) => {
		expect(() => parseLabelSelector(text)).toThrow('unable to parse requirement');
	});
	it('finds no inherited property', () => {
		expect(matchLabels(parseLabelSelector('constructor'), {})).toBe(false);
	});
});

describe('field selectors', () => {
	it('joins terms and takes absent for empty', () => {
		const selector = parseFieldSelector(
			'spec.nodeName=n1,status.phase!=Succeeded,status.phase!=Failed',
		);
		expect(matchFields(selector, { 'spec.nodeName': 'n1', 'status.phase': 'Running' })).toBe(true);
		expect(matchFields(selector, { 'spec.nodeName': 'n1', 'status.phase': 'Failed' })).toBe(false);
		expect(matchFields(parseFieldSelector('involvedObject.namespace='), {})).toBe(true);
	});
	it('unescapes values', () => {
		expect(parseFieldSelector('a=x\\,y\\=z')).toEqual([
			{ path: 'a', operator: '=', value: 'x,y=z' },
		]);
	});
	it('refuses what has no operator', () => {
		expect(() => parseFieldSelector('abc')).toThrow("can't understand 'abc'");
	});
});
