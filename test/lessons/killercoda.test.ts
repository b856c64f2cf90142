import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { importKillercoda } from '../../src/lesson/killercoda.ts';
import { readStrangerFiles } from '../../src/lesson/stranger.ts';
import { filesBelow } from '../harness/lessons.ts';
import { Rack } from '../harness/rack.ts';
import { faultsOf, Solver } from '../harness/solver.ts';

const folder = fileURLToPath(new URL('../fixtures/killercoda', import.meta.url));

it('an imported scenario runs: its verify scripts fail before and pass after', async () => {
	const { lesson } = readStrangerFiles(importKillercoda(filesBelow(folder)).files);
	const solver = new Solver(lesson, await Rack.load());
	try {
		await solver.start();
		for (const step of solver.lesson.steps) expect(faultsOf(await solver.prove(step))).toEqual([]);
	} finally {
		await solver.stop();
	}
}, 300_000);
