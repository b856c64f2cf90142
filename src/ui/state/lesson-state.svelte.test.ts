import { flushSync } from 'svelte';
import { describe, expect, it, vi } from 'vitest';
import type { Cluster } from '../../api/cluster.ts';
import type { LessonReport } from '../../api/embed.ts';
import { emptyApi } from '../../lesson/api-store.ts';
import type { Check, Lesson, Step } from '../../lesson/lesson.ts';
import { Progress } from '../../lesson/progress.ts';
import { RequestLog } from '../../lesson/request-log.ts';
import { StepRun } from '../../lesson/step-run.ts';
import { RealClock } from '../../util/clock.ts';
import { LessonState } from './lesson-state.svelte.ts';
import type { Playground } from './playground.svelte.ts';

const file: Check = {
	id: 'file',
	probe: { probe: 'file', on: 'node-1', path: '/a', absent: false },
	mode: 'edge',
	needs: [],
	hold: 0,
	explain: [],
	weight: 1,
};
const check = (id: string, field: string): Check => ({
	id,
	probe: { probe: 'answer', field, value: '1' },
	mode: 'edge',
	needs: [],
	hold: 0,
	explain: [],
	weight: 1,
});
const step = (id: string, reset: string[], more: Check[] = []): Step => ({
	id,
	optional: false,
	checks: [check(`${id}-check`, id), ...more],
	solution: [
		{ do: 'type', text: `do ${id}`, on: 'node-1', returns: true },
		{ do: 'answer', field: id, value: '1' },
	],
	reset: reset.map((text) => ({ do: 'type', text, on: 'node-1', returns: true })),
});

/** A lesson of two answers, on a machine that only writes down what is typed; `do a` makes the file /a, `undo a` removes it. */
function begun(resets: string[][] = [['undo a'], ['undo b']], more: Check[] = []) {
	const typed: string[] = [];
	const machine = { power: 'running', broken: false, files: {} as Record<string, string | null> };
	const newCluster = () => ({
		nodes: () => [{ name: 'node-1', power: machine.power }],
		onGuestEvent: () => () => undefined,
		look: async () => ({ files: { '/a': null, ...machine.files }, commands: [] }),
	});
	let cluster = $state.raw(newCluster());
	const requests = new RequestLog();
	const playground = {
		api: emptyApi,
		asksFresh: false,
		get cluster() {
			return cluster;
		},
		requests: { log: requests, stop: () => undefined },
		observe: (watched: Step) =>
			new StepRun({
				step: watched,
				cluster: cluster as unknown as Cluster,
				api: emptyApi,
				requests,
				clock: new RealClock(),
			}),
		terminals: {
			type: async (text: string) => {
				typed.push(text);
				if (text === 'hang') await new Promise(() => undefined);
				if (text.endsWith('do a')) machine.files['/a'] = text === 'do a' ? '' : null;
			},
			calm: async () => undefined,
		},
		start: async () => {
			typed.push('<boot>');
			machine.files = {};
			cluster = newCluster();
		},
		isBroken: async () => machine.broken,
		forgetFiles: () => undefined,
		restartNode: async (node: string) => void typed.push(`<power ${node}>`),
	} as unknown as Playground;
	const text = { title: '', intro: [], steps: [], finish: [] };
	const lesson = {
		id: 'two',
		version: 1,
		cluster: { nodes: 1, runs: 'linux' },
		vars: {},
		scene: [],
		score: { hint: 10, solved: 100 },
		steps: [step('a', resets[0] ?? [], more), step('b', resets[1] ?? [])],
		text: { en: text, 'zh-CN': text },
	} as unknown as Lesson;
	const state = new LessonState(lesson, playground, new Progress(undefined));
	const reports: LessonReport[] = [];
	state.onReport((report) => reports.push(report));
	const stop = $effect.root(() => {
		$effect(() => state.watch());
	});
	flushSync();
	const settle = async () => {
		await new Promise((resolve) => setTimeout(resolve, 30));
		flushSync();
	};
	return { state, reports, typed, stop, settle, machine, playground };
}
const types = (reports: LessonReport[]) => reports.map((report) => report.type);

describe('LessonState', () => {
	it('tells what the learner does, to the end of the lesson', async () => {
		const { state, reports, stop, settle } = begun();
		await settle();
		state.useHint(0);
		state.useHint(0);
		state.answer('a', '1');
		await settle();
		expect(types(reports)).toEqual([
			'step-start',
			'check',
			'hint-used',
			'check',
			'step-complete',
			'progress',
		]);
		expect(reports[4]).toMatchObject({ step: 'a', hints: 1, solved: false });
		expect(state.points('a')).toBe(90);
		state.go(1);
		flushSync();
		await settle();
		state.tryQuiz('q', false);
		state.tryQuiz('q', true);
		state.answer('b', '1');
		await settle();
		expect(reports.filter(({ type }) => type === 'quiz')).toEqual([
			{ type: 'quiz', id: 'q', correct: false, tries: 1 },
			{ type: 'quiz', id: 'q', correct: true, tries: 2 },
		]);
		const end = reports.at(-1);
		expect(end).toMatchObject({
			type: 'lesson-complete',
			lesson: 'two',
			score: { raw: 95, max: 100, scaled: 0.95 },
			solved: 0,
		});
		expect(state.record.best).toBe(0.95);
		stop();
	});

	it('asks the browser to keep what is stored once a lesson is finished', async () => {
		const persist = vi.fn(async () => true);
		vi.stubGlobal('navigator', { storage: { persist } });
		const { state, stop, settle } = begun();
		state.answer('a', '1');
		await settle();
		state.go(1);
		await settle();
		expect(persist).not.toHaveBeenCalled();
		state.answer('b', '1');
		await settle();
		expect(persist).toHaveBeenCalledOnce();
		stop();
		vi.unstubAllGlobals();
	});

	it('counts a step whose solution was played as solved, until it is done by hand after a restart', async () => {
		const { state, typed, stop, settle } = begun();
		await settle();
		await state.solve();
		await settle();
		expect(typed).toEqual(['do a']);
		expect(state.answers['a']).toBe('1');
		expect([state.isDone('a'), state.points('a')]).toEqual([true, 0]);
		await state.restart();
		await settle();
		expect(typed).toEqual(['do a', 'undo a']);
		expect(state.stepDone).toBe(false);
		state.answer('a', '1');
		await settle();
		expect(state.points('a')).toBe(100);
		stop();
	});

	it('remembers that a solution was shown when the learner leaves the step and comes back', async () => {
		const { state, stop, settle } = begun();
		await settle();
		await state.typeOne('do a', 'node-1');
		for (const index of [1, 0]) {
			state.go(index);
			flushSync();
			await settle();
		}
		state.answer('a', '1');
		await settle();
		expect([state.isDone('a'), state.points('a')]).toEqual([true, 0]);
		stop();
	});

	it('plays the earlier steps so that a later one can begin, without counting them', async () => {
		const { state, reports, typed, stop, settle } = begun(undefined, [file]);
		await settle();
		await state.catchUp(1);
		flushSync();
		await settle();
		expect(typed).toEqual(['do a']);
		expect([state.index, state.isDone('a')]).toEqual([1, false]);
		expect(types(reports)).not.toContain('step-complete');
		stop();
	});

	it('misses an earlier step only where the machines lack what it leaves', async () => {
		const { state, machine, stop, settle } = begun(undefined, [file]);
		await settle();
		state.go(1);
		await settle();
		expect(state.missed).toEqual([0]);
		// Done outside of the step, and its question still open.
		machine.files['/a'] = '';
		await state.earlier.look(1);
		expect(state.missed).toEqual([]);
		// Later steps take away what earlier ones made.
		machine.files['/a'] = null;
		await state.earlier.look(1);
		expect(state.missed).toEqual([]);
		stop();
	});

	it('misses a step again that was taken back, and none that only asks questions', async () => {
		const { state, machine, stop, settle } = begun(undefined, [file]);
		await settle();
		machine.files['/a'] = '';
		await expect.poll(() => state.check('file')?.done, { timeout: 3000 }).toBe(true);
		machine.files['/a'] = null;
		state.go(1);
		await state.earlier.look(1);
		expect(state.missed, 'it was done, but for a question').toEqual([]);
		state.go(0);
		await settle();
		await state.restart();
		state.go(1);
		await settle();
		await state.earlier.look(1);
		expect(state.missed).toEqual([0]);
		stop();
		const questions = begun();
		await questions.settle();
		questions.state.go(1);
		await questions.settle();
		await questions.state.earlier.look(1);
		expect(questions.state.missed).toEqual([]);
		questions.stop();
	});

	it('remembers that somebody goes on without the earlier steps, as long as the machines last', async () => {
		const { state, stop, settle } = begun(undefined, [file]);
		await settle();
		state.go(1);
		await settle();
		state.earlier.declined = true;
		for (const index of [0, 1]) {
			state.go(index);
			await settle();
		}
		expect([state.earlier.declined, state.missed]).toEqual([true, [0]]);
		await state.freshMachines();
		await settle();
		expect([state.earlier.declined, state.missed]).toEqual([false, [0]]);
		stop();
	});

	it('keeps the ticks of a step that is left, whatever becomes of the machines meanwhile', async () => {
		const { state, machine, reports, stop, settle } = begun(undefined, [file]);
		await settle();
		machine.files['/a'] = '';
		await expect.poll(() => state.check('file')?.done, { timeout: 3000 }).toBe(true);
		machine.files['/a'] = null;
		for (const index of [1, 0]) {
			state.go(index);
			await settle();
		}
		expect(state.checks.map(({ done }) => done)).toEqual([false, true]);
		state.answer('a', '1');
		await settle();
		for (const index of [1, 0]) {
			state.go(index);
			await settle();
		}
		expect([state.stepDone, state.isDone('a')]).toEqual([true, true]);
		expect(types(reports).filter((type) => type === 'step-complete')).toHaveLength(1);
		state.answers['b'] = '2';
		await state.restart();
		await settle();
		expect(state.checks.map(({ done }) => done)).toEqual([false, false]);
		expect(state.answers, 'what was answered elsewhere stays').toEqual({ b: '2' });
		stop();
	});

	it('takes fresh machines where the learner is, with answers and progress, even while something is typed', async () => {
		const { state, typed, stop, settle } = begun(undefined, [file]);
		await settle();
		await state.solve();
		await expect.poll(() => state.isDone('a'), { timeout: 3000 }).toBe(true);
		state.go(1);
		state.answer('b', '2');
		await settle();
		state.step.solution[0] = { do: 'type', text: 'hang', on: 'node-1', returns: true };
		const solving = state.solve();
		await settle();
		expect(state.work?.kind).toBe('solve');
		await state.freshMachines();
		await solving;
		await settle();
		expect(typed).toEqual(['do a', 'hang', '<boot>']);
		expect([state.index, state.answers['b'], state.isDone('a')]).toEqual([1, '2', true]);
		expect([state.work, state.missed]).toEqual([undefined, [0]]);
		stop();
	});

	it('offers fresh machines where a step cannot be undone any more, and begins a lesson on them', async () => {
		const { state, typed, machine, playground, stop, settle } = begun();
		await settle();
		machine.broken = true;
		await state.restart();
		expect([playground.asksFresh, typed]).toEqual([true, []]);
		await state.restartLesson();
		expect(typed).toEqual(['<boot>']);
		stop();
	});

	it('goes back to the beginning by the steps’ own commands, or with new machines where one has none', async () => {
		const one = begun();
		await one.settle();
		one.state.go(1);
		flushSync();
		await one.settle();
		await one.state.restartLesson();
		expect(one.typed).toEqual(['undo b', 'undo a']);
		expect(one.state.index).toBe(0);
		one.stop();
		const answersOnly = begun([[], ['undo b']]);
		await answersOnly.settle();
		await answersOnly.state.restartLesson();
		expect(answersOnly.typed).toEqual([]);
		answersOnly.stop();
		const two = begun([[], ['undo b']], [file]);
		await two.settle();
		await two.state.restartLesson();
		expect(two.typed).toEqual(['<boot>']);
		two.stop();
	});

	it('starts a machine again whose plug is out before it undoes a step on it', async () => {
		const { state, typed, machine, stop, settle } = begun();
		await settle();
		machine.power = 'off';
		await state.restart();
		expect(typed).toEqual(['<power node-1>', 'undo a']);
		stop();
	});

	it('gives a course page its state and takes it back', async () => {
		const one = begun();
		await one.settle();
		one.state.answer('a', '1');
		await one.settle();
		one.state.go(1);
		const blob = one.state.saveState();
		one.stop();
		const two = begun();
		two.state.restoreState('rubbish');
		two.state.restoreState(blob ?? '');
		expect([two.state.index, two.state.isDone('a')]).toEqual([1, true]);
		two.stop();
	});
});
