import type { Condition, Deployment, Event, Pod, ReplicaSet } from '../../api/kubernetes.ts';
import { MemoryTransport } from '../../client/memory-transport.ts';
import { Client, type Draft } from '../../client/rest.ts';
import { rfc3339 } from '../../client/time.ts';
import { ManualClock } from '../../util/clock.ts';
import { SeededRng } from '../../util/rng.ts';
import { withCondition } from './conditions.ts';
import type { Controller, ControllerContext } from './context.ts';
import { createInformers } from './informers.ts';
import { defaultOptions, type ControllerOptions } from './options.ts';

/** Controllers under test, on an API in memory and a clock that stands still. */
export class TestCluster {
	readonly clock = new ManualClock();
	readonly rng = new SeededRng(7);
	readonly transport = new MemoryTransport(this.clock, this.rng);
	readonly client = new Client(this.transport);
	readonly informers = createInformers(this.client, this.clock);
	readonly errors: string[] = [];
	readonly #controller = new AbortController();
	readonly #options: ControllerOptions;

	constructor(options: Partial<ControllerOptions> = {}) {
		this.#options = { ...defaultOptions, ...options };
	}
	get context(): ControllerContext {
		const { client, clock, rng, informers } = this;
		return {
			client,
			clock,
			rng,
			informers,
			options: this.#options,
			signal: this.#controller.signal,
			onError: (name, key, error) => this.errors.push(`${name} ${key}: ${String(error)}`),
		};
	}
	get signal(): AbortSignal {
		return this.#controller.signal;
	}
	/** Starts the controllers that `make` builds. */
	async start(...make: (new (context: ControllerContext) => Controller)[]): Promise<void> {
		const controllers = make.map((Type) => new Type(this.context));
		const started = this.informers.start(this.signal);
		await this.settle();
		await started;
		for (const controller of controllers) controller.run();
		await this.settle();
	}
	stop(): void {
		this.#controller.abort();
	}
	/** Lets everything happen that takes no time worth the name. */
	async settle(ms = 100): Promise<void> {
		await this.clock.advance(ms);
	}
	async pods(): Promise<Pod[]> {
		return (await this.client.pods().list()).items;
	}
	async replicaSets(): Promise<ReplicaSet[]> {
		return (await this.client.replicasets().list()).items;
	}
	async deployment(name = 'web'): Promise<Deployment> {
		return this.client.deployments('default').get(name);
	}
	async events(reason?: string): Promise<Event[]> {
		const { items } = await this.client.events().list();
		return items.filter((event) => !reason || event.reason === reason);
	}
	/** Says of a pod what a kubelet would. */
	async setReady(pod: Pod, ready = true): Promise<void> {
		const now = rfc3339(this.clock.now());
		const condition: Condition = {
			type: 'Ready',
			status: ready ? 'True' : 'False',
			lastTransitionTime: now,
		};
		const conditions = withCondition(pod.status.conditions, condition);
		const status = { ...pod.status, phase: 'Running' as const, conditions };
		status.podIP ??= `10.244.0.${1 + Math.floor(this.rng.next() * 250)}`;
		status.podIPs = [{ ip: status.podIP }];
		const fresh = await this.client.pods(pod.metadata.namespace).get(pod.metadata.name);
		await this.client.pods(pod.metadata.namespace).updateStatus({ ...fresh, status });
	}
	/** Makes pods that pass `which` ready, and settles. */
	async makeReady(which: (pod: Pod) => boolean = () => true): Promise<void> {
		for (const pod of await this.pods())
			if (which(pod) && !pod.metadata.deletionTimestamp) await this.setReady(pod);
		await this.settle();
	}
}

/** A Deployment as the API server would have it after defaulting. */
export function webDeployment(
	spec: Partial<Deployment['spec']> = {},
	image = 'nginx:1',
): Draft<Deployment> {
	return {
		apiVersion: 'apps/v1',
		kind: 'Deployment',
		metadata: { name: 'web', namespace: 'default', labels: { app: 'web' } },
		spec: {
			replicas: 3,
			selector: { matchLabels: { app: 'web' } },
			strategy: {
				type: 'RollingUpdate',
				rollingUpdate: { maxSurge: '25%', maxUnavailable: '25%' },
			},
			revisionHistoryLimit: 10,
			progressDeadlineSeconds: 600,
			template: template(image),
			...spec,
		},
	};
}

export function template(image: string): Deployment['spec']['template'] {
	return { metadata: { labels: { app: 'web' } }, spec: { containers: [{ name: 'c', image }] } };
}

/** A bare ReplicaSet. */
export function replicaSet(
	replicas: number,
	extra: Partial<ReplicaSet['spec']> = {},
): Draft<ReplicaSet> {
	return {
		apiVersion: 'apps/v1',
		kind: 'ReplicaSet',
		metadata: { name: 'rs', namespace: 'default' },
		spec: {
			replicas,
			selector: { matchLabels: { app: 'web' } },
			template: template('nginx:1'),
			...extra,
		},
	};
}

export function imageOf(pod: { spec: { containers: { image?: string }[] } }): string | undefined {
	return pod.spec.containers[0]?.image;
}
