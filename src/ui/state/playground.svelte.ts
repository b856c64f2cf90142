import type { Cluster } from '../../api/cluster.ts';
import { ApiStore } from '../../lesson/api-store.ts';
import type { Lesson, Runs } from '../../lesson/lesson.ts';
import { describeSceneItem, prepareScene } from '../../lesson/scene.ts';
import { RealClock } from '../../util/clock.ts';
import { Activity } from './activity.svelte.ts';
import { BootState, missingFeature } from './boot.svelte.ts';
import { ClusterState } from './cluster-state.svelte.ts';
import { InspectState } from './inspect-state.svelte.ts';
import { RequestState } from './request-state.svelte.ts';
import { Terminals } from './terminals.svelte.ts';

/** Makes a rack that is not started yet; the page is given one, so that it never names a worker. */
export type CreateCluster = (options: { nodes: number; runs: Runs }) => Cluster | Promise<Cluster>;

const factsEveryMs = 1500;

/** One cluster and everything the page keeps about it. */
export class Playground {
	readonly boot = new BootState();
	readonly state = new ClusterState();
	readonly requests = new RequestState(this.state);
	readonly terminals = new Terminals();
	readonly inspect = new InspectState(this.state, this.terminals);
	/** Commands in the shells and writes to the API server. */
	readonly activity = new Activity();
	cluster = $state.raw<Cluster | undefined>();
	/** Set once the API was listed: from then on checks can be looked at. */
	store = $state.raw<ApiStore | undefined>();
	readonly #create: CreateCluster;
	#end: AbortController | undefined;
	#stops: (() => void)[] = [];

	constructor(create: CreateCluster) {
		this.#create = create;
	}
	/** Boots for a lesson; failures end up in `boot.failure`, with a next step. */
	async start(lesson: Lesson): Promise<void> {
		const missing = missingFeature(globalThis);
		if (missing) return this.boot.fail(missing, '');
		this.stop();
		this.boot.begin();
		this.boot.expected = lesson.cluster.nodes;
		try {
			await this.#start(lesson);
			this.boot.phase = 'running';
		} catch (error) {
			const message = error instanceof Error ? error.message : String(error);
			const isDownload = error instanceof Error && error.name === 'DownloadError';
			const booted = this.boot.phase === 'preparing';
			if (!booted) this.stop();
			this.boot.fail(booted ? 'scene' : isDownload ? 'download' : 'other', message);
		}
	}
	stop(): void {
		this.#end?.abort();
		for (const stop of this.#stops.splice(0)) stop();
		this.requests.stop();
		this.inspect.stop();
		void this.cluster?.stop();
		this.cluster = undefined;
		this.store = undefined;
	}

	async #start(lesson: Lesson): Promise<void> {
		const cluster = await this.#create(lesson.cluster);
		const end = (this.#end = new AbortController());
		this.#stops.push(
			cluster.onNodes((nodes) => (this.state.nodes = nodes)),
			cluster.onProgress((progress) => this.boot.report(progress)),
		);
		const tick = setInterval(() => (this.boot.now = this.state.now = Date.now()), 500);
		this.#stops.push(() => clearInterval(tick));
		this.cluster = cluster;
		await cluster.start();
		this.activity.follow(cluster, end.signal);
		this.terminals.cluster = cluster;
		this.requests.connect(cluster);
		this.inspect.connect(cluster);
		if (this.terminals.tabs.length === 0) this.#openTerminals(lesson);
		const store = new ApiStore(cluster.api, new RealClock());
		this.#stops.push(this.state.follow(store));
		store.start(end.signal);
		this.boot.phase = 'preparing';
		await prepareScene(cluster, lesson, (item) => (this.boot.preparing = describeSceneItem(item)));
		await store.synced;
		this.store = store;
		void this.#pollFacts(cluster, end.signal);
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
			if (power !== 'frozen') this.state.facts.delete(name);
			return;
		}
		try {
			this.state.setFacts(name, await cluster.facts(name));
		} catch {
			this.state.facts.delete(name);
		}
	}
}
