import { flushSync } from 'svelte';
import { describe, expect, it } from 'vitest';

describe('the ui test project', () => {
	it('runs effects: compiled for a server, runes would be plain values and every test here empty', () => {
		const seen: number[] = [];
		let count = $state(1);
		const stop = $effect.root(() => {
			$effect(() => {
				seen.push(count);
			});
		});
		flushSync();
		count = 2;
		flushSync();
		stop();
		expect(seen).toEqual([1, 2]);
	});
});
