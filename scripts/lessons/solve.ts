import { writeFileSync } from 'node:fs';
import type { Lesson, Step } from '../../src/lesson/lesson.ts';
import type { StepProof } from '../../src/lesson/prove.ts';
import { timings as knownTimings, timingsFile } from '../../test/harness/lessons.ts';
import { Rack } from '../../test/harness/rack.ts';
import { faultsOf, Solver } from '../../test/harness/solver.ts';
import { namedLessons } from './named.ts';

/** A new median within this part of the old one is noise: the file stays as it is. */
const noise = 0.3;

const args = process.argv.slice(2);
const repeatAt = args.indexOf('--repeat');
const asked = repeatAt === -1 ? 1 : Number(args.splice(repeatAt, 2)[1]);
const record = args.includes('--record');
const restarts = args.includes('--restart');
/** What is written down is a median, which fewer runs do not have. */
const repeats = record ? Math.max(3, asked) : asked;
const lessons = namedLessons(args.filter((arg) => !arg.startsWith('-')));

function median(values: number[]): number {
	const sorted = [...values].sort((a, b) => a - b);
	return sorted[Math.floor(sorted.length / 2)] ?? 0;
}

const rack = await Rack.load();
let failed = 0;

/** Writes how a step went; true when it proved itself. */
function report(step: Step, proof: StepProof, solver: Solver): boolean {
	const faults = faultsOf(proof);
	const mark = faults.length === 0 ? '✓' : '✗';
	const took = `${(proof.tookMs / 1000).toFixed(1)} s`.padStart(8);
	console.log(
		`  ${mark} ${step.id.padEnd(24)} ${String(step.checks.length).padStart(2)} checks ${took}`,
	);
	for (const fault of faults) console.log(`      ${fault}`);
	if (faults.length > 0) console.log(solver.screens().replace(/^/gm, '      | '));
	failed += faults.length;
	return faults.length === 0;
}

/** Plays a lesson once; writes what is wrong, and answers the milliseconds of each step that proved itself. */
async function play(lesson: Lesson): Promise<Map<string, number>> {
	const solver = new Solver(lesson, rack);
	const times = new Map<string, number>();
	try {
		const began = Date.now();
		await solver.start();
		console.log(`${lesson.id}: ready after ${((Date.now() - began) / 1000).toFixed(1)} s`);
		const before = restarts ? await solver.seen() : [];
		for (const step of solver.lesson.steps) {
			const proof = await solver.prove(step);
			if (report(step, proof, solver)) times.set(step.id, proof.tookMs);
			if (restarts && step.reset.length > 0) report(step, await solver.proveAgain(step), solver);
		}
		if (restarts && solver.canUndo) {
			const faults = await solver.differences(before);
			for (const fault of faults) console.log(`  ✗ ${fault}`);
			failed += faults.length;
		}
	} catch (error) {
		failed++;
		console.log(`  ✗ ${(error as Error).message}`);
	} finally {
		await solver.stop();
	}
	return times;
}

const timings = knownTimings();

for (const lesson of lessons) {
	const runs: Map<string, number>[] = [];
	for (let round = 0; round < repeats; round++) runs.push(await play(lesson));
	const known = timings[lesson.id] ?? {};
	timings[lesson.id] = Object.fromEntries(
		lesson.steps.flatMap(({ id }) => {
			const old = known[id];
			const seen = runs.flatMap((one) => one.get(id) ?? []);
			if (seen.length === 0) return old === undefined ? [] : [[id, old]];
			const now = Math.round(median(seen) / 100) * 100;
			const same = old !== undefined && Math.abs(now - old) <= Math.max(500, old * noise);
			return [[id, same ? old : now]];
		}),
	);
}
if (record) {
	const sorted = Object.fromEntries(Object.entries(timings).sort(([a], [b]) => (a < b ? -1 : 1)));
	writeFileSync(timingsFile, `${JSON.stringify(sorted, null, '\t')}\n`);
}
console.log(failed === 0 ? 'all checks were false before and true after' : `${failed} faults`);
process.exit(failed === 0 ? 0 : 1);
