import { describe, expect, it } from 'vitest';
import { lintLesson } from './lint.ts';
import { loadLesson } from './load.ts';
import { scaffold } from './scaffold.ts';

describe('scaffold', () => {
	it.each(['10-start', '30-docker', '40-kubernetes'])('makes a sound lesson for %s', (part) => {
		const files = scaffold(part, 'new-one');
		const lesson = loadLesson('', files);
		expect(lintLesson(lesson, files, { glossary: [], lessons: ['new-one'] })).toEqual([]);
	});
});
