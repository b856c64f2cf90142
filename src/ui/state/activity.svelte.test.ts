import { describe, expect, it } from 'vitest';
import { Activity } from './activity.svelte.ts';

describe('Activity', () => {
	it('takes up kubectl and docker, with how long they ran and how they ended', () => {
		const activity = new Activity();
		const exec = (pid: number, args: string[], time: number) =>
			activity.hear('node-1', { type: 'exec', pid, ppid: 1, args, time });
		exec(10, ['ls', '-l'], 100);
		exec(11, ['/usr/bin/kubectl', 'apply', '-f', 'web.yaml'], 200);
		activity.hear('node-2', { type: 'exit', pid: 11, status: { code: 9 }, time: 250 });
		activity.hear('node-1', { type: 'exit', pid: 11, status: { code: 0 }, time: 300 });
		expect(activity.commands).toEqual([
			{
				id: 1,
				node: 'node-1',
				pid: 11,
				args: ['kubectl', 'apply', '-f', 'web.yaml'],
				began: 200,
				ended: 300,
				code: 0,
			},
		]);
	});
});
