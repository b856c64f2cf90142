import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { filesBelow } from '../../test/harness/lessons.ts';
import { importKillercoda } from './killercoda.ts';
import { LessonError } from './lesson-error.ts';
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

	it('says its last words when everything is done, not before', () => {
		const { steps, finish } = lesson.text.en;
		expect(JSON.stringify(finish)).toContain('That was all');
		expect(JSON.stringify(steps)).not.toContain('That was all');
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

describe('an index.json that is no scenario’s', () => {
	it.each([
		[undefined, 'a scenario has an index.json'],
		['{', 'is no JSON: '],
		['[]', 'scenario: expected an object'],
		['{"title":{}}', 'scenario.title: expected a text'],
		['{"details":{"steps":{"text":"a"}}}', 'scenario.details.steps: expected a list'],
		['{"details":{"steps":[{"text":[]}]}}', 'scenario.details.steps[0].text: expected a text'],
		['{"details":{"intro":"a.md"}}', 'scenario.details.intro: expected an object'],
		['{"details":{"assets":{"host01":[{}]}}}', 'scenario.details.assets.host01[0].file: '],
		['{"backend":{"imageid":false}}', 'scenario.backend.imageid: expected a text'],
	])('is refused with its place: %s', (index, reason) => {
		const files = index === undefined ? {} : { 'index.json': index };
		expect(() => importKillercoda(files)).toThrow(LessonError);
		expect(() => importKillercoda(files)).toThrow(`index.json:1: ${reason}`);
	});

	it('names no files and no levels that every object has', () => {
		const index = {
			difficulty: 'constructor',
			time: 20,
			details: { steps: [{ text: 'constructor', verify: 'toString' }] },
		};
		const { files, unsupported } = importKillercoda({ 'index.json': JSON.stringify(index) });
		expect(files['lesson.yaml']).toContain('level: basic\nminutes: 20\n');
		expect(unsupported).toContain('step-1: constructor is missing');
		expect(unsupported).toContain('step-1.verify: toString is missing');
	});
});

/** A scenario of one step with this text. */
function scenario(text: string, more: Record<string, string> = {}, assets = {}) {
	const index = {
		title: 'One',
		details: {
			steps: [
				{ title: 'Do it', text: 'step.md', ...('verify.sh' in more && { verify: 'verify.sh' }) },
			],
			assets,
		},
		backend: { imageid: 'kubernetes-kubeadm-2nodes' },
	};
	const files = { 'index.json': JSON.stringify(index), 'step.md': text, ...more };
	const imported = importKillercoda(files);
	const { lesson } = readStrangerFiles(imported.files);
	const [step] = lesson.steps;
	const blocks = lesson.text.en.steps[0]?.blocks ?? [];
	return { ...imported, lesson, step, blocks, types: blocks.map(({ type }) => type) };
}
const typed = (step: { solution: readonly { do: string }[] } | undefined) =>
	step?.solution.map((action) => ('text' in action ? action.text : action.do));

describe('a scenario as people write them', () => {
	it('is checked also where nothing in its text can be run', () => {
		const { step, types, unsupported } = scenario('Make `/tmp/a`.', {
			'verify.sh': 'test -f /tmp/a',
		});
		expect(step?.checks).toHaveLength(1);
		expect(step?.solution).toEqual([]);
		expect(types).toContain('task');
		expect(unsupported).toEqual(['step-1: nothing in its text can be run, so it has no solution']);
	});

	it('has the folded solution as its solution, with or without run buttons', () => {
		const fold = (inside: string) =>
			`Look: \`ls\`{{exec}}\n\n<details><summary>Solution</summary>\n\n${inside}\n\n</details>\n`;
		const verify = { 'verify.sh': 'true' };
		expect(typed(scenario(fold('```\ntouch a\n```{{exec}}'), verify).step)).toEqual(['touch a']);
		expect(typed(scenario(fold('```bash\ntouch b\n```'), verify).step)).toEqual(['touch b']);
		const both = '```bash\ntouch c\n```\n\n```yaml\na: b\n```\n\n`ls c`{{exec}}';
		expect(typed(scenario(fold(both), verify).step)).toEqual(['touch c', 'ls c']);
		expect(typed(scenario(fold('Think.'), verify).step)).toEqual(['ls']);
	});

	it('folds to the end what is never unfolded, and closes a block that is left open', () => {
		const { types, blocks } = scenario(
			'Do.\n\n<details>\n<summary>Tip</summary>\n\n```\nls\n\n</details>\n\nAfter.\n\n<details>\n\nMore.\n',
		);
		expect(types).toEqual(['paragraph', 'hint', 'paragraph', 'hint']);
		expect(blocks[1]).toMatchObject({ children: [{ type: 'code', text: 'ls' }] });
	});

	it('keeps buttons behind blocks in lists, and drops those behind nothing', () => {
		const { blocks, step, unsupported } = scenario(
			'1. Go\n\n   ```bash\n   cd /tmp\n   ls\n   ```{{exec}}\n\n1. Press{{copy}} it, ask a@b.example\n',
			{ 'verify.sh': 'true' },
		);
		expect(blocks[0]).toMatchObject({
			items: [[{}, { type: 'code', action: { kind: 'exec' } }], [{ type: 'paragraph' }]],
		});
		expect(typed(step)).toEqual(['cd /tmp\nls']);
		expect(unsupported).toEqual(['step-1: {{copy}} stands behind no code']);
	});

	it('takes only links to pages', () => {
		const { unsupported } = scenario(
			'[a](https://a.example) [b](mailto:b@c.example) <https://d.example>',
		);
		expect(unsupported).toEqual(['step-1: only links to pages are taken (mailto:b@c.example)']);
	});

	it('lays files onto the machine that they are for, by name or pattern', () => {
		const { lesson, unsupported } = scenario(
			'Read.',
			{ 'assets/a.yaml': 'a', 'assets/sub/b.yaml': 'b', 'assets/c.png': '\uFFFDPNG' },
			{
				host01: [
					{ file: '*.yaml', target: '/one' },
					{ file: 'gone.sh', target: '/' },
				],
				node01: [{ file: '**/*.yaml', target: '~/two/' }],
				controlplane: [{ file: 'c.png', target: '/' }],
			},
		);
		expect(lesson.scene).toEqual([
			{ do: 'put', on: 'control-plane', file: 'assets/a.yaml', path: '/one/a.yaml' },
			{ do: 'put', on: 'node-1', file: 'assets/a.yaml', path: '/root/two/a.yaml' },
			{ do: 'put', on: 'node-1', file: 'assets/sub/b.yaml', path: '/root/two/b.yaml' },
		]);
		expect(unsupported).toEqual([
			'asset of host01: gone.sh is missing',
			'assets/c.png: only text files are taken',
		]);
	});

	it('begins with the scripts of its first step; those of later steps are named', () => {
		const step = (id: string) => ({ text: 'step.md', courseData: `${id}.sh` });
		const { files, unsupported } = importKillercoda({
			'index.json': JSON.stringify({ title: 'S', details: { steps: [step('a'), step('b')] } }),
			'step.md': 'Look.',
			'a.sh': 'touch /a',
			'b.sh': 'touch /b',
		});
		expect(JSON.stringify(readStrangerFiles(files).lesson.scene)).toContain(
			'setsid bash /opt/scenario/a.sh',
		);
		expect(unsupported).toEqual(['step-2.courseData (b.sh) is not run when the step begins']);
	});

	it('without steps is a machine to play with', () => {
		const { files } = importKillercoda({ 'index.json': '{"title":"Play"}' });
		expect(readStrangerFiles(files).lesson.text.en.steps).toMatchObject([{ title: 'Play' }]);
	});
});
