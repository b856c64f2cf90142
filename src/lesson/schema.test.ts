import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { pictureViews } from './lesson.ts';
import { lessonKeys } from './parse-lesson.ts';
import { probeKeys, probeNames } from './parse-probe.ts';
import { actionKeys, checkKeys, stepKeys } from './parse-step.ts';

interface Schema {
	properties?: Record<string, Schema>;
	items?: Schema;
	anyOf?: Schema[];
	enum?: unknown[];
	$defs?: Record<string, Schema>;
}
const schema = JSON.parse(
	readFileSync(new URL('../../lessons/schema/lesson.schema.json', import.meta.url), 'utf8'),
) as Schema;
const keys = (one: Schema | undefined) => Object.keys(one?.properties ?? {}).sort();
const part = (name: string) => schema.$defs?.[name];

/** The schema is for editors; the reader decides. They have to name the same things. */
describe('lesson.schema.json', () => {
	it('knows the keys of a lesson, a step and a check', () => {
		expect(keys(schema)).toEqual([...lessonKeys].sort());
		expect(keys(part('step'))).toEqual([...stepKeys].sort());
		expect(keys(part('check'))).toEqual([...checkKeys, ...probeNames].sort());
		expect(part('step')?.properties?.['view']?.enum).toEqual(pictureViews);
	});

	it('knows every probe with its keys', () => {
		expect(keys(part('probe'))).toEqual([...probeNames].sort());
		for (const [name, known] of Object.entries(probeKeys))
			expect([name, keys(part('probe')?.properties?.[name])]).toEqual([name, [...known].sort()]);
	});

	it('knows every action', () => {
		const known = (name: string) => (part(name)?.anyOf ?? []).flatMap(keys);
		const all = new Set([...known('undo'), ...known('action')]);
		expect([...all].sort()).toEqual([...new Set(Object.values(actionKeys).flat())].sort());
		for (const answering of ['quiz', 'answer', 'wait'])
			expect(known('undo')).not.toContain(answering);
	});
});
