import type { Agent, KernelOp } from '../../api/agent.ts';
import type { EndpointSlice, Service } from '../../api/kubernetes.ts';
import { Informer } from '../../client/informer.ts';
import type { Client } from '../../client/rest.ts';
import type { Clock } from '../../util/clock.ts';
import { consoleLog, logged, type Log } from '../../util/log.ts';
import { keepRunning } from '../../util/keep-running.ts';
import { parseRoutes, routesFile } from '../agent/routes.ts';
import { textOf } from '../engine/kernel.ts';
import type { Iptables } from '../iptables.ts';
import { endpointMap, type EndpointMap } from './endpoints.ts';
import { parseSave, stillLoaded, withJumps, type Found } from './saved-rules.ts';
import { restoreInput, type RuleSet } from './rule-set.ts';
import { servicePorts, type ServicePort } from './service-port.ts';
import { proxyRules } from './service-rules.ts';
import { removeStale, staleEntries } from './stale-conntrack.ts';

export interface KubeProxyOptions {
	/** Least time between the beginnings of two writes, in milliseconds. */
	minSyncPeriodMs: number;
	retryMs: number;
	/** Between two looks whether the rules are still there. */
	syncPeriodMs: number;
	/** Sources outside it are masqueraded on their way to a cluster IP. */
	clusterCidr: string;
	/** Where cluster IPs come from. */
	serviceCidr: string;
	/** Cluster IPs a program on the node itself answers: they get no rules. */
	nodeLocalIps: string[];
}

/** In the log. */
const component = 'kube-proxy';

const defaults: KubeProxyOptions = {
	minSyncPeriodMs: 50,
	retryMs: 1000,
	syncPeriodMs: 30_000,
	clusterCidr: '10.244.0.0/16',
	serviceCidr: '10.96.0.0/16',
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
	iptables: Iptables;
	clock: Clock;
	nodeName: string;
	options?: Partial<KubeProxyOptions>;
	signal: AbortSignal;
	log?: Log;
}

/** The node's service proxy as the rest of the node sees it. */
export interface RunningProxy {
	snapshot(): object;
	/** Looks at once whether the kernel still has what the proxy gave it. */
	resync(): void;
}

/** Keeps the kernel's NAT rules at what Services and EndpointSlices say. After pkg/proxy/iptables/proxier.go */
class KubeProxy {
	readonly #start: StartKubeProxy;
	readonly #options: KubeProxyOptions;
	readonly #log: Log;
	readonly #services: Informer<Service>;
	readonly #slices: Informer<EndpointSlice>;
	#found: Found | undefined;
	#loaded: RuleSet | undefined;
	/** Changes of the rules by others that were looked at. */
	#changes = 0;
	#endpoints: EndpointMap = new Map();
	#dirty = false;
	#busy = false;
	#syncs = 0;
	#failures = 0;

	constructor(start: StartKubeProxy) {
		this.#start = start;
		this.#options = { ...defaults, ...start.options };
		this.#log = start.log ?? consoleLog;
		const { client, clock } = start;
		this.#services = new Informer<Service>({ client: client.services(), clock });
		this.#slices = new Informer<EndpointSlice>({ client: client.endpointslices(), clock });
	}
	/** Follows Services and EndpointSlices until the signal aborts. */
	async run(): Promise<void> {
		const { agent, signal } = this.#start;
		this.#services.start(signal);
		this.#slices.start(signal);
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
		const { clock } = this.#start;
		const what = 'looking after the rules';
		keepRunning(() => this.#watchRules(), { clock, log: this.#log, signal, component, what });
	}
	/**
	 * After pkg/util/iptables: Monitor.
	 * Unlike Kubernetes: no canary chains; rules that were flushed are missed as well as chains.
	 */
	async #watchRules(): Promise<void> {
		const { clock, signal } = this.#start;
		for (;;) {
			await clock.sleep(this.#options.syncPeriodMs, signal);
			await this.resync();
		}
	}
	/** Writes what is missing in the kernel; as long as nobody else changed its rules, no program is run. */
	async resync(): Promise<void> {
		const { agent, iptables } = this.#start;
		const { serviceCidr } = this.#options;
		const asked = { op: 'read', path: routesFile } as const;
		const { changes, answers } = await iptables.changesByOthers([asked]);
		const [routes] = answers;
		if (routes?.ok && !parseRoutes(textOf(routes)).has(serviceCidr))
			await agent.batch(networkOps(serviceCidr), { keepGoing: true });
		if (!this.#loaded || this.#busy || changes === this.#changes) return;
		this.#found = parseSave(await iptables.save());
		this.#changes = changes;
		this.#loaded = stillLoaded(this.#loaded, this.#found.chains);
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
		if (!this.#busy) void this.#loop().catch((error: unknown) => this.#broken(error));
	}
	#broken(error: unknown): void {
		this.#busy = false;
		if (!this.#start.signal.aborted) this.#log.warn(component, 'the loop has ended', error);
	}
	async #loop(): Promise<void> {
		const { clock, signal } = this.#start;
		this.#busy = true;
		while (this.#dirty && !signal.aborted) {
			this.#dirty = false;
			const begun = clock.now();
			let wait = this.#options.minSyncPeriodMs;
			try {
				await this.#sync();
			} catch (error) {
				this.#log.warn(component, 'cannot write the rules, will try again', error);
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
		const { agent, iptables, nodeName } = this.#start;
		const ports = this.#ports();
		const endpoints = endpointMap(this.#slices.list(), nodeName);
		if (!this.#loaded) {
			this.#found = parseSave(await iptables.save());
			this.#loaded = this.#found.chains;
		}
		const wanted = proxyRules(ports, endpoints, this.#options.clusterCidr);
		const input = withJumps(restoreInput(this.#loaded, wanted), this.#found?.missingJumps ?? []);
		if (input !== '') await iptables.restore(input);
		this.#syncs++;
		this.#loaded = wanted;
		this.#found = undefined;
		const stale = staleEntries(ports, this.#endpoints, endpoints);
		this.#endpoints = endpoints;
		await removeStale(agent, stale);
	}
}

/** Starts the node's service proxy; the rules stay in the kernel when it ends. */
export function startKubeProxy(start: StartKubeProxy): RunningProxy {
	const log = start.log ?? consoleLog;
	const proxy = new KubeProxy(start);
	keepRunning(() => proxy.run(), { ...start, log, component, what: 'starting' });
	return {
		snapshot: () => proxy.snapshot(),
		resync: () => void proxy.resync().catch(logged(log, component, 'cannot look at the rules')),
	};
}
