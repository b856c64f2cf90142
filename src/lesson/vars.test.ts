import { describe, expect, it } from 'vitest';
import { allLessons } from '../../test/harness/lessons.ts';
import { fillLesson, pickVars } from './vars.ts';

const [lesson] = allLessons();
if (!lesson) throw new Error('there is no lesson');
const vars = {
	port: { from: 8000, to: 8099 },
	name: { pick: ['blue', 'red', 'green'] },
	group: { value: 'demo' },
};

describe('variables of a lesson', () => {
	it('are the same for the same seed, and differ between seeds', () => {
		const of = (seed: string) => pickVars({ id: 'l', vars }, seed);
		expect(of('class-7')).toEqual(of('class-7'));
		const seeds = Array.from({ length: 40 }, (_, index) => of(`s${index}`));
		expect(new Set(seeds.map(({ port }) => port)).size).toBeGreaterThan(20);
		expect(new Set(seeds.map(({ name }) => name))).toEqual(new Set(['blue', 'red', 'green']));
		for (const { port } of seeds) {
			expect(Number(port)).toBeGreaterThanOrEqual(8000);
			expect(Number(port)).toBeLessThanOrEqual(8099);
		}
	});

	it('stand in the structure and in code, not in prose; other braces stay', () => {
		const step = lesson.steps[0];
		if (!step) throw new Error('no step');
		const filled = fillLesson(
			{
				...lesson,
				vars: { group: { value: 'demo' } },
				cheats: ['mkdir /sys/fs/cgroup/%{group}', "curl -w '%{http_code}'"],
				text: {
					...lesson.text,
					en: {
						...lesson.text.en,
						intro: [
							{ type: 'code', lang: 'sh', text: 'ls %{group}' },
							{
								type: 'paragraph',
								children: [
									{ type: 'text', text: '%{group}' },
									{ type: 'code', text: '%{group}' },
								],
							},
						],
					},
				},
			},
			'x',
		);
		expect(filled.cheats).toEqual(['mkdir /sys/fs/cgroup/demo', "curl -w '%{http_code}'"]);
		expect(filled.text.en.intro).toEqual([
			{ type: 'code', lang: 'sh', text: 'ls demo' },
			{
				type: 'paragraph',
				children: [
					{ type: 'text', text: '%{group}' },
					{ type: 'code', text: 'demo' },
				],
			},
		]);
	});

	it('leave a lesson without any alone', () => {
		const plain = { ...lesson, vars: {} };
		expect(fillLesson(plain, 'x')).toBe(plain);
	});
});
