import { afterEach, describe, expect, it, vi } from 'vitest';
import { asked, failures } from './failures.svelte.ts';

const settled = () => new Promise((resolve) => setTimeout(resolve));

describe('what was asked for', () => {
	const warn = vi.spyOn(console, 'warn').mockImplementation(() => undefined);
	afterEach(() => {
		failures.dismiss();
		warn.mockClear();
	});
	it('says nothing when it is done', async () => {
		asked(Promise.resolve('done'));
		await settled();
		expect(failures.said).toBe('');
		expect(warn).not.toHaveBeenCalled();
	});
	it('says why it failed, on the page and in the console, until it was read', async () => {
		asked(Promise.reject(new Error('node-2 does not answer')));
		await settled();
		expect(failures.said).toBe('node-2 does not answer');
		expect(warn).toHaveBeenCalledWith('page: what was asked for failed: node-2 does not answer');
		failures.dismiss();
		expect(failures.said).toBe('');
	});
	it('has words for what is no Error', async () => {
		asked(Promise.reject(new DOMException('not allowed', 'NotAllowedError')));
		await settled();
		expect(failures.said).toBe('not allowed');
	});
});
