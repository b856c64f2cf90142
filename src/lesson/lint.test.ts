import { describe, expect, it } from 'vitest';
import { lintLesson, ringOf, type Around } from './lint.ts';
import { loadLesson, type LessonFiles } from './load.ts';

const yaml = `format: 1
id: mine
version: 1
level: basic
minutes: 5
source: [{ seed: S0, part: x }]
real: { linux: real, docker: none, kubernetes: none }
cluster: { nodes: 1, runs: linux }
terminals: [{ on: node-1 }]
layout: { preset: split, view: processes }
steps:
  - id: one
    view: processes
    checks:
      - { id: c, command: { matches: '^ls' } }
      - { id: q, quiz: q }
    solution: [ls, { quiz: q }]
`;
const quiz = ':::quiz{#q}\n?\n- [x] a\n- [ ] b\n:::\n';
const zh = `# 课\n\n<!-- step: one -->\n## 一\n\n先看 \`ls\`，再看别的。\n\n:::task{check=c}\n看。\n:::\n\n${quiz}\n<!-- finish -->\n你会看了。\n`;
const en = `# L\n\n<!-- step: one -->\n## One\n\nLook at \`ls\`, then go on.\n\n:::task{check=c}\nLook.\n:::\n\n${quiz}\n<!-- finish -->\nYou can look.\n`;
const around: Around = {
	glossary: [
		{
			term: 'Pod',
			name: { 'zh-CN': 'Pod', en: 'Pod' },
			definition: { 'zh-CN': '', en: '' },
			avoid: { 'zh-CN': ['豆荚'] },
		},
	],
	lessons: ['mine', 'layers'],
};
const reasons = (files: LessonFiles) =>
	lintLesson(loadLesson('', files), files, around).map(
		({ file, line, reason }) => `${file}:${line}: ${reason}`,
	);
const spoiled = (file: 'lesson.yaml' | 'zh-CN.md' | 'en.md', from: string, to: string) => {
	const files: LessonFiles = { 'lesson.yaml': yaml, 'zh-CN.md': zh, 'en.md': en };
	const text = files[file] ?? '';
	expect(text).toContain(from);
	return { ...files, [file]: text.replace(from, to) };
};

describe('lintLesson', () => {
	it('has nothing to say about a good lesson', () => {
		expect(reasons({ 'lesson.yaml': yaml, 'zh-CN.md': zh, 'en.md': en })).toEqual([]);
	});

	it.each([
		['lesson.yaml', '    view: processes\n', '', 'step one: names no picture'],
		['lesson.yaml', 'solution: [ls, { quiz: q }]', 'solution: []', 'step one: has no solution'],
		[
			'lesson.yaml',
			"command: { matches: '^ls' }",
			'file: { on: node-1, path: /a }',
			'step one: changes something and has no reset',
		],
		[
			'lesson.yaml',
			'{ id: c, c',
			'{ id: d, quiz: e }\n      - { id: c, c',
			':::quiz{#e} is missing',
		],
		['lesson.yaml', '      - { id: q, quiz: q }\n', '', 'nobody checks the quiz "q"'],
		[
			'lesson.yaml',
			'{ id: c, c',
			'{ id: d, command: { matches: x } }\n      - { id: c, c',
			'no :::task{check=d}',
		],
		['lesson.yaml', 'source: [{ seed: S0, part: x }]\n', '', 'names no source'],
		[
			'lesson.yaml',
			'level: basic',
			'level: basic\nneeds: [gone]',
			'needs "gone", which is no lesson',
		],
		['en.md', 'then go on', 'then :term[Pud]', 'en.md:6: the glossary has no "Pud"'],
		['en.md', 'then go on', '[this](../gone/)', 'en.md:6: there is no lesson "gone"'],
		['zh-CN.md', '再看别的', '再看豆荚', 'zh-CN.md:6: "豆荚": the glossary says Pod'],
		['zh-CN.md', '`ls`，再', '`ls`, 再', 'half-width punctuation before'],
		['zh-CN.md', '别的。', '别的.', 'a Chinese sentence ends in 。'],
		['zh-CN.md', '别的', '别的(东西)', 'half-width brackets'],
		['zh-CN.md', '别的', '*别*的', 'no italics'],
		['zh-CN.md', '别的', '"别的"', 'straight quotes'],
	] as const)('complains about %s with %j → %j', (file, from, to, reason) => {
		expect(reasons(spoiled(file, from, to)).join('\n')).toContain(reason);
	});

	it('asks for a word at the end', () => {
		const files = { 'lesson.yaml': yaml, 'zh-CN.md': zh, 'en.md': en };
		for (const file of ['zh-CN.md', 'en.md'] as const)
			files[file] = files[file].slice(0, files[file].indexOf('<!-- finish'));
		expect(reasons(files)).toEqual(['en.md:3: does not say what one can do now (<!-- finish -->)']);
	});

	it('lets links to lessons, code and strong words be', () => {
		const good = spoiled('zh-CN.md', '别的', '**别的** [层](../layers/)，`a, b (c)`，`x`: 1');
		expect(reasons(good).filter((one) => !one.includes('half-width punctuation'))).toEqual([]);
	});
});

describe('ringOf', () => {
	it('finds lessons that need each other', () => {
		expect(
			ringOf([
				{ id: 'a', needs: ['b'] },
				{ id: 'b', needs: [] },
			]),
		).toBeUndefined();
		expect(
			ringOf([
				{ id: 'a', needs: ['b'] },
				{ id: 'b', needs: ['a'] },
			]),
		).toEqual(['a', 'b', 'a']);
	});
});
