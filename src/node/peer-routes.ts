import type { Node } from '../api/kubernetes.ts';
import { Informer } from '../client/informer.ts';
import type { Client } from '../client/rest.ts';
import type { Clock } from '../util/clock.ts';
import type { Cni, Peer } from './cni/cni.ts';

/** Keeps a route to every other node's pods. After flannel's host-gw backend. */
export function followPeers(
	client: Client,
	cni: Cni,
	self: string,
	clock: Clock,
	signal: AbortSignal,
): void {
	const nodes = new Informer<Node>({ client: client.nodes(), clock });
	const update = () => void cni.setPeers(nodes.list().flatMap((node) => peer(node, self)));
	nodes.subscribe({
		added: update,
		deleted: update,
		updated: (old, node) => changed(old, node) && update(),
	});
	nodes.start(signal);
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
