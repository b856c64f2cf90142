import type { Service } from '../../src/api/kubernetes.ts';
import { Client } from '../../src/client/rest.ts';
import type { LocalCluster } from '../../src/cluster/cluster.ts';
import { nodesReady } from '../../src/headless/ready.ts';
import { ApiStore, emptyApi, type ApiView } from '../../src/lesson/api-store.ts';
import type { Lesson, Step } from '../../src/lesson/lesson.ts';
import type { Finding } from '../../src/lesson/outcome.ts';
import { playReset, proveStep, type Player, type StepProof } from '../../src/lesson/prove.ts';
import { RequestLog, RequestLoop } from '../../src/lesson/request-log.ts';
import { prepareScene } from '../../src/lesson/scene.ts';
import { StepRun } from '../../src/lesson/step-run.ts';
import { terminalNode } from '../../src/lesson/terminals.ts';
import { canUndo } from '../../src/lesson/traces.ts';
import { fillLesson } from '../../src/lesson/vars.ts';
import { RealClock } from '../../src/util/clock.ts';
import type { Rack } from './rack.ts';
import { Shell } from './shell.ts';

const clock = new RealClock();
const stepTimeoutMs = 150_000;

/** Types into real shells, one a terminal of the lesson, and runs the request loop of the page. */
class Hands implements Player {
	readonly #cluster: LocalCluster;
	readonly #lesson: Lesson;
	readonly #loop: RequestLoop;
	readonly #shells = new Map<string, Shell>();

	constructor(cluster: LocalCluster, lesson: Lesson, api: ApiView, log: RequestLog) {
		this.#cluster = cluster;
		this.#lesson = lesson;
		const target = () => {
			const [service] = api
				.list<Service>('Service', 'default')
				.filter((each) => each.metadata.name !== 'kubernetes');
			const { clusterIP, ports } = service?.spec ?? {};
			if (!service || !clusterIP || clusterIP === 'None') return undefined;
			const url = `http://${clusterIP}:${ports?.[0]?.port ?? 80}/`;
			return { node: cluster.nodes().at(-1)?.name ?? '', service: service.metadata.name, url };
		};
		this.#loop = new RequestLoop({ cluster, log, clock, target });
	}
	async type(text: string, on: string, returns: boolean): Promise<void> {
		const shell = await this.#shell(on);
		await shell.type(text, returns, stepTimeoutMs);
	}
	async interrupt(on: string): Promise<void> {
		await (await this.#shell(on)).interrupt();
	}
	requests(running: boolean): void {
		if (running) this.#loop.start();
		else this.#loop.stop();
	}
	async power(node: string, on: boolean): Promise<void> {
		for (const name of this.#shells.keys())
			if (terminalNode(this.#lesson, name) === node) this.#shells.delete(name);
		if (on) await this.#cluster.powerOn(node);
		else await this.#cluster.powerOff(node);
	}
	/** What stands on each terminal's screen at the end, for a report of what went wrong. */
	screens(): string {
		return [...this.#shells].map(([name, shell]) => `[${name}] ${shell.tail()}`).join('\n');
	}
	async #shell(on: string): Promise<Shell> {
		const node = terminalNode(this.#lesson, on);
		const shell = this.#shells.get(on) ?? (await Shell.open(this.#cluster, node));
		this.#shells.set(on, shell);
		return shell;
	}
}

function showFinding({ subject, wanted, seen }: Finding): string {
	const say = (said: Finding['seen']) => (typeof said === 'string' ? said : said.term);
	return `${subject}: seen ${say(seen)}, wanted ${say(wanted)}`;
}

/** What is wrong with a step, one line each; empty when it proved itself. */
export function faultsOf(proof: StepProof): string[] {
	return [
		...(proof.unsolved ? [`${proof.step} has no solution: nothing proves it`] : []),
		...proof.trueBefore.map((id) => `${proof.step}/${id} was true before anything was done`),
		...proof.falseAfter.map(
			({ id, waiting, findings }) =>
				`${proof.step}/${id} is not done: ${waiting ? 'waits for another check' : findings.map(showFinding).join('; ')}`,
		),
	];
}

/**
 * What is wrong with a lesson, one line each. Every step is proved, and where it says how it is undone, again after
 * that, unless it is known to take longer than `longestMs`; in the end the whole lesson is undone, after which
 * everything has to look as in the beginning.
 */
export async function proveLesson(solver: Solver, longestMs = Infinity): Promise<string[]> {
	const found: string[] = [];
	const before = await solver.seen();
	for (const step of solver.lesson.steps) {
		found.push(...faultsOf(await solver.prove(step)));
		if (step.reset.length > 0 && (step.tookMs ?? 0) <= longestMs)
			found.push(...faultsOf(await solver.proveAgain(step)).map((one) => `restarted: ${one}`));
	}
	if (!solver.canUndo) return found;
	return [...found, ...(await solver.differences(before))];
}

/** One lesson with its machines: boots them, prepares the scene, and plays the steps one after the other. */
export class Solver {
	readonly lesson: Lesson;
	readonly cluster: LocalCluster;
	readonly #requests = new RequestLog();
	readonly #end = new AbortController();
	#api: ApiView = emptyApi;
	#hands: Hands | undefined;

	constructor(lesson: Lesson, rack: Rack) {
		this.lesson = fillLesson(lesson, 'proof');
		this.cluster = rack.cluster(lesson.cluster.nodes, lesson.cluster.runs);
	}
	async start(): Promise<void> {
		const { lesson } = this;
		await this.cluster.start();
		if (lesson.cluster.runs === 'kubernetes') {
			await nodesReady(new Client(this.cluster.api), lesson.cluster.nodes);
			const store = new ApiStore(this.cluster.api, clock);
			store.start(this.#end.signal);
			await store.synced;
			this.#api = store;
		}
		await prepareScene(this.cluster, lesson, () => undefined);
		this.#hands = new Hands(this.cluster, lesson, this.#api, this.#requests);
	}
	/** False before its solution, true after it. */
	async prove(step: Step): Promise<StepProof> {
		return this.#in(step, (run, hands) => proveStep(run, hands, clock, stepTimeoutMs));
	}
	/** The same again, after what "Restart this step" does. */
	async proveAgain(step: Step): Promise<StepProof> {
		return this.#in(step, async (run, hands) => {
			await playReset(step, hands);
			run.restart();
			return proveStep(run, hands, clock, stepTimeoutMs);
		});
	}
	/** Checks that are true now, `step/check`, as each step would find them. */
	async seen(): Promise<string[]> {
		const found: string[] = [];
		for (const step of this.lesson.steps)
			await this.#in(step, async (run) => {
				await run.look();
				for (const { id, verdict } of run.checks)
					if (verdict === 'true') found.push(`${step.id}/${id}`);
			});
		return found;
	}
	get canUndo(): boolean {
		return canUndo(this.lesson.steps);
	}
	/** What "Restart the lesson" does where the machines stay. */
	async undo(): Promise<void> {
		if (!this.#hands) throw new Error('start first');
		this.#hands.requests(false);
		for (const step of [...this.lesson.steps].reverse()) await playReset(step, this.#hands);
		await prepareScene(this.cluster, this.lesson, () => undefined);
	}
	/** Undoes the lesson, and compares with the checks that were true in the beginning. */
	async differences(before: readonly string[]): Promise<string[]> {
		await this.undo();
		const after = await this.seen();
		return [
			...before.filter((one) => !after.includes(one)).map((one) => `${one} is no longer true`),
			...after.filter((one) => !before.includes(one)).map((one) => `${one} is still true`),
		].map((one) => `lesson restarted: ${one}`);
	}
	async #in<T>(step: Step, work: (run: StepRun, hands: Hands) => Promise<T>): Promise<T> {
		if (!this.#hands) throw new Error('start first');
		const api = this.#api;
		const run = new StepRun({ step, cluster: this.cluster, api, requests: this.#requests, clock });
		run.start();
		try {
			return await work(run, this.#hands);
		} catch (error) {
			const { message } = error as Error;
			throw new Error(`${step.id}: ${message}\n${this.#hands.screens()}`, { cause: error });
		} finally {
			run.stop();
		}
	}
	/** What the terminals show. */
	screens(): string {
		return this.#hands?.screens() ?? '';
	}
	async stop(): Promise<void> {
		this.#hands?.requests(false);
		this.#end.abort();
		await this.cluster.stop();
	}
}
