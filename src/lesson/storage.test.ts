import { describe, expect, it } from 'vitest';
import { Progress } from './progress.ts';
import { packProgress, unpackProgress } from './progress-file.ts';
import { Storage, type KeyValue } from './storage.ts';

const done = { done: true, solved: false, at: 5, hints: 2, secs: 30 };

describe('Storage', () => {
	it('keeps what was written when the browser is full, and tells once', async () => {
		let told = 0;
		const full: KeyValue = {
			get: async () => undefined,
			set: () => Promise.reject(new Error('QuotaExceededError')),
		};
		const storage = new Storage(full);
		storage.onRefused(() => told++);
		await storage.set('a', { b: 1 });
		await storage.set('c', 2);
		expect([await storage.get('a'), await storage.get('c')]).toEqual([{ b: 1 }, 2]);
		expect([storage.kept, told]).toEqual(['memory', 1]);
	});

	it('works without any database: nothing is thrown', async () => {
		const storage = new Storage();
		await storage.set('a', 1);
		expect([await storage.get('a'), storage.kept]).toEqual([1, 'memory']);
	});
});

describe('Progress of another version', () => {
	it('is read as it was, and replaced by the first step that is done anew', async () => {
		const map = new Map<string, unknown>();
		const store: KeyValue = {
			get: async (key) => map.get(key),
			set: async (key, value) => void map.set(key, value),
		};
		await new Progress(store).finish('a', 1, 'one', done);
		const progress = new Progress(store);
		expect((await progress.load('a', 2)).version).toBe(1);
		await progress.finish('a', 2, 'two', done);
		await progress.quiz('a', 2, 'q', { correct: true, tries: 2 });
		await progress.score('a', 2, 0.5);
		await progress.score('a', 2, 0.4);
		expect(await new Progress(store).load('a', 2)).toEqual({
			version: 2,
			steps: { two: done },
			quiz: { q: { correct: true, tries: 2 } },
			best: 0.5,
		});
	});
});

describe('progress in an address', () => {
	it('comes back as it was', async () => {
		const records = { layers: { version: 2, steps: { mount: done }, best: 1 } };
		const text = await packProgress(records);
		expect(text).toMatch(/^[\w-]+$/);
		expect(await unpackProgress(text)).toEqual(records);
	});

	it('is refused when it is something else, or too much', async () => {
		expect(await unpackProgress('')).toBeUndefined();
		expect(await unpackProgress('AAAA')).toBeUndefined();
		expect(await unpackProgress('x'.repeat(100_000))).toBeUndefined();
		const wrong = { a: { version: 1, steps: { b: { done: 'yes', solved: false, at: 1 } } } };
		expect(await unpackProgress(await packProgress(wrong as never))).toBeUndefined();
		const bomb = { a: { version: 1, steps: {}, more: 'a'.repeat(5_000_000) } };
		const packed = await packProgress(bomb);
		expect(packed.length).toBeLessThan(20_000);
		expect(await unpackProgress(packed)).toBeUndefined();
	});
});
