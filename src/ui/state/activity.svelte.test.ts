import { describe, expect, it } from 'vitest';
import { Activity } from './activity.svelte.ts';

describe('Activity', () => {
	it('takes up kubectl and docker, with how long they ran and how they ended', () => {
		const activity = new Activity((node, pid) => node === 'node-1' && pid === 1);
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

	it('takes up what a shell of a terminal started, through its children, and nothing else', () => {
		const activity = new Activity((_node, pid) => pid === 50);
		const programs: string[] = [];
		activity.onProgram = (node) => programs.push(node);
		const exec = (pid: number, ppid: number) =>
			activity.hear('node-1', {
				type: 'exec',
				pid,
				ppid,
				args: ['kubectl', 'get', 'pods'],
				time: 1,
			});
		activity.hear('node-1', { type: 'fork', pid: 60, ppid: 50, time: 1 });
		exec(61, 60);
		exec(71, 70);
		activity.hear('node-2', { type: 'fork', pid: 70, ppid: 50, time: 1 });
		exec(72, 70);
		expect(activity.commands.map((one) => one.pid)).toEqual([61]);
		for (const pid of [72, 61, 61])
			activity.hear('node-1', { type: 'exit', pid, status: { code: 0 }, time: 2 });
		expect(programs, 'as it begins, and as it ends').toEqual(['node-1', 'node-1']);
	});
});
