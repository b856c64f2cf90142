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
import { BrowserState } from './browser-state.svelte.ts';
import { ClusterState } from './cluster-state.svelte.ts';
import { sendFile } from '../files/send-file.ts';
import { failures } from './failures.svelte.ts';
import { Health, type Illness } from './health.svelte.ts';
import { InspectState } from './inspect-state.svelte.ts';
import { LoadState } from './load-state.svelte.ts';
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

/** A file that the learner has put on a machine. */
interface SavedFile {
	node: string;
	path: string;
	content: Blob;
}

/** A machine that is of no use as it is. */
export interface IllNode {
	node: string;
	/** `lost`: its kernel has stopped. `silent`: its agent does not answer. */
	why: 'lost' | 'silent' | Illness;
}

/** One cluster and everything the page keeps about it. */
export class Playground {
	readonly boot = new BootState();
	readonly state = new ClusterState();
	readonly requests = new RequestState(this.state);
	readonly browser = new BrowserState(this.state);
	readonly load = new LoadState(this.browser);
	readonly terminals = new Terminals();
	readonly inspect = new InspectState(this.state, this.terminals);
	/** Commands in the shells and writes to the API server. */
	readonly activity = new Activity((node, pid) =>
		this.terminals.tabs.some((tab) => tab.node === node && this.terminals.pids.get(tab.id) === pid),
	);
	readonly pause = new Pause(() => this.cluster);
	readonly health = new Health(() => this.cluster);
	readonly ill: readonly IllNode[] = $derived.by(() =>
		this.state.nodes.flatMap(({ name: node, power }): IllNode[] => {
			if (power === 'lost') return [{ node, why: 'lost' }];
			if (this.state.silent.has(node)) return [{ node, why: 'silent' }];
			const why = this.health.ill.get(node);
			return why ? [{ node, why }] : [];
		}),
	);
	/** Something was done on these machines that goes with them. */
	used = $state(false);
	/** Whether to start fresh machines is being asked. */
	asksFresh = $state(false);
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
	/** What the editor has written and what was put there, by machine and path: fresh machines get it back. */
	#saved: Record<string, SavedFile> = {};
	#stops: (() => void)[] = [];

	constructor(create: CreateCluster) {
		this.#create = create;
		this.terminals.onEnd = (node) => this.health.doubt(node);
		this.activity.onProgram = (node) => {
			this.used = true;
			this.health.doubt(node);
		};
	}
	/**
	 * Boots for a lesson, in place of the machines that run: as they were saved, prepared anew, with the files that the
	 * editor has written. Failures end up in `boot.failure`, with a next step.
	 */
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
		this.load.stop();
		this.browser.connect(undefined);
		this.inspect.stop();
		this.health.stop();
		this.terminals.closeAll().catch(logged(consoleLog, 'page', 'the terminals were not closed'));
		this.cluster?.stop().catch(logged(consoleLog, 'page', 'the machines did not stop'));
		this.cluster = undefined;
		this.store = undefined;
		this.api = undefined;
		this.used = false;
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
	/** Pulls a node's plug and puts it back: what the node held is gone, but for what the lesson had prepared there. */
	async restartNode(node: string, lesson: Lesson): Promise<void> {
		const { cluster } = this;
		if (!cluster) return;
		this.health.ill.delete(node);
		await cluster.powerOff(node);
		await cluster.powerOn(node);
		const scene = lesson.scene.filter((item) => item.do !== 'apply' && item.on === node);
		await prepareScene(cluster, { ...lesson, scene }, () => undefined);
		await this.#putBack(cluster, node);
	}
	/** Looks at every machine: true when one cannot be brought back by what is typed there. */
	async isBroken(): Promise<boolean> {
		const answering = this.state.nodes.filter(({ name }) => !this.state.silent.has(name));
		// One that does not answer in time is found to be silent by then.
		await Promise.allSettled(answering.map(({ name }) => this.health.look(name)));
		return this.ill.some(({ why }) => why !== 'lost');
	}
	/** Writes a file for the editor. Rejects with why not. */
	async saveFile(node: string, path: string, content: string): Promise<void> {
		if (!this.cluster) throw new Error('the machines do not run');
		await this.cluster.putFile(node, path, content);
		this.keepFile(node, path, new Blob([content]));
	}
	/** What the learner has put on a machine is there again on fresh ones. */
	keepFile(node: string, path: string, content: Blob): void {
		this.used = true;
		if (isOwn(path)) this.#saved[`${node}:${path}`] = { node, path, content };
	}
	/** The next machines are not given what was written and put. */
	forgetFiles(): void {
		this.#saved = {};
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
		this.browser.connect(cluster);
		this.load.connect(cluster);
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
		for (const { name } of cluster.nodes()) await this.#putBack(cluster, name);
		this.boot.prepare('', all, all);
	}
	/** The lesson can go on without a file that is not taken; whoever wrote it is told. */
	async #putBack(cluster: Cluster, name: string): Promise<void> {
		for (const { node, path, content } of Object.values(this.#saved))
			if (node === name) await sendFile(cluster, node, path, content).catch(failures.tell);
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

/** What the system and the shells start from is not put back: it may be what broke them. */
const isOwn = (path: string) => /^\/(root|home|tmp|srv)\/(?!\.)/.test(path);

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
