import type { Agent } from '../../api/agent.ts';
import type { Pod, Service } from '../../api/kubernetes.ts';
import type { Transport } from '../../api/transport.ts';
import { Informer } from '../../client/informer.ts';
import { EventRecorder } from '../../client/recorder.ts';
import type { Client } from '../../client/rest.ts';
import type { Clock } from '../../util/clock.ts';
import { keepRunning } from '../../util/keep-running.ts';
import { logged, type Log } from '../../util/log.ts';
import type { Rng } from '../../util/rng.ts';
import {
	defaultOptions,
	type KubeletDeps,
	type KubeletEngine,
	type KubeletOptions,
	type NodeConfig,
} from './config.ts';
import { ContainerKiller } from './container-killer.ts';
import { ContainerStarter } from './container-starter.ts';
import type { EnvSources } from './env.ts';
import { ImagePuller } from './image-puller.ts';
import { NodeLease } from './node-lease.ts';
import { NodeRegistration } from './node-registration.ts';
import { readNodeDns, type Dns } from './node-dns.ts';
import { ObjectCache } from './object-cache.ts';
import { qosCgroupOps } from './pod-cgroup.ts';
import { PodEnd } from './pod-end.ts';
import { formatPod, podReference } from './pod-ref.ts';
import { PodStatusSource } from './pod-status-source.ts';
import { PodSyncer } from './pod-syncer.ts';
import { PodWorkers } from './pod-workers.ts';
import { Prober } from './prober.ts';
import { KubeletServer } from './server.ts';
import { ReasonCache } from './start-error.ts';
import { StatusWriter } from './status-writer.ts';
import { TerminationMessages } from './termination-message.ts';
import { Volumes } from './volumes.ts';

export interface StartKubelet {
	client: Client;
	engine: KubeletEngine;
	agent: Agent;
	clock: Clock;
	rng: Rng;
	log: Log;
	node: NodeConfig;
	options?: Partial<KubeletOptions>;
	/** Ends the kubelet; containers run on, as they do when a real kubelet stops. */
	signal: AbortSignal;
}

/** A running kubelet as the rest of the node sees it. */
export interface Kubelet {
	/** Answers the API server: logs, exec, attach, port-forward, stats. */
	server: Transport;
	snapshot(): Record<string, unknown>;
}

/** Everything one kubelet is made of, wired. After pkg/kubelet/kubelet.go: NewMainKubelet */
class KubeletParts {
	readonly deps: KubeletDeps;
	readonly events: EventRecorder;
	readonly pods: Informer<Pod>;
	readonly services: Informer<Service>;
	readonly workers: PodWorkers;
	readonly prober: Prober;
	readonly objects: ObjectCache;
	readonly status: PodStatusSource;
	readonly writer: StatusWriter;
	readonly syncer: PodSyncer;
	readonly volumes: Volumes;
	readonly lease: NodeLease;
	readonly registration: NodeRegistration;
	#listens = false;
	#nodeDns: Dns = { nameservers: [], searches: [], options: [] };

	constructor(deps: KubeletDeps, signal: AbortSignal) {
		const { client, clock, rng, node, log } = deps;
		this.deps = deps;
		this.events = new EventRecorder(client, {
			component: 'kubelet',
			host: node.name,
			clock,
			rng,
			signal,
			onError: logged(log, 'kubelet', 'an event was not written'),
		});
		const fieldSelector = `spec.nodeName=${node.name}`;
		const onError = logged(log, 'kubelet', 'watching the API');
		this.pods = new Informer<Pod>({ client: client.pods(), clock, fieldSelector, onError });
		this.services = new Informer<Service>({ client: client.services(), clock, onError });
		this.objects = new ObjectCache(deps, (uid) => this.workers.wake(uid));
		this.prober = new Prober(deps, this.events, (uid) => this.#probed(uid));
		this.writer = new StatusWriter(deps);
		const messages = new TerminationMessages(deps);
		const reasons = new ReasonCache();
		const { writer, prober, events } = this;
		this.status = new PodStatusSource({ deps, writer, prober, reasons, messages });
		this.volumes = new Volumes(deps);
		const images = new ImagePuller(deps, events);
		const killer = new ContainerKiller(deps, events);
		const starter = new ContainerStarter(deps, events, images, this.volumes);
		const { volumes, status, objects } = this;
		const sources = (pod: Pod, podIp: string) => this.#sources(pod, podIp);
		const nodeDns = () => this.#nodeDns;
		this.syncer = new PodSyncer({
			deps,
			events,
			volumes,
			starter,
			killer,
			prober,
			reasons,
			status,
			sources,
			nodeDns,
		});
		const { syncer } = this;
		const end = new PodEnd({
			deps,
			killer,
			prober,
			status,
			writer,
			volumes,
			objects,
			images,
			syncer,
			messages,
		});
		this.workers = this.#makeWorkers(end);
		this.lease = new NodeLease(deps);
		this.registration = new NodeRegistration(deps, events);
	}
	start(signal: AbortSignal): void {
		const { clock, log } = this.deps;
		this.services.start(signal);
		this.pods.start(signal);
		const keep = (what: string, run: () => Promise<void>) =>
			keepRunning(run, { clock, log, signal, component: 'kubelet', what });
		keep('renewing the lease', () => this.lease.run(signal));
		keep('reporting the node', () => this.registration.run(signal));
		keep('taking up the pods', () => this.#takePods(signal));
	}
	/** From here on pods are worked on; may be begun again after a failure. */
	async #takePods(signal: AbortSignal): Promise<void> {
		const { agent } = this.deps;
		const [dns] = await Promise.all([
			readNodeDns(agent),
			agent.batch(qosCgroupOps(), { keepGoing: true }),
			this.services.synced,
		]);
		this.#nodeDns = dns;
		if (!this.#listens) this.#listen(signal);
		await this.pods.synced;
		this.workers.removeOrphans();
	}
	#listen(signal: AbortSignal): void {
		this.#listens = true;
		const unsubscribe = this.deps.engine.subscribe((event) => this.workers.onEngineEvent(event));
		this.pods.subscribe({
			added: (pod) => this.workers.put(pod),
			updated: (old, pod) => this.workers.put(pod, old),
			deleted: (pod) => this.workers.delete(pod),
		});
		signal.addEventListener('abort', () => {
			unsubscribe();
			this.workers.stop();
			this.prober.stop();
			this.objects.stop();
			this.writer.stop();
		});
	}
	#makeWorkers(end: PodEnd): PodWorkers {
		const stages = {
			sync: (pod: Pod, signal: AbortSignal) => this.syncer.sync(pod, signal),
			terminate: (pod: Pod, grace: number, signal: AbortSignal) =>
				end.terminate(pod, grace, signal),
			finish: (pod: Pod) => end.finish(pod),
			cleanup: (pod: Pod) => end.cleanup(pod),
			onError: (pod: Pod, error: unknown) => this.#failed(pod, error),
		};
		return new PodWorkers(this.deps, stages, (pod) => this.objects.register(pod));
	}
	#failed(pod: Pod, error: unknown): void {
		this.deps.log.warn('kubelet', `syncing pod ${formatPod(pod)}`, error);
		const text = `error syncing pod, skipping: ${(error as Error).message}`;
		this.events.event(podReference(pod), 'Warning', 'FailedSync', text);
	}
	/** Readiness goes to the API at once; a failed liveness probe also needs a restart. */
	#probed(uid: string): void {
		const pod = this.workers.pod(uid);
		if (!pod) return;
		this.status.write(pod);
		this.workers.wake(uid);
	}
	#sources(_pod: Pod, podIp: string): EnvSources {
		const { node } = this.deps;
		return {
			configMap: (namespace, name) => this.objects.configMap(namespace, name),
			secret: (namespace, name) => this.objects.secret(namespace, name),
			services: this.services.list(),
			addresses: { podIp, hostIp: node.address },
			allocatable: { cpu: '1', memory: String(node.memoryBytes) },
		};
	}
}

/** Starts the node's kubelet; it registers the node and takes pods from then on. */
export function startKubelet(start: StartKubelet): Kubelet {
	const { client, engine, agent, clock, rng, log, node, signal } = start;
	const options = { ...defaultOptions, ...start.options };
	const parts = new KubeletParts({ client, engine, agent, clock, rng, log, node, options }, signal);
	parts.start(signal);
	return {
		server: new KubeletServer(parts.deps, parts.workers, parts.writer),
		snapshot: () => ({
			workers: parts.workers.snapshot(),
			statuses: parts.writer.snapshot(),
			probes: parts.prober.snapshot(),
			volumes: parts.volumes.snapshot(),
			objects: parts.objects.snapshot(),
			backoff: parts.syncer.snapshot(),
			lease: parts.lease.snapshot(),
			node: parts.registration.snapshot(),
		}),
	};
}
