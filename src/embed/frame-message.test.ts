import { expect, it } from 'vitest';
import { isFrameEvent, isResult } from './frame-message.ts';

const score = { raw: 1, max: 2, scaled: 0.5 };

it.each([
	{ v: 1, type: 'status', state: 'ready' },
	{ v: 2, type: 'state', blob: '', later: 'field' },
	{ type: 'welcome', lesson: 'a', version: 1, steps: ['b'], locale: 'en', caps: [] },
	{ type: 'lesson-complete', lesson: 'a', version: 1, score, seconds: 1, solved: 0, receipt: '' },
])('takes the event %j', (event) => {
	expect(isFrameEvent(event)).toBe(true);
});

it.each([
	null,
	undefined,
	'status',
	['status'],
	{},
	{ type: 'status' },
	{ type: 'status', state: 'lost' },
	{ type: 'resize', height: '1px' },
	{ type: 'resize', height: NaN },
	{ type: 'constructor' },
	{ type: ['status'], state: 'ready' },
	{ type: 'welcome', lesson: 'a', version: 1, steps: [1], locale: 'en', caps: [] },
	{ type: 'lesson-complete', lesson: 'a', version: 1, seconds: 1, solved: 0, receipt: '' },
])('takes %j for no event', (data) => {
	expect(isFrameEvent(data)).toBe(false);
});

it('takes an answer that is a text, or none', () => {
	expect(isResult({ type: 'result', id: 1 })).toBe(true);
	expect(isResult({ type: 'result', id: 1, value: 'a' })).toBe(true);
	expect(isResult({ type: 'result', id: 1, error: { toString: 1 } })).toBe(false);
	expect(isResult({ type: 'result', id: '1' })).toBe(false);
});
