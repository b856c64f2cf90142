import type { Agent, KernelOp } from '../../api/agent.ts';
import type { EndpointSlice, Service } from '../../api/kubernetes.ts';
import { Informer } from '../../client/informer.ts';
import type { Client } from '../../client/rest.ts';
import type { Clock } from '../../util/clock.ts';
import { endpointMap, type EndpointMap } from './endpoints.ts';
import { readTables, restore, withJumps, type Found } from './iptables.ts';
import { restoreInput, type RuleSet } from './rule-set.ts';
import { servicePorts, type ServicePort } from './service-port.ts';
import { proxyRules } from './service-rules.ts';
import { removeStale, staleEntries } from './stale-conntrack.ts';

export interface KubeProxyOptions {
	/** Least time between the beginnings of two writes, in milliseconds. */
	minSyncPeriodMs: number;
	retryMs: number;
	/** Sources outside it are masqueraded on their way to a cluster IP. */
	clusterCidr: string;
	/** Where cluster IPs come from. */
	serviceCidr: string;
	/** Cluster IPs a program on the node itself answers: they get no rules. */
	nodeLocalIps: string[];
}

const defaults: KubeProxyOptions = {
	minSyncPeriodMs: 50,
	retryMs: 1000,
	clusterCidr: '10.244.0.0/16',
	serviceCidr: '10.96.0.0/12',
	nodeLocalIps: ['10.96.0.10'],
};

/**
 * Cluster IPs need some route, or the kernel gives up before the rules are asked; a node here has no default
 * route. And node ports are to answer on loopback too. After proxier.go: NewProxier (route_localnet)
 */
function networkOps(serviceCidr: string): KernelOp[] {
	return [
		{ op: 'route-add', dst: serviceCidr, link: 'eth0' },
		{ op: 'write', path: '/proc/sys/net/ipv4/conf/all/route_localnet', data: '1' },
	];
}

export interface StartKubeProxy {
	client: Client;
	agent: Agent;
	clock: Clock;
	nodeName: string;
	nodeAddress?: string;
	options?: Partial<KubeProxyOptions>;
	signal: AbortSignal;
	/** Told when the rules could not be written; it is tried again. */
	onError?: (error: unknown) => void;
}

/** Keeps the kernel's NAT rules at what Services and EndpointSlices say. After pkg/proxy/iptables/proxier.go */
class KubeProxy {
	readonly #start: StartKubeProxy;
	readonly #options: KubeProxyOptions;
	readonly #services: Informer<Service>;
	readonly #slices: Informer<EndpointSlice>;
	#found: Found | undefined;
	#loaded: RuleSet | undefined;
	#endpoints: EndpointMap = new Map();
	#dirty = false;
	#busy = false;
	#syncs = 0;
	#failures = 0;

	constructor(start: StartKubeProxy) {
		this.#start = start;
		this.#options = { ...defaults, ...start.options };
		const { client, clock } = start;
		this.#services = new Informer<Service>({ client: client.services(), clock });
		this.#slices = new Informer<EndpointSlice>({ client: client.endpointslices(), clock });
	}
	async run(): Promise<void> {
		const { signal } = this.#start;
		this.#services.start(signal);
		this.#slices.start(signal);
		const { agent } = this.#start;
		await Promise.all([
			agent.batch(networkOps(this.#options.serviceCidr), { keepGoing: true }),
			this.#services.synced,
			this.#slices.synced,
		]);
		const changed = () => this.#change();
		const listener = { added: changed, updated: changed, deleted: changed };
		this.#services.subscribe(listener);
		this.#slices.subscribe(listener);
		this.#change();
	}
	snapshot(): { syncs: number; failures: number; chains: Record<string, string[]> } {
		const { nat, filter } = this.#loaded ?? { nat: new Map(), filter: new Map() };
		const chains = { nat: [...nat.keys()], filter: [...filter.keys()] };
		return { syncs: this.#syncs, failures: this.#failures, chains };
	}
	/** The first change is written at once; what comes meanwhile waits for the least period. */
	#change(): void {
		this.#dirty = true;
		if (!this.#busy) void this.#loop().catch(() => undefined);
	}
	async #loop(): Promise<void> {
		const { clock, signal, onError } = this.#start;
		this.#busy = true;
		while (this.#dirty && !signal.aborted) {
			this.#dirty = false;
			const begun = clock.now();
			let wait = this.#options.minSyncPeriodMs;
			try {
				await this.#sync();
			} catch (error) {
				onError?.(error);
				this.#failures++;
				this.#loaded = undefined;
				this.#dirty = true;
				wait = this.#options.retryMs;
			}
			await clock.sleep(Math.max(0, begun + wait - clock.now()), signal);
		}
		this.#busy = false;
	}
	#ports(): ServicePort[] {
		return this.#services
			.list()
			.filter(({ spec }) => !this.#options.nodeLocalIps.includes(spec.clusterIP ?? ''))
			.flatMap(servicePorts)
			.sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
	}
	async #sync(): Promise<void> {
		const { agent, nodeName } = this.#start;
		const ports = this.#ports();
		const endpoints = endpointMap(this.#slices.list(), nodeName);
		if (!this.#loaded) {
			this.#found = await readTables(agent);
			this.#loaded = this.#found.chains;
		}
		const wanted = proxyRules(ports, endpoints, this.#options.clusterCidr);
		const input = withJumps(restoreInput(this.#loaded, wanted), this.#found?.missingJumps ?? []);
		if (input !== '') await restore(agent, input);
		this.#syncs++;
		this.#loaded = wanted;
		this.#found = undefined;
		const stale = staleEntries(ports, this.#endpoints, endpoints);
		this.#endpoints = endpoints;
		await removeStale(agent, stale);
	}
}

/** Starts the node's service proxy; the rules stay in the kernel when it ends. */
export function startKubeProxy(start: StartKubeProxy): { snapshot(): object } {
	const proxy = new KubeProxy(start);
	proxy.run().catch((error: unknown) => {
		if (!start.signal.aborted) start.onError?.(error);
	});
	return { snapshot: () => proxy.snapshot() };
}
