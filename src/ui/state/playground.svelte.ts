import type { Cluster } from '../../api/cluster.ts';
import type { ApiStore, ApiView } from '../../lesson/api-store.ts';
import type { Lesson, Runs, Step } from '../../lesson/lesson.ts';
import { describeSceneItem, prepareScene } from '../../lesson/scene.ts';
import type { StepRun } from '../../lesson/step-run.ts';
import { RealClock } from '../../util/clock.ts';
import { consoleLog, logged, reasonOf } from '../../util/log.ts';
import { Activity } from './activity.svelte.ts';
import { BootState, missingFeature, type BootFailure } from './boot.svelte.ts';
import { keepBootTimes, keptBootTimes } from './boot-times.ts';
import { ClusterState } from './cluster-state.svelte.ts';
import { InspectState } from './inspect-state.svelte.ts';
import { Pause } from './pause.svelte.ts';
import { RequestState } from './request-state.svelte.ts';
import type { TabClaim } from './tab-claim.svelte.ts';
import { Terminals } from './terminals.svelte.ts';

/** Makes a rack that is not started yet; the page is given one, so that it never names a worker. */
export type CreateCluster = (options: { nodes: number; runs: Runs }) => Cluster | Promise<Cluster>;

const clock = new RealClock();
const factsEveryMs = 1500;
/** A node that owes an answer for this long has stopped answering. */
const silentMs = 9000;

/** One cluster and everything the page keeps about it. */
export class Playground {
	readonly boot = new BootState();
	readonly state = new ClusterState();
	readonly requests = new RequestState(this.state);
	readonly terminals = new Terminals();
	readonly inspect = new InspectState(this.state, this.terminals);
	/** Commands in the shells and writes to the API server. */
	readonly activity = new Activity((node, pid) =>
		this.terminals.tabs.some((tab) => tab.node === node && this.terminals.pids.get(tab.id) === pid),
	);
	readonly pause = new Pause(() => this.cluster);
	/** Which of the browser's tabs has this lesson. */
	claim = $state.raw<TabClaim | undefined>();
	cluster = $state.raw<Cluster | undefined>();
	/** What the API server keeps, once it was listed; undefined without Kubernetes. */
	store = $state.raw<ApiStore | undefined>();
	/** Set when everything is prepared: from then on checks can be looked at. */
	api = $state.raw<ApiView | undefined>();
	readonly #create: CreateCluster;
	#parts: Parts | undefined;
	#end: AbortController | undefined;
	#stops: (() => void)[] = [];

	constructor(create: CreateCluster) {
		this.#create = create;
	}
	/** Boots for a lesson; failures end up in `boot.failure`, with a next step. */
	async start(lesson: Lesson): Promise<void> {
		const missing = missingFeature(globalThis);
		if (missing) return this.boot.fail(missing);
		this.stop();
		const end = (this.#end = new AbortController());
		this.boot.begin(lesson.cluster.nodes, keptBootTimes());
		this.boot.hasControlPlane = lesson.cluster.runs === 'kubernetes';
		try {
			await this.#start(lesson, end.signal);
			keepBootTimes(this.boot.finish());
		} catch (error) {
			// Somebody gave up waiting: nobody is to be told of what that broke.
			if (end.signal.aborted) return;
			const booted = this.boot.phase === 'preparing';
			if (!booted) this.stop();
			this.boot.fail(failureOf(error, booted));
		}
	}
	/** Gives up a boot that is under way; the page offers another. */
	cancel(): void {
		this.stop();
		this.boot.wait('asked');
	}
	stop(): void {
		this.#end?.abort();
		for (const stop of this.#stops.splice(0)) stop();
		this.requests.stop();
		this.inspect.stop();
		this.terminals.closeAll().catch(logged(consoleLog, 'page', 'the terminals were not closed'));
		this.cluster?.stop().catch(logged(consoleLog, 'page', 'the machines did not stop'));
		this.cluster = undefined;
		this.store = undefined;
		this.api = undefined;
		this.state.clear();
	}
	/** Takes the lesson from the tab that has it, and starts here. */
	async takeOver(lesson: Lesson): Promise<void> {
		await this.claim?.take();
		await this.start(lesson);
	}
	/** What looks at a step's checks. Only while the machines run. */
	observe(step: Step): StepRun {
		const { cluster, api, requests } = this;
		if (!cluster || !api || !this.#parts) throw new Error('the machines do not run');
		const { StepRun } = this.#parts;
		return new StepRun({ step, cluster, api, requests: requests.log, clock });
	}
	/** Pulls a node's plug and puts it back: what the node held is gone. */
	async restartNode(node: string): Promise<void> {
		await this.cluster?.powerOff(node);
		await this.cluster?.powerOn(node);
	}

	async #start(lesson: Lesson, signal: AbortSignal): Promise<void> {
		const [cluster, parts] = await Promise.all([this.#create(lesson.cluster), loadParts()]);
		signal.throwIfAborted();
		this.#parts = parts;
		this.#stops.push(
			cluster.onNodes((nodes) => (this.state.nodes = nodes)),
			cluster.onProgress((progress) => this.boot.report(progress)),
		);
		const tick = setInterval(() => (this.boot.now = this.state.now = Date.now()), 500);
		this.#stops.push(() => clearInterval(tick));
		this.cluster = cluster;
		await cluster.start();
		signal.throwIfAborted();
		this.activity.follow(cluster, signal);
		this.terminals.cluster = cluster;
		this.requests.connect(cluster);
		this.inspect.connect(cluster);
		this.#openTerminals(lesson);
		const store = cluster.runs === 'kubernetes' ? this.#follow(cluster, parts, signal) : undefined;
		this.#stops.push(this.pause.follow());
		await this.#prepare(cluster, lesson);
		await store?.synced;
		signal.throwIfAborted();
		this.store = store;
		this.api = store ?? parts.emptyApi;
		this.#pollFacts(cluster, signal).catch(
			logged(consoleLog, 'page', 'the machines are not asked for figures any more'),
		);
	}
	#follow(cluster: Cluster, { ApiStore }: Parts, signal: AbortSignal): ApiStore {
		const store = new ApiStore(cluster.api, clock);
		this.#stops.push(this.state.follow(store));
		store.start(signal);
		return store;
	}
	async #prepare(cluster: Cluster, lesson: Lesson): Promise<void> {
		const all = lesson.scene.length;
		let done = 0;
		this.boot.prepare('', done, all);
		await prepareScene(cluster, lesson, (item) =>
			this.boot.prepare(describeSceneItem(item), done++, all),
		);
		this.boot.prepare('', all, all);
	}
	#openTerminals(lesson: Lesson): void {
		const [first] = lesson.terminals.map(({ name, on }) => this.terminals.open(on, name));
		if (first) this.terminals.show(first.id);
	}
	/** Agents' facts for the bars; a node that does not answer keeps its last ones until it is off. */
	async #pollFacts(cluster: Cluster, signal: AbortSignal): Promise<void> {
		while (!signal.aborted) {
			if (!document.hidden)
				await Promise.all(this.state.nodes.map((one) => this.#facts(cluster, one)));
			await new Promise((resolve) => setTimeout(resolve, factsEveryMs));
		}
	}
	async #facts(cluster: Cluster, { name, power }: { name: string; power: string }): Promise<void> {
		if (power !== 'running') {
			this.state.silent.delete(name);
			if (power !== 'frozen') this.state.facts.delete(name);
			return;
		}
		const late = setTimeout(() => this.state.silent.add(name), silentMs);
		try {
			this.state.setFacts(name, await cluster.facts(name));
			this.state.silent.delete(name);
		} catch {
			this.state.facts.delete(name);
		} finally {
			clearTimeout(late);
		}
	}
}

/** What looks at machines comes when they do: a text to read does without. */
async function loadParts() {
	const [{ ApiStore, emptyApi }, { StepRun }] = await Promise.all([
		import('../../lesson/api-store.ts'),
		import('../../lesson/step-run.ts'),
	]);
	return { ApiStore, emptyApi, StepRun };
}
type Parts = Awaited<ReturnType<typeof loadParts>>;

function failureOf(error: unknown, booted: boolean): BootFailure {
	const message = reasonOf(error);
	if (booted) return { reason: 'scene', message };
	if (error instanceof Error && error.name === 'DownloadError')
		return { reason: navigator.onLine ? 'download' : 'offline', message };
	if (/worker of \S+ could not be started/.test(message)) return { reason: 'no-workers', message };
	return { reason: 'other', message };
}
