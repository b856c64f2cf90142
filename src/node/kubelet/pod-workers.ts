import type { EngineEvent } from '../../api/engine.ts';
import type { Pod } from '../../api/kubernetes.ts';
import type { KubeletDeps } from './config.ts';
import { gracePeriodOf, podUidLabel } from './labels.ts';
import { readPodRuntime, runtimePodUids } from './pod-runtime.ts';
import { PodWorker, type PodStages } from './pod-worker.ts';

/** What of a pod, when it changes, gives its worker something to do. */
function relevant(pod: Pod): string {
	const { labels, annotations, deletionTimestamp, deletionGracePeriodSeconds } = pod.metadata;
	const gates = new Set((pod.spec.readinessGates ?? []).map(({ conditionType }) => conditionType));
	const conditions = (pod.status.conditions ?? []).filter(({ type }) => gates.has(type));
	return JSON.stringify([
		pod.spec,
		labels,
		annotations,
		deletionTimestamp,
		deletionGracePeriodSeconds,
		conditions,
	]);
}

/** A pod object for what the engine still runs of a pod the API no longer has. */
function orphan(deps: KubeletDeps, uid: string): Pod {
	const runtime = readPodRuntime(deps.engine, uid);
	const config = runtime.sandboxes[0]?.config;
	const names = [...runtime.containers.keys()];
	const run = [...runtime.containers.values()].flat()[0];
	return {
		apiVersion: 'v1',
		kind: 'Pod',
		metadata: {
			name: config?.name ?? uid,
			namespace: config?.namespace ?? 'default',
			uid,
			resourceVersion: '',
			creationTimestamp: '',
		},
		spec: {
			containers: names.map((name) => ({ name })),
			terminationGracePeriodSeconds: run ? gracePeriodOf(run) : 30,
		},
		status: {},
	};
}

const waking = new Set(['die', 'oom', 'destroy', 'start']);

/** One worker per pod of this node, woken by the API, by the engine and by the probes. */
export class PodWorkers {
	readonly #deps: KubeletDeps;
	readonly #stages: Omit<PodStages, 'done'>;
	readonly #workers = new Map<string, PodWorker>();
	readonly #onAdd: (pod: Pod) => void;

	constructor(deps: KubeletDeps, stages: Omit<PodStages, 'done'>, onAdd: (pod: Pod) => void) {
		this.#deps = deps;
		this.#stages = stages;
		this.#onAdd = onAdd;
	}
	put(pod: Pod, old?: Pod): void {
		if (old && old.metadata.uid !== pod.metadata.uid) this.delete(old);
		const worker = this.#workers.get(pod.metadata.uid);
		if (!worker) this.#add(pod).update();
		else if (relevant(worker.pod) !== relevant(pod)) worker.update(pod);
		else worker.keep(pod);
	}
	delete(pod: Pod): void {
		this.#workers.get(pod.metadata.uid)?.remove(pod);
	}
	/** Something happened to the pod's containers, volumes' sources or failures. */
	wake(uid: string): void {
		this.#workers.get(uid)?.update();
	}
	pod(uid: string): Pod | undefined {
		return this.#workers.get(uid)?.pod;
	}
	pods(): Pod[] {
		return [...this.#workers.values()].map((worker) => worker.pod);
	}
	isTerminating(uid: string): boolean {
		return this.#workers.get(uid)?.terminating ?? false;
	}
	onEngineEvent(event: EngineEvent): void {
		if (event.type === 'container' && waking.has(event.action)) {
			const uid = event.labels[podUidLabel];
			if (uid !== undefined) this.wake(uid);
		}
		if (event.type === 'sandbox' && event.action === 'stop')
			for (const sandbox of this.#deps.engine.listPodSandboxes())
				if (sandbox.id === event.id) this.wake(sandbox.config.uid);
	}
	/** Ends what the engine runs for pods that the API does not have. */
	removeOrphans(): void {
		for (const uid of runtimePodUids(this.#deps.engine))
			if (!this.#workers.has(uid)) this.#add(orphan(this.#deps, uid)).remove();
	}
	stop(): void {
		for (const worker of this.#workers.values()) worker.stop();
		this.#workers.clear();
	}
	snapshot(): Record<string, object> {
		return Object.fromEntries([...this.#workers].map(([uid, worker]) => [uid, worker.snapshot()]));
	}
	#add(pod: Pod): PodWorker {
		const worker = new PodWorker(pod, this.#deps, {
			...this.#stages,
			done: (uid) => this.#workers.delete(uid),
		});
		this.#workers.set(pod.metadata.uid, worker);
		this.#onAdd(pod);
		return worker;
	}
}
