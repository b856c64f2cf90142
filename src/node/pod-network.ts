import type { Node } from '../api/kubernetes.ts';
import { Informer } from '../client/informer.ts';
import type { Client } from '../client/rest.ts';
import type { Clock } from '../util/clock.ts';
import { logged, type Log } from '../util/log.ts';
import { keepRunning } from '../util/keep-running.ts';
import type { Cni, Peer } from './cni/cni.ts';

/** As often as kube-proxy. What a card that was down took along does not wait for it, and a look costs an idle machine some CPU. */
const checkPeriodMs = 30_000;

export interface PodNetworkDeps {
	client: Client;
	cni: Cni;
	/** The name of this node. */
	self: string;
	clock: Clock;
	log: Log;
	signal: AbortSignal;
}

/** Keeps a route to every other node's pods, and what else the pod network needs. After flannel's host-gw backend. */
export class PodNetwork {
	readonly #deps: PodNetworkDeps;

	constructor(deps: PodNetworkDeps) {
		this.#deps = deps;
	}

	start(): void {
		const { client, clock, self, signal } = this.#deps;
		const nodes = new Informer<Node>({ client: client.nodes(), clock });
		const update = () => this.#setPeers(nodes.list().flatMap((node) => peer(node, self)));
		nodes.subscribe({
			added: update,
			deleted: update,
			updated: (old, node) => changed(old, node) && update(),
		});
		nodes.start(signal);
		const what = 'looking after routes and rules';
		keepRunning(() => this.#keep(), { ...this.#deps, component: 'pod network', what });
	}

	/** Puts back at once what was lost: a card that was down has taken its routes along. */
	resync(): void {
		const { cni, log } = this.#deps;
		void cni.resync().catch(logged(log, 'pod network', 'cannot look at routes and rules'));
	}

	async #keep(): Promise<void> {
		const { clock, cni, signal } = this.#deps;
		for (;;) {
			await clock.sleep(checkPeriodMs, signal);
			await cni.resync();
		}
	}

	#setPeers(peers: Peer[]): void {
		const { cni, log } = this.#deps;
		void cni.setPeers(peers).catch(logged(log, 'pod network', 'cannot set the routes'));
	}
}

function peer(node: Node, self: string): Peer[] {
	const address = node.status.addresses?.find(({ type }) => type === 'InternalIP')?.address;
	const { podCIDR } = node.spec;
	if (node.metadata.name === self || !address || !podCIDR) return [];
	return [{ podCidr: podCIDR, address }];
}

/** A node's heartbeat is an update too; only these two fields make a route. */
function changed(old: Node, node: Node): boolean {
	return JSON.stringify(peer(old, '')) !== JSON.stringify(peer(node, ''));
}
