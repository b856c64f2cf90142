import { describe, expect, it } from 'vitest';
import type { Cluster } from '../api/cluster.ts';
import type { GuestEvent } from '../api/agent.ts';
import type { KubeObject } from '../api/kubernetes.ts';
import { ManualClock } from '../util/clock.ts';
import type { ApiChange, ApiView } from './api-store.ts';
import type { Check, Probe, Step } from './lesson.ts';
import { proveStep } from './prove.ts';
import { RequestLog } from './request-log.ts';
import { StepRun } from './step-run.ts';

class World {
	readonly clock = new ManualClock();
	readonly requests = new RequestLog();
	readonly objects = new Map<string, KubeObject>();
	readonly listeners = new Set<(change: ApiChange) => void>();
	/** Content of /x on node-1; an Error when the node does not answer. */
	file: string | null | Error = null;
	looks = 0;
	tell: (node: string, event: GuestEvent) => void = () => undefined;

	readonly api: ApiView = {
		list: <T extends KubeObject>(kind: string) =>
			[...this.objects.values()].filter((object) => object.kind === kind) as T[],
		get: <T extends KubeObject>(kind: string, _ns: string, name: string) =>
			this.objects.get(`${kind}/${name}`) as T | undefined,
		subscribe: (listener) => {
			this.listeners.add(listener);
			return () => this.listeners.delete(listener);
		},
	};
	readonly cluster = {
		nodes: () => ['node-1', 'node-2'].map((name) => ({ name, power: 'running' })),
		look: async () => {
			this.looks++;
			if (this.file instanceof Error) throw this.file;
			return { files: { '/x': this.file }, dirs: {}, commands: [] };
		},
		onGuestEvent: (listener: (node: string, event: GuestEvent) => void) => {
			this.tell = listener;
			return () => undefined;
		},
	} as unknown as Cluster;

	set(kind: string, name: string, rest: object): void {
		const metadata = { name, uid: name, resourceVersion: '1', creationTimestamp: '' };
		const object = { apiVersion: 'v1', kind, metadata, ...rest };
		this.objects.set(`${kind}/${name}`, object);
		for (const listener of this.listeners)
			listener({ kind: kind as ApiChange['kind'], type: 'updated', object });
	}
	async run(checks: Check[], rest: Partial<Step> = {}): Promise<StepRun> {
		const step: Step = { id: 's', optional: false, checks, solution: [], reset: [], ...rest };
		const { cluster, api, requests, clock } = this;
		const run = new StepRun({ step, cluster, api, requests, clock });
		run.start();
		await clock.advance(0);
		return run;
	}
}

const check = (id: string, probe: Probe, rest: Partial<Check> = {}): Check => ({
	id,
	probe,
	mode: 'edge',
	needs: [],
	hold: 0,
	explain: [],
	weight: 1,
	...rest,
});
const ready = (value: number): Probe => ({
	probe: 'object',
	kind: 'Deployment',
	name: 'web',
	ns: 'default',
	where: [{ path: 'status.readyReplicas', op: 'eq', value }],
	absent: false,
});
const file: Probe = { probe: 'file', on: 'node-1', path: '/x', absent: false, contains: 'yes' };

describe('StepRun', () => {
	it('looks again after a change of the API, and keeps an edge check done', async () => {
		const world = new World();
		const run = await world.run([check('up', ready(3))]);
		expect(run.checks[0]).toMatchObject({ done: false, verdict: 'false' });
		world.set('Deployment', 'web', { status: { readyReplicas: 3 } });
		await world.clock.advance(200);
		expect(run.checks[0]?.done).toBe(true);
		world.set('Deployment', 'web', { status: { readyReplicas: 1 } });
		await world.clock.advance(200);
		expect([run.checks[0]?.done, run.done]).toEqual([true, true]);
	});

	it('takes a level check back while the step is not finished', async () => {
		const world = new World();
		const run = await world.run([
			check('up', ready(3), { mode: 'level' }),
			check('asked', { probe: 'quiz', id: 'q' }),
		]);
		world.set('Deployment', 'web', { status: { readyReplicas: 3 } });
		await world.clock.advance(200);
		expect(run.checks[0]?.done).toBe(true);
		world.set('Deployment', 'web', { status: { readyReplicas: 1 } });
		await world.clock.advance(200);
		expect([run.checks[0]?.done, run.done]).toEqual([false, false]);
	});

	it('keeps its ticks while nobody is in the step, and goes on from there', async () => {
		const world = new World();
		const quiz = check('asked', { probe: 'quiz', id: 'q' });
		const run = await world.run([
			check('up', ready(3)),
			check('last', ready(3), { mode: 'level' }),
			check('held', ready(3), { hold: 5 }),
			quiz,
		]);
		const dones = () => run.checks.map((one) => one.done);
		world.set('Deployment', 'web', { status: { readyReplicas: 3 } });
		await world.clock.advance(4000);
		run.stop();
		await world.clock.advance(60_000);
		run.start();
		await world.clock.advance(1000);
		expect(dones(), 'nobody saw it hold').toEqual([true, true, false, false]);
		await world.clock.advance(5000);
		expect([dones(), run.worked, run.done]).toEqual([[true, true, true, false], true, false]);
		run.passQuiz('q');
		await world.clock.advance(200);
		run.stop();
		world.set('Deployment', 'web', { status: { readyReplicas: 1 } });
		run.start();
		await world.clock.advance(2000);
		expect([dones(), run.done], 'finished for good').toEqual([[true, true, true, true], true]);
		run.restart();
		await world.clock.advance(200);
		expect(dones()).toEqual([false, false, false, false]);
	});

	it('says whether what it leads to is there, by what looks at the machines', async () => {
		const world = new World();
		const run = await world.run([
			check('file', file, { needs: ['asked'] }),
			check('asked', { probe: 'quiz', id: 'q' }),
			check('up', ready(3)),
		]);
		const looks = world.looks;
		expect(await run.stands()).toBe('false');
		expect(world.looks, 'no machine has to be asked for that').toBe(looks);
		world.set('Deployment', 'web', { status: { readyReplicas: 3 } });
		expect(await run.stands()).toBe('false');
		world.file = 'yes';
		expect(await run.stands()).toBe('true');
		world.file = new Error('no answer');
		expect(await run.stands()).toBe('unknown');
		const questions = await world.run([check('asked', { probe: 'quiz', id: 'q' })]);
		expect(await questions.stands()).toBe('unknown');
	});

	it('does not look at a check before those it needs are done', async () => {
		const world = new World();
		world.file = 'yes';
		const run = await world.run([check('up', ready(3)), check('file', file, { needs: ['up'] })]);
		expect(run.checks[1]).toMatchObject({ waiting: true, done: false });
		expect(world.looks).toBe(0);
		world.set('Deployment', 'web', { status: { readyReplicas: 3 } });
		await world.clock.advance(400);
		expect(run.done).toBe(true);
	});

	it('asks guests at most once a second, and stops when it has what it wants', async () => {
		const world = new World();
		const run = await world.run([check('file', file)]);
		await world.clock.advance(10_000);
		expect(world.looks).toBeGreaterThan(5);
		expect(world.looks).toBeLessThanOrEqual(12);
		world.file = 'yes';
		await world.clock.advance(1100);
		expect(run.done).toBe(true);
		const looks = world.looks;
		await world.clock.advance(10_000);
		expect(world.looks).toBe(looks);
	});

	it('asks a guest no more than twice a second, however much changes in the API', async () => {
		const world = new World();
		const run = await world.run([check('file', file), check('up', ready(3))]);
		const before = world.looks;
		for (let change = 0; change < 100; change++) {
			world.set('Deployment', 'web', { status: { readyReplicas: change === 99 ? 3 : 1 } });
			await world.clock.advance(50);
		}
		expect(world.looks - before).toBeGreaterThan(5);
		expect(world.looks - before).toBeLessThanOrEqual(11);
		await world.clock.advance(200);
		expect(run.checks[1]?.done).toBe(true);
	});

	it('asks seldom while nobody sees the page', async () => {
		const world = new World();
		const run = await world.run([check('file', file)]);
		run.hidden = true;
		await world.clock.advance(1100);
		const before = world.looks;
		await world.clock.advance(20_000);
		expect(world.looks - before).toBeLessThanOrEqual(4);
	});

	it('waits for the next question when the turn of a guest check comes just after one', async () => {
		const world = new World();
		world.file = 'yes';
		const first = { ...file, probe: 'file' as const };
		const run = await world.run([
			check('first', first),
			check('second', first, { needs: ['first'] }),
			check('third', first, { needs: ['second'] }),
		]);
		await world.clock.advance(2000);
		expect(run.done).toBe(true);
		expect(world.looks).toBe(3);
	});

	it('says when a check takes longer than its author thought', async () => {
		const world = new World();
		const run = await world.run([
			check('up', ready(3), { timeout: 5 }),
			check('then', ready(3), { timeout: 5, needs: ['up'] }),
		]);
		await world.clock.advance(4500);
		expect(run.checks[0]?.late).toBeUndefined();
		await world.clock.advance(1000);
		expect(run.checks.map(({ late }) => late === true)).toEqual([true, false]);
		world.set('Deployment', 'web', { status: { readyReplicas: 3 } });
		await world.clock.advance(400);
		expect(run.done).toBe(true);
	});

	it('hears with which code a program ended', async () => {
		const world = new World();
		const probe: Probe = { probe: 'command', on: 'node-1', matches: '^mount', exit: { gte: 1 } };
		const run = await world.run([check('failed', probe)]);
		const exec = (pid: number): GuestEvent => ({
			type: 'exec',
			pid,
			ppid: 1,
			args: ['mount', '/x'],
			time: 0,
		});
		const exit = (pid: number, code: number): GuestEvent => ({
			type: 'exit',
			pid,
			status: { code },
			time: 0,
		});
		for (const event of [exec(9), exit(9, 0), exec(10)]) world.tell('node-1', event);
		await world.clock.advance(200);
		expect(run.done).toBe(false);
		world.tell('node-2', exit(10, 32));
		await world.clock.advance(200);
		expect(run.done).toBe(false);
		world.tell('node-1', exit(10, 32));
		await world.clock.advance(200);
		expect(run.done).toBe(true);
	});

	it('shows a guest that does not answer as unknown and keeps the answer it had', async () => {
		const world = new World();
		world.file = 'yes';
		const quiz = check('asked', { probe: 'quiz', id: 'q' });
		const run = await world.run([check('file', file, { mode: 'level' }), quiz]);
		expect(run.checks[0]?.done).toBe(true);
		world.file = new Error('node-1 is off');
		await world.clock.advance(1100);
		expect(run.checks[0]).toMatchObject({ done: true, verdict: 'unknown' });
	});

	it('waits until a check has held for its time without a break', async () => {
		const world = new World();
		const run = await world.run([check('up', ready(3), { hold: 5 })]);
		world.set('Deployment', 'web', { status: { readyReplicas: 3 } });
		await world.clock.advance(3000);
		world.set('Deployment', 'web', { status: { readyReplicas: 2 } });
		await world.clock.advance(300);
		world.set('Deployment', 'web', { status: { readyReplicas: 3 } });
		await world.clock.advance(4000);
		expect(run.done).toBe(false);
		await world.clock.advance(1500);
		expect(run.done).toBe(true);
	});

	it('needs the baseline first: what was never there cannot be gone', async () => {
		const world = new World();
		const gone: Probe = { ...ready(0), probe: 'object', where: [], absent: true } as Probe;
		const there: Probe = { ...ready(0), where: [] } as Probe;
		const run = await world.run([check('gone', gone, { baseline: there })]);
		expect(run.done).toBe(false);
		world.set('Deployment', 'web', {});
		await world.clock.advance(200);
		world.objects.clear();
		for (const tell of world.listeners)
			tell({ kind: 'Deployment', type: 'deleted', object: {} as KubeObject });
		await world.clock.advance(200);
		expect(run.done).toBe(true);
	});

	it('says the first hint that fits', async () => {
		const world = new World();
		const run = await world.run([
			check('up', ready(3), {
				explain: [
					{ if: ready(1), say: 'one' },
					{ if: ready(2), say: 'two' },
				],
			}),
		]);
		world.set('Deployment', 'web', { status: { readyReplicas: 2 } });
		await world.clock.advance(200);
		expect(run.checks[0]?.say).toBe('two');
	});

	it('hears of commands that were run, and forgets them at a restart', async () => {
		const world = new World();
		const probe: Probe = { probe: 'command', on: 'node-2', matches: '^kubectl get pods\\b' };
		const run = await world.run([check('typed', probe)]);
		const event: GuestEvent = {
			type: 'exec',
			pid: 9,
			ppid: 1,
			args: ['kubectl', 'get', 'pods', '-o', 'wide'],
			time: 0,
		};
		world.tell('node-1', event);
		await world.clock.advance(200);
		expect(run.done).toBe(false);
		world.tell('node-2', event);
		await world.clock.advance(200);
		expect(run.done).toBe(true);
		run.restart();
		await world.clock.advance(200);
		expect(run.done).toBe(false);
	});

	it('looks no more after stop', async () => {
		const world = new World();
		const run = await world.run([check('file', file)]);
		run.stop();
		const looks = world.looks;
		await world.clock.advance(5000);
		expect(world.looks).toBe(looks);
	});
});

describe('proveStep', () => {
	const solved = (world: World) => ({
		type: async (text: string) => {
			if (text === 'up') world.set('Deployment', 'web', { status: { readyReplicas: 3 } });
		},
		interrupt: async () => undefined,
		requests: () => undefined,
		power: async () => undefined,
	});
	const type = (text: string) => ({
		solution: [{ do: 'type' as const, text, on: 'node-1', returns: true }],
	});

	async function prove(world: World, run: StepRun) {
		const proof = proveStep(run, solved(world), world.clock, 5000);
		await world.clock.advance(15_000);
		return proof;
	}

	it('passes a check that is false before and true after', async () => {
		const world = new World();
		const run = await world.run([check('up', ready(3))], type('up'));
		expect(await prove(world, run)).toMatchObject({ trueBefore: [], falseAfter: [] });
	});

	it('names a check that was true from the start', async () => {
		const world = new World();
		const empty = check('empty', { probe: 'not', of: ready(3) });
		const run = await world.run([empty, check('up', ready(3))], type('up'));
		expect((await prove(world, run)).trueBefore).toEqual(['empty']);
	});

	it('names a check that the solution does not fulfil', async () => {
		const world = new World();
		const run = await world.run([check('up', ready(3))], type('something else'));
		expect((await prove(world, run)).falseAfter).toMatchObject([{ id: 'up', done: false }]);
	});
});
