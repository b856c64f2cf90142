import { describe, expect, it } from 'vitest';
import { allLessons } from '../../test/harness/lessons.ts';
import { fitLesson } from './fit.ts';

const lesson = allLessons().find((one) => one.id === 'rolling-update');
if (!lesson) throw new Error('the lesson is gone');

describe('a lesson on a rack of another size', () => {
	it('stays as it is on the rack it is written for', () => {
		expect(fitLesson(lesson, lesson.cluster.nodes)).toBe(lesson);
	});

	it('lets the only machine do everything', () => {
		const alone = fitLesson(lesson, 1);
		expect(alone.cluster.nodes).toBe(1);
		expect(alone.terminals.map((one) => one.on)).toEqual(['control-plane']);
		const named = JSON.stringify(alone).match(/"(on|from)":"[^"]*"/g) ?? [];
		expect(named.length).toBeGreaterThan(10);
		expect(new Set(named)).toEqual(new Set(['"on":"control-plane"', '"from":"control-plane"']));
		expect(alone.files).toEqual(lesson.files);
	});

	it('moves only what has no place', () => {
		const two = fitLesson(lesson, 2);
		expect(two.terminals.map((one) => one.on)).toEqual(['node-1', 'control-plane']);
		expect(JSON.stringify(two.steps)).toContain('"from":"node-1"');
	});

	it('adds machines without changing the lesson', () => {
		const five = fitLesson(lesson, 5);
		expect(five.steps).toEqual(lesson.steps);
		expect(five.cluster.nodes).toBe(5);
	});
});
