import type { Container, Pod, Probe } from '../../api/kubernetes.ts';
import type { Container as EngineContainer } from '../../api/engine.ts';
import type { EventRecorder } from '../../client/recorder.ts';
import type { KubeletDeps } from './config.ts';
import type { ProbeVerdicts } from './pod-actions.ts';
import { allContainers, containerReference } from './pod-ref.ts';
import { readySandbox, runningContainers, type PodRuntime } from './pod-runtime.ts';
import type { ProbeResults } from './pod-status.ts';
import { runProbe, type ProbeOutcome } from './probe-run.ts';
import { ProbeWorker, type ProbeKind } from './probe-worker.ts';

interface Tracked {
	uid: string;
	pod: Pod;
	container: Container;
	run: EngineContainer;
	podIp: string;
	started: boolean;
	ready: boolean;
	failed: string | undefined;
	/** Only readiness is still looked at. */
	terminating: boolean;
	workers: Map<ProbeKind, ProbeWorker>;
}

function title(kind: ProbeKind): string {
	return `${kind[0]?.toUpperCase()}${kind.slice(1)}`;
}

/** The probes of all running containers, and what they found. After pkg/kubelet/prober/prober_manager.go */
export class Prober implements ProbeVerdicts, ProbeResults {
	readonly #deps: KubeletDeps;
	readonly #events: EventRecorder;
	readonly #onChange: (uid: string) => void;
	readonly #tracked = new Map<string, Tracked>();

	constructor(deps: KubeletDeps, events: EventRecorder, onChange: (uid: string) => void) {
		this.#deps = deps;
		this.#events = events;
		this.#onChange = onChange;
	}
	started(containerId: string): boolean {
		return this.#tracked.get(containerId)?.started ?? true;
	}
	ready(containerId: string): boolean {
		return this.#tracked.get(containerId)?.ready ?? true;
	}
	failed(containerId: string): string | undefined {
		return this.#tracked.get(containerId)?.failed;
	}
	/** Starts the probes of containers that have begun to run, and ends those of containers that no longer do. */
	track(pod: Pod, runtime: PodRuntime): void {
		const running = runningContainers(runtime);
		const ids = new Set(running.map(({ container }) => container.id));
		for (const [id, tracked] of this.#tracked)
			if (tracked.uid === pod.metadata.uid && !ids.has(id)) this.#drop(id, tracked);
		const podIp = pod.spec.hostNetwork
			? this.#deps.node.address
			: (readySandbox(runtime)?.ip ?? '');
		for (const { name, container: run } of running) {
			const known = this.#tracked.get(run.id);
			const spec = allContainers(pod).find((candidate) => candidate.name === name);
			if (known) known.pod = pod;
			else if (spec && hasProbe(spec)) this.#add(pod, spec, run, podIp);
		}
	}
	/** A pod that is ending is no longer restarted; its readiness still counts. */
	stopLivenessAndStartup(uid: string): void {
		for (const tracked of this.#tracked.values())
			if (tracked.uid === uid) {
				tracked.terminating = true;
				for (const [kind, worker] of tracked.workers) if (kind !== 'readiness') worker.stop();
			}
	}
	forget(uid: string): void {
		for (const [id, tracked] of this.#tracked) if (tracked.uid === uid) this.#drop(id, tracked);
	}
	stop(): void {
		for (const [id, tracked] of this.#tracked) this.#drop(id, tracked);
	}
	snapshot(): Record<string, unknown> {
		return Object.fromEntries(
			[...this.#tracked].map(([id, { started, ready, failed, workers }]) => [
				id,
				{ started, ready, failed, workers: [...workers.values()].map((w) => w.snapshot()) },
			]),
		);
	}
	#drop(id: string, tracked: Tracked): void {
		for (const worker of tracked.workers.values()) worker.stop();
		this.#tracked.delete(id);
	}
	#add(pod: Pod, container: Container, run: EngineContainer, podIp: string): void {
		const tracked: Tracked = {
			uid: pod.metadata.uid,
			pod,
			container,
			run,
			podIp,
			started: !container.startupProbe,
			ready: !container.readinessProbe,
			failed: undefined,
			terminating: false,
			workers: new Map(),
		};
		this.#tracked.set(run.id, tracked);
		if (container.startupProbe) this.#work(tracked, 'startup', container.startupProbe);
		else this.#begin(tracked);
	}
	/** Readiness and liveness begin once the container counts as started. */
	#begin(tracked: Tracked): void {
		const { readinessProbe, livenessProbe } = tracked.container;
		if (readinessProbe) this.#work(tracked, 'readiness', readinessProbe);
		if (livenessProbe && !tracked.terminating) this.#work(tracked, 'liveness', livenessProbe);
	}
	#work(tracked: Tracked, kind: ProbeKind, probe: Probe): void {
		const worker = new ProbeWorker({
			kind,
			probe,
			clock: this.#deps.clock,
			log: this.#deps.log,
			startedAt: tracked.run.started,
			run: () => this.#runProbe(tracked, probe),
			onMiss: (outcome) => this.#miss(tracked, kind, outcome),
			onVerdict: (passed) => this.#verdict(tracked, kind, passed),
		});
		tracked.workers.set(kind, worker);
		worker.start();
	}
	#runProbe(tracked: Tracked, probe: Probe): Promise<ProbeOutcome> {
		const { pod, container, run, podIp } = tracked;
		return runProbe(this.#deps, { pod, container, containerId: run.id, podIp }, probe);
	}
	#miss(tracked: Tracked, kind: ProbeKind, { result, output }: ProbeOutcome): void {
		const text = result === 'unknown' ? 'errored and resulted in unknown state' : 'failed';
		this.#events.event(
			containerReference(tracked.pod, tracked.container.name),
			'Warning',
			'Unhealthy',
			`${title(kind)} probe ${text}: ${output}`,
		);
	}
	#verdict(tracked: Tracked, kind: ProbeKind, passed: boolean): void {
		if (kind === 'readiness') tracked.ready = passed;
		else if (!passed) tracked.failed = `failed ${kind} probe`;
		if (kind === 'startup' && passed) {
			tracked.started = true;
			this.#begin(tracked);
		}
		this.#onChange(tracked.uid);
	}
}

function hasProbe(container: Container): boolean {
	return Boolean(container.readinessProbe ?? container.livenessProbe ?? container.startupProbe);
}
