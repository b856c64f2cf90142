import { describe, expect, it } from 'vitest';
import { Progress, type KeyValue } from './progress.ts';

function memory(): KeyValue & { map: Map<string, unknown> } {
	const map = new Map<string, unknown>();
	return {
		map,
		get: async (key) => map.get(key),
		set: async (key, value) => void map.set(key, value),
	};
}
const refusing: KeyValue = {
	get: () => Promise.reject(new Error('SecurityError')),
	set: () => Promise.reject(new Error('SecurityError')),
};

describe('Progress', () => {
	it('is there again for the next page', async () => {
		const store = memory();
		await new Progress(store).finish('a', 1, 'one', { done: true, solved: false, at: 5 });
		const record = await new Progress(store).load('a', 1);
		expect(record.steps['one']).toEqual({ done: true, solved: false, at: 5 });
	});

	it('lives on in memory where storage is refused, and says so', async () => {
		const progress = new Progress(refusing);
		await progress.finish('a', 1, 'one', { done: true, solved: false, at: 5 });
		expect(progress.kept).toBe('memory');
		expect((await progress.load('a', 1)).steps['one']?.done).toBe(true);
	});

	it('does not lower a step done by hand to one that was played', async () => {
		const progress = new Progress(memory());
		await progress.finish('a', 1, 'one', { done: true, solved: false, at: 5 });
		await progress.finish('a', 1, 'one', { done: true, solved: true, at: 6 });
		expect((await progress.load('a', 1)).steps['one']?.solved).toBe(false);
	});

	it('starts anew when what was stored makes no sense', async () => {
		const store = memory();
		store.map.set('progress/a', 'rubbish');
		expect(await new Progress(store).load('a', 2)).toEqual({ version: 2, steps: {} });
	});
});
