import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Service } from '../../src/api/kubernetes.ts';
import { Client } from '../../src/client/rest.ts';
import type { LocalCluster } from '../../src/cluster/cluster.ts';
import { nodesReady } from '../../src/headless/ready.ts';
import { ApiStore, emptyApi, type ApiView } from '../../src/lesson/api-store.ts';
import type { Lesson } from '../../src/lesson/lesson.ts';
import { proveStep, type Player } from '../../src/lesson/prove.ts';
import { RequestLog, RequestLoop } from '../../src/lesson/request-log.ts';
import { prepareScene } from '../../src/lesson/scene.ts';
import { StepRun } from '../../src/lesson/step-run.ts';
import { terminalNode } from '../../src/lesson/terminals.ts';
import { RealClock } from '../../src/util/clock.ts';
import { allLessons } from '../harness/lessons.ts';
import { Rack } from '../harness/rack.ts';
import { Shell } from '../harness/shell.ts';

const clock = new RealClock();
const stepTimeoutMs = 150_000;

/** Types into real shells, one a node, and runs the request loop of the page. */
class Hands implements Player {
	readonly #cluster: LocalCluster;
	readonly #loop: RequestLoop;
	readonly #lesson: Lesson;
	readonly #shells = new Map<string, Shell>();

	constructor(cluster: LocalCluster, lesson: Lesson, store: ApiView, log: RequestLog) {
		this.#cluster = cluster;
		this.#lesson = lesson;
		const target = () => {
			const [service] = store.list('Service').filter((each) => each.metadata.name !== 'kubernetes');
			const { clusterIP, ports } = (service as Service | undefined)?.spec ?? {};
			if (!service || !clusterIP) return undefined;
			const url = `http://${clusterIP}:${ports?.[0]?.port ?? 80}/`;
			return { node: cluster.nodes().at(-1)?.name ?? '', service: service.metadata.name, url };
		};
		this.#loop = new RequestLoop({ cluster, log, clock, target });
	}
	async type(text: string, on: string, returns: boolean): Promise<void> {
		const shell = await this.#shell(on);
		if (returns) await shell.run(text, stepTimeoutMs);
		else shell.keys(`${text}\r`);
	}
	async interrupt(on: string): Promise<void> {
		await (await this.#shell(on)).interrupt();
	}
	async power(node: string, on: boolean): Promise<void> {
		if (on) await this.#cluster.powerOn(node);
		else await this.#cluster.powerOff(node);
	}
	/** One shell a terminal of the lesson. */
	async #shell(on: string): Promise<Shell> {
		const node = terminalNode(this.#lesson, on);
		const shell = this.#shells.get(on) ?? (await Shell.open(this.#cluster, node));
		this.#shells.set(on, shell);
		return shell;
	}
	requests(running: boolean): void {
		if (running) this.#loop.start();
		else this.#loop.stop();
	}
}

describe.each(allLessons())('lesson $id', (lesson: Lesson) => {
	let cluster: LocalCluster;
	let api: ApiView = emptyApi;
	let player: Player;
	const requests = new RequestLog();
	const end = new AbortController();

	beforeAll(async () => {
		const { nodes, runs } = lesson.cluster;
		cluster = (await Rack.load()).cluster(nodes, runs);
		await cluster.start();
		if (runs === 'kubernetes') {
			await nodesReady(new Client(cluster.api), nodes);
			const store = new ApiStore(cluster.api, clock);
			store.start(end.signal);
			await store.synced;
			api = store;
		}
		await prepareScene(cluster, lesson, () => undefined);
		player = new Hands(cluster, lesson, api, requests);
	});
	afterAll(async () => {
		player.requests(false);
		end.abort();
		await cluster.stop();
	});

	it.each(lesson.steps)(
		'step $id: false before its solution, true after it',
		async (step) => {
			const run = new StepRun({ step, cluster, api, requests, clock });
			run.start();
			const proof = await proveStep(run, player, clock, stepTimeoutMs);
			run.stop();
			expect(proof.trueBefore).toEqual([]);
			expect(proof.falseAfter).toEqual([]);
		},
		300_000,
	);
});
