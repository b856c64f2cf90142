import { SvelteMap, SvelteSet } from 'svelte/reactivity';
import type { Cluster } from '../../api/cluster.ts';
import { RequestLog, RequestLoop, type RequestMark } from '../../lesson/request-log.ts';
import { RealClock } from '../../util/clock.ts';
import type { ServiceView } from '../topology/service-view.ts';
import type { ClusterState } from './cluster-state.svelte.ts';

const drawn = 160;

/** The request loop as the strip shows it. */
export class RequestState {
	readonly log = new RequestLog();
	running = $state(false);
	marks = $state.raw<RequestMark[]>([]);
	total = $state(0);
	failed = $state(0);
	/** Answers by version. */
	readonly versions = new SvelteMap<string, number>();
	/** Pods that have answered. */
	readonly hosts = new SvelteSet<string>();
	/** Chosen by hand; the picture's own choice is used while these are empty. */
	chosenNode = $state('');
	chosenService = $state('');
	readonly #cluster: ClusterState;
	#loop: RequestLoop | undefined;

	readonly service: ServiceView | undefined = $derived.by(() => {
		const reachable = this.#cluster.services.filter((one) => one.url !== undefined);
		return reachable.find((one) => one.uid === this.chosenService) ?? reachable[0];
	});
	/** The last running node: a customer is not the machine with the control plane. */
	readonly node: string | undefined = $derived.by(() => {
		const running = this.#cluster.nodes.filter((one) => one.power === 'running');
		return (running.find((one) => one.name === this.chosenNode) ?? running.at(-1))?.name;
	});

	constructor(cluster: ClusterState) {
		this.#cluster = cluster;
		this.log.subscribe((mark) => this.#count(mark));
	}
	connect(cluster: Cluster): void {
		this.stop();
		this.#loop = new RequestLoop({
			cluster,
			log: this.log,
			clock: new RealClock(),
			target: () => {
				const [node, service] = [this.node, this.service];
				if (node === undefined || service?.url === undefined) return undefined;
				return { node, service: service.name, url: service.url };
			},
		});
	}
	start(): void {
		this.#loop?.start();
		this.running = this.#loop?.running ?? false;
	}
	stop(): void {
		this.#loop?.stop();
		this.running = false;
	}
	clear(): void {
		this.marks = [];
		this.total = this.failed = 0;
		this.versions.clear();
		this.hosts.clear();
	}
	#count(mark: RequestMark): void {
		this.marks = [...this.marks, mark].slice(-drawn);
		this.total++;
		if (!mark.ok) this.failed++;
		if (mark.version !== undefined)
			this.versions.set(mark.version, (this.versions.get(mark.version) ?? 0) + 1);
		if (mark.host !== undefined) this.hosts.add(mark.host);
	}
}
