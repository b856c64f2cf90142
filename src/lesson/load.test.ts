import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { parseCourse, parseGlossary, settleCourse } from './course.ts';
import { loadLesson, type LessonFiles } from './load.ts';
import { walkBlocks } from './walk-blocks.ts';
import type { Inline } from './lesson.ts';

const root = new URL('../../lessons/', import.meta.url);
const text = (path: string) => readFileSync(new URL(path, root), 'utf8');

/** Every lesson folder that ships. */
function shipped(): Map<string, LessonFiles> {
	const result = new Map<string, LessonFiles>();
	for (const entry of readdirSync(root, { recursive: true, withFileTypes: true })) {
		if (!entry.isFile()) continue;
		const path = relative(fileURLToPath(root), join(entry.parentPath, entry.name));
		const [part = '', folder = '', ...rest] = path.split('/');
		if (!/^\d+-/.test(part) || !/^\d+-/.test(folder)) continue;
		const name = `${part}/${folder}`;
		result.set(name, { ...result.get(name), [rest.join('/')]: text(path) });
	}
	return result;
}

const lessons = shipped();

describe('the shipped lessons', () => {
	it('are there', () => {
		expect(lessons.size).toBeGreaterThan(0);
	});

	it.each([...lessons])('%s can be read, in both languages', (name, files) => {
		const lesson = loadLesson(name, files);
		for (const step of lesson.steps) {
			expect(step.checks.length, `${step.id} has checks`).toBeGreaterThan(0);
			expect(step.solution.length, `${step.id} has a solution`).toBeGreaterThan(0);
		}
	});

	it.each([...lessons])('%s uses terms that the glossary has', (name, files) => {
		const known = new Set(parseGlossary('glossary.yaml', text('glossary.yaml')).map((e) => e.term));
		const lesson = loadLesson(name, files);
		const terms: string[] = [];
		const collect = (children: readonly Inline[]) => {
			for (const child of children) {
				if (child.type === 'term') terms.push(child.term);
				else if ('children' in child) collect(child.children);
			}
		};
		for (const { steps } of Object.values(lesson.text))
			for (const step of steps)
				walkBlocks(step.blocks, (block) => {
					if (block.type === 'paragraph') collect(block.children);
				});
		expect(terms.filter((term) => !known.has(term))).toEqual([]);
	});

	it('are all named by the course', () => {
		const ids = [...lessons].map(([name, files]) => loadLesson(name, files).id);
		const course = settleCourse(parseCourse('course.yaml', text('course.yaml')), ids);
		const entries = course.parts.flatMap((part) => part.lessons);
		expect(entries.filter((entry) => typeof entry === 'string').sort()).toEqual(ids.sort());
	});
});

describe('loadLesson', () => {
	const name = '40-kubernetes/28-rolling-update';
	const files: LessonFiles = lessons.get(name) ?? {};
	const spoiled = (file: string, from: string, to: string) => ({
		...files,
		[file]: (files[file] ?? '').replace(from, to),
	});

	it.each([
		['en.md', '{check=answers}', '{check=nobody}', 'has no check "nobody"'],
		['en.md', '<!-- step: stall -->', '<!-- step: stalled -->', 'step 3 is "stalled", not "stall"'],
		['en.md', 'kubectl get pods`{{exec', 'kubectl get pod`{{exec', 'the languages differ'],
		['en.md', 'kubectl get pods`{{exec node-1', 'kubectl get pods`{{exec node-7', 'en.md:'],
		['en.md', '{{exec node-1}}', '{{exec node-7}}', 'no terminal or machine "node-7"'],
		['zh-CN.md', ':::say{#in-progress}', ':::say{#other}', 'lacks :::say{#in-progress}'],
		['zh-CN.md', '- [x] 被删除了', '- [ ] 被删除了', 'one of them "- [x]"'],
		['lesson.yaml', 'put: web.yaml', 'put: wob.yaml', 'there is no files/wob.yaml'],
	])('refuses %s with %j → %j', (file, from, to, reason) => {
		expect(files[file]).toContain(from);
		expect(() => loadLesson(name, spoiled(file, from, to))).toThrow(reason);
	});

	it('wants the notes of a presenter in both languages, with the same commands', () => {
		const noted = (en: string, zh: string) => ({
			...files,
			'en.md': (files['en.md'] ?? '').replace(/:::presenter\n.*?\n:::\n/s, en),
			'zh-CN.md': (files['zh-CN.md'] ?? '').replace(/:::presenter\n.*?\n:::\n/s, zh),
		});
		expect(() => loadLesson(name, noted('', ''))).not.toThrow();
		const note = (code: string) => `:::presenter\n\`${code}\`{{exec node-1}}\n:::\n`;
		expect(() => loadLesson(name, noted('', note('ls')))).toThrow(
			'step launch: one language alone has :::presenter',
		);
		expect(() => loadLesson(name, noted(note('ls'), note('ls -l')))).toThrow(
			'step launch, :::presenter: the languages differ: ls -l exec / ls exec',
		);
	});

	it('refuses a folder without a language', () => {
		const rest = { ...files };
		delete rest['en.md'];
		expect(() => loadLesson(name, rest)).toThrow('en.md:1: this file is missing');
	});
});
