import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { filesBelow } from '../../test/harness/lessons.ts';
import { importKillercoda } from './killercoda.ts';
import { readStrangerFiles } from './stranger.ts';

const folder = filesBelow(
	fileURLToPath(new URL('../../test/fixtures/killercoda', import.meta.url)),
);

describe('a scenario in Killercoda’s format', () => {
	const { files, unsupported } = importKillercoda(folder);
	const { lesson } = readStrangerFiles(files);

	it('becomes a lesson that can be read', () => {
		expect(lesson.id).toBe('files-and-processes');
		expect(lesson.cluster).toEqual({ nodes: 1, runs: 'docker' });
		expect(lesson.steps.map(({ id, solution }) => [id, solution])).toEqual([
			[
				'step-1',
				[
					{
						do: 'type',
						text: 'echo hello > /srv/work/greeting',
						on: 'node-1',
						returns: true,
					},
				],
			],
			['step-2', [{ do: 'type', text: 'sleep 300 &', on: 'node-1', returns: true }]],
		]);
		expect(lesson.steps[0]?.checks[0]?.probe).toMatchObject({
			probe: 'sh',
			run: 'bash /opt/scenario/step1/verify.sh',
		});
	});

	it('keeps run, copy and interrupt, and turns what is folded into a hint', () => {
		const types = lesson.text.en.steps[0]?.blocks.map((block) => block.type);
		expect(types).toEqual(['paragraph', 'code', 'paragraph', 'hint', 'task']);
		expect(files['en.md']).toContain('`ls /srv/work`{{copy}}');
		expect(files['en.md']).toContain('`sleep 300 &`{{exec}}');
		expect(files['en.md']).toContain('`Ctrl+C`{{interrupt}}');
	});

	it('prepares the machine as the scenario did', () => {
		expect(lesson.scene).toContainEqual({
			do: 'put',
			on: 'node-1',
			file: 'assets/notes.txt',
			path: '/root/notes.txt',
		});
		expect(lesson.scene).toContainEqual({
			do: 'sh',
			on: 'node-1',
			run: 'chmod +x /root/notes.txt',
		});
		expect(JSON.stringify(lesson.scene)).toContain('setsid bash /opt/scenario/setup.sh');
	});

	it('says what it could not take along', () => {
		expect(unsupported).toEqual([
			'step-1: pictures are not taken (A picture)',
			'step-2: a link to a port of the machine (TRAFFIC) has no counterpart',
			'intro: HTML is not taken (<b>)',
			'intro: HTML is not taken (</b>)',
		]);
	});
});
