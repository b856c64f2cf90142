import { describe, expect, it } from 'vitest';
import { lintLesson } from './lint.ts';
import { loadLesson } from './load.ts';
import { parseCourse } from './course.ts';
import { scaffold, withLesson } from './scaffold.ts';

describe('scaffold', () => {
	it.each(['10-start', '30-docker', '40-kubernetes'])('makes a sound lesson for %s', (part) => {
		const files = scaffold(part, 'new-one');
		const lesson = loadLesson('', files);
		expect(lintLesson(lesson, files, { glossary: [], lessons: ['new-one'] })).toEqual([]);
	});
});

describe('withLesson', () => {
	const part = (id: string, lessons: string[]) =>
		[
			`  - id: ${id}`,
			'    title: { zh-CN: x, en: x }',
			'    about: { zh-CN: x, en: x }',
			'    lessons:',
			...lessons.map((one) => `      - ${one}`),
		].join('\n');
	const course = `title: { zh-CN: c, en: c }\nlicence: l\n# kept\nparts:\n${part('start', ['a'])}\n${part('docker', ['{ id: b, title: { zh-CN: b, en: b } }'])}\n`;
	const lessons = (text: string | undefined) =>
		parseCourse('course.yaml', text ?? '').parts.map((one) => one.lessons);

	it('puts a lesson at the end of its part, once', () => {
		expect(lessons(withLesson(course, 'start', 'new-one'))[0]).toEqual(['a', 'new-one']);
		expect(lessons(withLesson(course, 'docker', 'new-one'))[1]).toMatchObject([
			{ id: 'b' },
			'new-one',
		]);
		expect(withLesson(course, 'start', 'new-one')).toContain('# kept');
		expect(withLesson(course, 'docker', 'b')).toBe(course);
		expect(withLesson(course, 'gone', 'x')).toBeUndefined();
	});
});
