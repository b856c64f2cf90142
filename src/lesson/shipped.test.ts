import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Cluster } from '../api/cluster.ts';
import type { Deployment, KubeObject } from '../api/kubernetes.ts';
import { FixtureApi } from '../../test/harness/fixture-api.ts';
import { scenes } from '../../test/harness/fixture-scenes.ts';
import { ManualClock } from '../util/clock.ts';
import { ApiStore } from './api-store.ts';
import { loadLesson } from './load.ts';
import { RequestLog } from './request-log.ts';
import { StepRun } from './step-run.ts';

const folder = new URL('../../lessons/40-kubernetes/28-rolling-update/', import.meta.url);
const text = (path: string) => readFileSync(new URL(path, folder), 'utf8');
const lesson = loadLesson('rolling-update', {
	'lesson.yaml': text('lesson.yaml'),
	'en.md': text('en.md'),
	'zh-CN.md': text('zh-CN.md'),
	'files/web.yaml': text('files/web.yaml'),
});

/** The lesson's checks over recorded moments: what a learner goes through, without a machine. */
class Walk {
	readonly clock = new ManualClock();
	readonly requests = new RequestLog();
	readonly #api = new FixtureApi();
	readonly #store = new ApiStore(this.#api, this.clock);
	readonly #end = new AbortController();
	run!: StepRun;

	async begin(step: string, scene: string): Promise<void> {
		this.#api.become(scenes[scene]?.() ?? []);
		this.#store.start(this.#end.signal);
		await this.#store.synced;
		const cluster = {
			nodes: () =>
				['control-plane', 'node-1', 'node-2'].map((name) => ({ name, power: 'running' })),
			onGuestEvent: () => () => undefined,
			request: async () => ({ status: 200, body: 'nginx 1 on web-a', took: 1 }),
		} as unknown as Cluster;
		const found = lesson.steps.find((one) => one.id === step);
		if (!found) throw new Error(`no step ${step}`);
		const { clock, requests } = this;
		this.run = new StepRun({ step: found, cluster, api: this.#store, requests, clock });
		this.run.start();
		await this.pass(500);
		expect(
			this.run.checks.filter((check) => check.done),
			'nothing is done before something was done',
		).toEqual([]);
	}
	async show(objects: KubeObject[]): Promise<void> {
		this.#api.become(objects);
		await new Promise((resolve) => setTimeout(resolve, 5));
		await this.pass(500);
	}
	async ask(version: string, count: number, ok = true): Promise<void> {
		const mark = { node: 'node-2', service: 'web', status: ok ? 200 : 0, took: 1, ok };
		for (let index = 0; index < count; index++)
			this.requests.add({ ...mark, at: this.clock.now(), version, host: `web-${index % 3}` });
		await this.pass(500);
	}
	async pass(ms: number): Promise<void> {
		await this.clock.advance(ms);
	}
	done(): string[] {
		return this.run.checks.filter((check) => check.done).map((check) => check.id);
	}
	end(): void {
		this.run.stop();
		this.#end.abort();
	}
}

const moment = (scene: string) => scenes[scene]?.() ?? [];

function withDeployment(objects: KubeObject[], change: (object: Deployment) => void): KubeObject[] {
	return objects.map((object) => {
		if (object.kind !== 'Deployment') return object;
		const copy = structuredClone(object) as Deployment;
		change(copy);
		return copy;
	});
}

async function walk(step: string, scene: string, go: (walk: Walk) => Promise<void>) {
	const one = new Walk();
	await one.begin(step, scene);
	await go(one);
	one.end();
}

describe('rolling-update over recorded moments', () => {
	it('launch: three ready pods, an answer, then twenty from two pods', () =>
		walk('launch', 'empty', async (it) => {
			await it.show(moment('starting'));
			await it.ask('1', 3, false);
			expect(it.done()).toEqual([]);
			await it.show(moment('v1'));
			expect(it.done()).toEqual(['three-ready', 'answers']);
			await it.ask('1', 16);
			expect(it.run.done).toBe(false);
			await it.ask('1', 2);
			expect(it.run.done).toBe(true);
		}));

	it('roll: all new, never below three, nothing lost', () =>
		walk('roll', 'v1', async (it) => {
			await it.ask('1', 10);
			await it.show(moment('rolling'));
			expect(it.run.checks[0]?.say).toBe('in-progress');
			await it.ask('2', 15);
			await it.show(moment('v2'));
			expect(it.done()).toEqual(['updated', 'never-below-three', 'no-request-lost']);
			it.run.answer('most-pods', '3');
			await it.pass(500);
			expect(it.run.done).toBe(false);
			it.run.answer('most-pods', '4');
			it.run.passQuiz('replaced');
			await it.pass(500);
			expect(it.run.done).toBe(true);
		}));

	it('roll: an outage on the way is not forgiven', () =>
		walk('roll', 'v1', async (it) => {
			await it.ask('1', 10);
			await it.show(moment('recreate'));
			await it.ask('', 1, false);
			await it.show(moment('v2'));
			await it.ask('2', 30);
			expect(it.done()).toEqual(['updated']);
			expect(it.run.checks[1]?.findings[0]).toMatchObject({ wanted: '≥ 3', seen: '0…3' });
		}));

	it('stall: one pod is stuck, the service holds for five seconds, the deadline passes', () =>
		walk('stall', 'v2', async (it) => {
			await it.ask('2', 25);
			await it.show(moment('stalled'));
			expect(it.done()).toEqual(['stuck', 'deadline']);
			await it.pass(6000);
			expect(it.run.done).toBe(true);
		}));

	it('undo: back on version 2, with a new revision number', () =>
		walk('undo', 'stalled', async (it) => {
			await it.show(moment('v2'));
			expect(it.done()).toEqual(['back']);
			it.run.answer('revision', '4');
			await it.pass(500);
			expect(it.run.done).toBe(true);
		}));

	it('recreate: the gap is seen, then version 1 is there', () =>
		walk('recreate', 'v2', async (it) => {
			await it.show(moment('recreate'));
			expect(it.done()).toEqual(['strategy']);
			await it.ask('', 3, false);
			expect(it.done()).toEqual(['strategy', 'gap']);
			const recreated = withDeployment(moment('v1'), ({ spec }) => {
				spec.strategy = { type: 'Recreate' };
			});
			await it.show(recreated);
			it.run.passQuiz('when-recreate');
			await it.pass(500);
			expect(it.run.done).toBe(true);
		}));
});
