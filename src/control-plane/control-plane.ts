import type { AuditEvent } from '../api/node.ts';
import type { Transport } from '../api/transport.ts';
import { portTransport, servePort, type PortTransport } from '../client/port-transport.ts';
import { Client } from '../client/rest.ts';
import type { Clock } from '../util/clock.ts';
import type { Rng } from '../util/rng.ts';
import { ApiServer } from './apiserver/api-server.ts';
import { fromNode } from './apiserver/audit.ts';
import { startControllers } from './controller-manager/controller-manager.ts';
import { Etcd } from './etcd/etcd.ts';
import { startScheduler } from './scheduler/scheduler.ts';

/**
 * Unlike Kubernetes: a pulled plug is noticed after 8 seconds instead of 40, and pods are evicted after
 * 5 instead of 300, so that a lesson does not wait for minutes.
 */
const timings = {
	nodeMonitorPeriod: 1000,
	nodeMonitorGracePeriod: 8000,
	nodeStartupGracePeriod: 20_000,
	nodeEvictionRate: 10,
	podGcPeriod: 5000,
	podGcQuarantine: 5000,
	tolerationSeconds: 5,
};

export interface ControlPlaneOptions {
	/** Address of the control plane's node, where the `kubernetes` Service points to. */
	advertiseAddress: string;
	serviceCidr: string;
}

/** etcd, API server, scheduler and controllers of one cluster. */
export class ControlPlane {
	readonly #api: ApiServer;
	readonly #kubelets = new Map<string, PortTransport>();
	readonly #stops = new Map<string, () => void>();

	constructor(options: ControlPlaneOptions, clock: Clock, rng: Rng) {
		this.#api = new ApiServer({
			store: new Etcd(),
			clock,
			rng,
			nodes: (name): Transport | undefined => this.#kubelets.get(name),
			options: {
				serviceClusterIpRange: options.serviceCidr,
				advertiseAddress: options.advertiseAddress,
				defaultNotReadyTolerationSeconds: timings.tolerationSeconds,
				defaultUnreachableTolerationSeconds: timings.tolerationSeconds,
			},
		});
		const { signal } = new AbortController();
		// A failed reconcile is tried again; the browser's console shows it at its verbose level.
		const onError = (...what: unknown[]) => console.debug(...what);
		const client = (component: string) => new Client(this.#api, { userAgent: component });
		startControllers({
			client: client('kube-controller-manager'),
			clock,
			rng,
			signal,
			options: timings,
			onError,
		});
		startScheduler({ client: client('kube-scheduler'), clock, rng, signal, onError });
	}

	/** Serves the API on a port; a node's port leads back to its kubelet as well. */
	connect(port: MessagePort, node?: string): void {
		const stop = servePort(port, node === undefined ? this.#api : fromNode(this.#api, node));
		if (node === undefined) return;
		this.disconnect(node);
		this.#kubelets.set(node, portTransport(port));
		this.#stops.set(node, stop);
	}

	/** Writing requests since entry `since`, oldest first. */
	audit(since: number): { next: number; events: AuditEvent[] } {
		const { next, entries } = this.#api.audit.since(since);
		return { next, events: entries };
	}

	/** The node's worker is gone: what is open to or from it ends now. */
	disconnect(node: string): void {
		this.#kubelets
			.get(node)
			?.close(new Error(`dial tcp: lookup ${node}: the node is switched off`));
		this.#kubelets.delete(node);
		this.#stops.get(node)?.();
		this.#stops.delete(node);
	}
}
