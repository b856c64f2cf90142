import { expect, it, vi } from 'vitest';
import { consoleLog, logged } from './log.ts';

it('says component, what failed and why in one line', async () => {
	const warn = vi.spyOn(console, 'warn').mockReturnValue();
	await Promise.reject(new Error('no route')).catch(logged(consoleLog, 'dns', 'no answer'));
	consoleLog.warn('dns', 'started again');
	expect(warn.mock.calls).toEqual([['dns: no answer: no route'], ['dns: started again']]);
	warn.mockRestore();
});
