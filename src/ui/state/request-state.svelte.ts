import type { Cluster } from '../../api/cluster.ts';
import { RequestLog, RequestLoop } from '../../lesson/request-log.ts';
import { RealClock } from '../../util/clock.ts';
import type { ServiceView } from '../topology/service-view.ts';
import type { ClusterState } from './cluster-state.svelte.ts';
import { RequestTally } from './request-tally.svelte.ts';

/** The request loop as the strip shows it. */
export class RequestState extends RequestTally {
	readonly log = new RequestLog();
	running = $state(false);
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
		super();
		this.#cluster = cluster;
		this.log.subscribe((mark) => this.count(mark));
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
}
