import type { Condition, KubeObject, Node, Pod } from '../../api/kubernetes.ts';
import { Informer } from '../../client/informer.ts';
import { Client, type Draft } from '../../client/rest.ts';
import { microTime, rfc3339 } from '../../client/time.ts';
import { RealClock, type Clock } from '../../util/clock.ts';
import { SeededRng } from '../../util/rng.ts';
import { ApiServer } from '../apiserver/api-server.ts';
import { Etcd } from '../etcd/etcd.ts';
import { startScheduler } from '../scheduler/scheduler.ts';
import { startControllers } from './controller-manager.ts';
import type { ControllerOptions } from './options.ts';
import { imageOf } from './test-cluster.ts';

/** The whole control plane in one process, with kubelets that run nothing but say so. */
export class WholeControlPlane {
	readonly clock: Clock;
	readonly rng = new SeededRng(5);
	readonly errors: string[] = [];
	readonly server: ApiServer;
	readonly client: Client;
	/** Nodes whose plug is pulled: nothing there does or says anything any more. */
	readonly lost = new Set<string>();
	/** Images that never become ready. */
	readonly broken = new Set<string>();
	readonly pods: Informer<Pod>;
	readonly #controller = new AbortController();
	#address = 0;

	constructor(clock: Clock = new RealClock(), tolerationSeconds = 300) {
		this.clock = clock;
		const { rng } = this;
		const options = {
			defaultNotReadyTolerationSeconds: tolerationSeconds,
			defaultUnreachableTolerationSeconds: tolerationSeconds,
		};
		this.server = new ApiServer({ store: new Etcd(), clock, rng, nodes: () => undefined, options });
		this.client = new Client(this.server, { fieldManager: 'test' });
		this.pods = new Informer<Pod>({ client: this.client.pods(), clock });
	}
	stop(): void {
		this.#controller.abort();
	}
	/** Starts everything; `options` are the controllers'. */
	async start(nodes: string[], options: Partial<ControllerOptions> = {}): Promise<void> {
		const { clock, rng } = this;
		const { signal } = this.#controller;
		for (const name of nodes) await this.addNode(name);
		const manager = startControllers({
			client: new Client(this.server, { userAgent: 'kube-controller-manager' }),
			clock,
			rng,
			signal,
			options,
			onError: (name, key, error) => this.errors.push(`${name} ${key}: ${String(error)}`),
		});
		const scheduler = startScheduler({
			client: new Client(this.server, { userAgent: 'kube-scheduler' }),
			clock,
			rng,
			signal,
			onError: (pod, error) => this.errors.push(`scheduler ${pod}: ${String(error)}`),
		});
		this.#kubelet(signal);
		await Promise.all([manager.ready, scheduler.ready]);
	}
	addNode(name: string): Promise<Node> {
		const now = rfc3339(this.clock.now());
		const draft: Draft<Node> = {
			apiVersion: 'v1',
			kind: 'Node',
			metadata: { name, labels: { 'kubernetes.io/hostname': name } },
			spec: {},
			status: {
				allocatable: { cpu: '2', memory: '2Gi', pods: '110' },
				capacity: { cpu: '2', memory: '2Gi', pods: '110' },
				conditions: [
					{ type: 'Ready', status: 'True', lastHeartbeatTime: now, lastTransitionTime: now },
				],
			},
		};
		return this.client.nodes().create(draft);
	}
	/** Renews the leases of all nodes that are not lost. */
	async renewLeases(): Promise<void> {
		const renewTime = microTime(this.clock.now());
		for (const { metadata } of (await this.client.nodes().list()).items) {
			const { name } = metadata;
			if (this.lost.has(name)) continue;
			const body = {
				apiVersion: 'coordination.k8s.io/v1',
				kind: 'Lease',
				metadata: { name },
				spec: { holderIdentity: name, renewTime },
			};
			await this.client.leases('kube-node-lease').patch(name, body, 'apply', {
				query: { fieldManager: 'kubelet', force: true },
			});
		}
	}
	#kubelet(signal: AbortSignal): void {
		this.pods.subscribe({
			added: (pod) => this.#follow(pod),
			updated: (old, pod) => {
				const bound = !old.spec.nodeName && pod.spec.nodeName;
				const ended = !old.metadata.deletionTimestamp && pod.metadata.deletionTimestamp;
				if (bound || ended) this.#follow(pod);
			},
		});
		this.pods.start(signal);
	}
	#follow(pod: Pod): void {
		this.#sync(pod).catch((error: unknown) => this.errors.push(`kubelet: ${String(error)}`));
	}
	async #sync(pod: Pod): Promise<void> {
		const { name, namespace } = pod.metadata;
		if (!pod.spec.nodeName || this.lost.has(pod.spec.nodeName)) return;
		const pods = this.client.pods(namespace);
		if (pod.metadata.deletionTimestamp) await pods.delete(name, { gracePeriodSeconds: 0 });
		else await pods.updateStatus({ ...pod, status: this.#running(pod) });
	}
	#running(pod: Pod): Pod['status'] {
		const ready = !this.broken.has(imageOf(pod) ?? '');
		const lastTransitionTime = rfc3339(this.clock.now());
		const condition = (type: string, ok: boolean): Condition => ({
			type,
			status: ok ? 'True' : 'False',
			lastTransitionTime,
		});
		const podIP = `10.244.1.${++this.#address}`;
		return {
			...pod.status,
			phase: 'Running',
			podIP,
			podIPs: [{ ip: podIP }],
			conditions: [condition('PodScheduled', true), condition('Ready', ready)],
		};
	}
	async images(): Promise<Record<string, number>> {
		const counts: Record<string, number> = {};
		for (const pod of (await this.client.pods('default').list()).items)
			if (!isGoing(pod)) counts[imageOf(pod) ?? ''] = (counts[imageOf(pod) ?? ''] ?? 0) + 1;
		return counts;
	}
	async available(count: number): Promise<boolean> {
		const { status, metadata } = await this.client.deployments('default').get('web');
		return (
			status.availableReplicas === count &&
			status.updatedReplicas === count &&
			status.replicas === count &&
			status.observedGeneration === metadata.generation
		);
	}
}

function isGoing({ metadata }: KubeObject): boolean {
	return metadata.deletionTimestamp !== undefined;
}
