import type { Agent, KernelOp } from '../../api/agent.ts';
import type { PortBinding } from '../../api/engine.ts';
import type { Rng } from '../../util/rng.ts';
import { parseRoutes, routesFile } from '../agent/routes.ts';
import { textOf } from '../engine/kernel.ts';
import type { Iptables } from '../iptables.ts';
import { AddressPool, macOf } from './address-pool.ts';
import { PortProxy } from './port-proxy.ts';
import { PortTable } from './port-table.ts';
import {
	dockerRules,
	hostPortRules,
	missingText,
	podRules,
	publishRules,
	restoreText,
	type Rules,
} from './rules.ts';

/** The two networks of a node: docker's default bridge and the pods' bridge. */
export type NetworkName = 'bridge' | 'pods';

/** One network namespace's place in a network. */
export interface NetworkEndpoint {
	network: NetworkName;
	netns: string;
	ip: string;
	prefix: number;
	gateway: string;
	mac: string;
	/** Host side of the pair; the other is `eth0`. */
	veth: string;
}

/** Another node, as far as routes go. */
export interface Peer {
	podCidr: string;
	address: string;
}

export interface CniOptions {
	agent: Agent;
	rng: Rng;
	/** False on a machine without Kubernetes: then there is only docker's bridge. */
	pods?: boolean;
	/** The node's share of the pod network. */
	podCidr: string;
	/** The whole pod network: what stays unmasqueraded. */
	clusterCidr?: string;
	iptables: Iptables;
}

interface Published {
	rules: (change: 'A' | 'D') => Rules;
	proxy: PortProxy;
}

const bridges: Record<NetworkName, string> = { bridge: 'docker0', pods: 'cni0' };
const bridgeSubnet = '172.17.0.0/16';

/** Connects network namespaces to the node's bridges: the bridge, host-local and portmap plugins in one. */
export class Cni {
	readonly #options: CniOptions;
	readonly #pools: Record<NetworkName, AddressPool>;
	readonly #ports = new PortTable();
	readonly #published = new Map<string, Published>();
	readonly #routes = new Map<string, string>();
	/** Changes of the rules by others that were looked at. */
	#changes = 0;

	constructor(options: CniOptions) {
		this.#options = options;
		this.#pools = {
			bridge: new AddressPool(bridgeSubnet, false),
			pods: new AddressPool(options.podCidr, true),
		};
	}
	/** The bridges and base rules, in one batch and one `iptables-restore`. */
	async setup(): Promise<void> {
		const names = this.#names();
		const ops = names.flatMap((name) => this.#bridgeOps(name));
		const sysctls = ['ip_forward', ...names.map((name) => `conf/${bridges[name]}/route_localnet`)];
		for (const name of sysctls)
			ops.push({ op: 'write', path: `/proc/sys/net/ipv4/${name}`, data: '1' });
		ops.push({ op: 'write', path: '/proc/sys/net/bridge/bridge-nf-call-iptables', data: '1' });
		const results = await this.#options.agent.batch(ops, { keepGoing: true });
		const failed = results.find((result) => !result.ok && result.errno !== 'EEXIST');
		if (failed && !failed.ok) throw new Error(failed.message);
		const rules = [dockerRules(bridgeSubnet)];
		if (names.includes('pods')) rules.push(this.#podRules());
		await this.#restore(...rules);
	}
	#podRules(): Rules {
		const { podCidr, clusterCidr = '10.244.0.0/16' } = this.#options;
		return podRules(podCidr, clusterCidr);
	}
	#names(): NetworkName[] {
		return this.#options.pods === false ? ['bridge'] : ['bridge', 'pods'];
	}
	#bridgeOps(name: NetworkName): KernelOp[] {
		const pool = this.#pools[name];
		const link = bridges[name];
		return [
			{
				op: 'link-add',
				name: link,
				kind: 'bridge',
				address: macOf(pool.gateway, '02:42'),
				up: true,
			},
			{ op: 'addr-add', link, cidr: `${pool.gateway}/${pool.prefix}` },
		];
	}
	/** Takes an address; nothing happens in the kernel before `connectOps` are run. */
	reserve(network: NetworkName, netns: string): NetworkEndpoint {
		const pool = this.#pools[network];
		const ip = pool.allocate();
		const mac = macOf(ip, network === 'bridge' ? '02:42' : '0a:58');
		const hex = [...this.#options.rng.bytes(4)].map((byte) => byte.toString(16).padStart(2, '0'));
		const veth = `veth${hex.join('').slice(0, network === 'bridge' ? 7 : 8)}`;
		return { network, netns, ip, prefix: pool.prefix, gateway: pool.gateway, mac, veth };
	}
	connectOps(endpoint: NetworkEndpoint): KernelOp[] {
		const { netns, veth, mac, ip, prefix, gateway } = endpoint;
		const peer = { name: 'eth0', netns, address: mac };
		const hairpin = `/sys/class/net/${veth}/brport/hairpin_mode`;
		return [
			{
				op: 'link-add',
				name: veth,
				kind: 'veth',
				peer,
				master: bridges[endpoint.network],
				up: true,
			},
			// A pod reaches itself through its Service: its bridge sends the frame back where it came from.
			...(endpoint.network === 'pods' ? [{ op: 'write', path: hairpin, data: '1' } as const] : []),
			{ op: 'link-set', name: 'eth0', up: true, netns },
			{ op: 'addr-add', link: 'eth0', cidr: `${ip}/${prefix}`, netns },
			{ op: 'route-add', dst: 'default', via: gateway, link: 'eth0', netns },
		];
	}
	disconnectOps(endpoint: NetworkEndpoint): KernelOp[] {
		return [{ op: 'link-del', name: endpoint.veth }];
	}
	release(endpoint: NetworkEndpoint): void {
		this.#pools[endpoint.network].release(endpoint.ip);
	}
	/** Opens host ports for an endpoint; answers the bindings with the ports that were chosen. */
	async publish(
		owner: string,
		endpoint: NetworkEndpoint,
		wanted: readonly PortBinding[],
	): Promise<PortBinding[]> {
		if (wanted.length === 0) return [];
		const ports = this.#ports.reserve(owner, wanted);
		const proxy = new PortProxy(this.#options.agent);
		const rules = (change: 'A' | 'D') =>
			endpoint.network === 'bridge'
				? publishRules(endpoint.ip, ports, change)
				: hostPortRules(endpoint.ip, this.#options.podCidr, ports, change);
		try {
			if (endpoint.network === 'bridge') await proxy.listen(endpoint.ip, ports);
			await this.#restore(rules('A'));
		} catch (error) {
			proxy.close();
			this.#ports.release(owner);
			throw error;
		}
		this.#published.set(owner, { rules, proxy });
		return ports;
	}
	async unpublish(owner: string): Promise<void> {
		const published = this.#published.get(owner);
		if (!published) return;
		this.#published.delete(owner);
		published.proxy.close();
		await this.#restore(published.rules('D')).finally(() => this.#ports.release(owner));
	}
	/** Routes to the pods of the other nodes, each by its node's address (host-gw). */
	async setPeers(peers: readonly Peer[]): Promise<void> {
		const ops: KernelOp[] = [];
		const wanted = new Map(peers.map((peer) => [peer.podCidr, peer.address]));
		for (const [dst, via] of this.#routes)
			if (wanted.get(dst) !== via) ops.push({ op: 'route-del', dst, via });
		for (const [dst, via] of wanted)
			if (this.#routes.get(dst) !== via) ops.push({ op: 'route-add', dst, via });
		this.#routes.clear();
		for (const [dst, via] of wanted) this.#routes.set(dst, via);
		if (ops.length > 0) await this.#options.agent.batch(ops, { keepGoing: true });
	}
	/**
	 * Puts back what somebody took away of the pod network: bridge, routes to the other nodes, rules that stand before
	 * any pod. As long as nobody else changed the rules, no program is run. After flannel's host-gw backend and its ip-masq.
	 */
	async resync(): Promise<void> {
		const { agent, iptables } = this.#options;
		const bridge = { op: 'stat', path: `/sys/class/net/${bridges.pods}` } as const;
		const asked = [bridge, { op: 'read', path: routesFile } as const];
		const { changes, answers } = await iptables.changesByOthers(asked);
		const [link, routes] = answers;
		const ops = link?.ok === false && link.errno === 'ENOENT' ? this.#bridgeOps('pods') : [];
		const there = parseRoutes(textOf(routes));
		for (const [dst, via] of routes?.ok ? this.#routes : [])
			if (!there.has(dst)) ops.push({ op: 'route-add', dst, via });
		if (ops.length > 0) await agent.batch(ops, { keepGoing: true });
		await this.#restoreRules(changes);
	}
	async #restoreRules(changes: number): Promise<void> {
		const { iptables } = this.#options;
		if (changes === this.#changes) return;
		const input = missingText(this.#podRules(), await iptables.save());
		if (input !== '') await iptables.restore(input);
		this.#changes = changes;
	}
	/** What `docker network ls` and the pictures know about the two bridges. */
	networks(): { name: NetworkName; bridge: string; subnet: string; gateway: string }[] {
		return this.#names().map((name) => {
			const { subnet, gateway } = this.#pools[name];
			return { name, bridge: bridges[name], subnet, gateway };
		});
	}
	#restore(...rules: Rules[]): Promise<void> {
		return this.#options.iptables.restore(restoreText(...rules));
	}
	snapshot(): { addresses: Record<NetworkName, string[]>; routes: Record<string, string> } {
		return {
			addresses: { bridge: this.#pools.bridge.snapshot(), pods: this.#pools.pods.snapshot() },
			routes: Object.fromEntries(this.#routes),
		};
	}
}
