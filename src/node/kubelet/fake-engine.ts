import type { ExitStatus, GuestProcess } from '../../api/agent.ts';
import type {
	Attachment,
	Container,
	ContainerConfig,
	ContainerFilter,
	ContainerStats,
	EngineEvent,
	ExecConfig,
	Image,
	LogEntry,
	PodSandbox,
	PodSandboxConfig,
} from '../../api/engine.ts';
import { EngineError } from '../../client/engine-error.ts';
import type { Clock } from '../../util/clock.ts';
import type { KubeletEngine } from './config.ts';

function imageNamed(ref: string): Image {
	return {
		id: `sha256:${ref}`,
		tags: [ref],
		digests: [`${ref.split(':')[0]}@sha256:feed`],
		created: 0,
		size: 1000,
		architecture: '386',
		os: 'linux',
		config: {
			env: [],
			entrypoint: [],
			cmd: [],
			workingDir: '',
			user: '',
			exposedPorts: [],
			volumes: [],
			labels: {},
			stopSignal: '',
		},
		layers: [],
		history: [],
	};
}

/** A process that has ended with this code, having said this. */
export function endedProcess(code: number, text = ''): GuestProcess {
	let deliver: () => void = () => undefined;
	const exited = new Promise<ExitStatus>((resolve) => {
		deliver = () => resolve({ code });
	});
	return {
		pid: 4242,
		write: () => Promise.resolve(),
		closeStdin: () => undefined,
		resize: () => undefined,
		onOutput: (listener) => {
			Promise.resolve(listener('stdout', new TextEncoder().encode(text))).then(deliver, deliver);
		},
		exited,
	};
}

/** Containers without a kernel, for tests of what drives an engine. */
export class FakeEngine implements KubeletEngine {
	readonly images = new Map<string, Image>();
	readonly containers = new Map<string, Container>();
	readonly sandboxes = new Map<string, PodSandbox>();
	readonly calls: string[] = [];
	readonly logLines = new Map<string, string[]>();
	/** Messages of images that cannot be pulled, and of containers that cannot start, by image. */
	readonly pullErrors = new Map<string, string>();
	readonly startErrors = new Map<string, string>();
	/** What TERM does to a container: ends it at once, or nothing before KILL. */
	ignoresTerm = false;
	execResult: (config: ExecConfig) => GuestProcess = () => endedProcess(0);
	readonly #clock: Clock;
	readonly #listeners = new Set<(event: EngineEvent) => void>();
	#serial = 0;

	constructor(clock: Clock) {
		this.#clock = clock;
	}
	addImage(ref: string): Image {
		const image = imageNamed(ref);
		this.images.set(ref, image);
		return image;
	}
	/** The container's program ends by itself. */
	exit(id: string, exitCode: number, oomKilled = false): void {
		const container = this.container(id);
		if (container.state !== 'running') return;
		Object.assign(container, { state: 'exited', exitCode, oomKilled, pid: 0 });
		container.finished = this.#clock.now();
		this.#emit(container, 'die', exitCode);
	}
	/** Newest run of the container with this name in its pod. */
	run(name: string): Container {
		const runs = [...this.containers.values()].filter((c) => c.name.startsWith(`k8s_${name}_`));
		const last = runs.at(-1);
		if (!last) throw new Error(`no run of ${name}`);
		return last;
	}
	async pullImage(ref: string): Promise<Image> {
		this.calls.push(`pull ${ref}`);
		const error = this.pullErrors.get(ref);
		if (error) throw new EngineError(404, error);
		return this.addImage(ref);
	}
	listImages(): Image[] {
		return [...this.images.values()];
	}
	image(ref: string): Image | undefined {
		return this.images.get(ref) ?? this.listImages().find(({ id }) => id === ref);
	}
	async runPodSandbox(config: PodSandboxConfig): Promise<PodSandbox> {
		const id = `sandbox${++this.#serial}`;
		this.calls.push(`sandbox ${config.name}`);
		const sandbox: PodSandbox = {
			id,
			config,
			state: 'ready',
			created: this.#clock.now(),
			ip: `10.244.1.${this.#serial + 1}`,
			pid: 100 + this.#serial,
			netns: `/run/netns/${id}`,
			veth: `veth${id}`,
		};
		this.sandboxes.set(id, sandbox);
		return sandbox;
	}
	async stopPodSandbox(id: string): Promise<void> {
		this.calls.push('stop sandbox');
		const sandbox = this.sandboxes.get(id);
		if (sandbox) sandbox.state = 'notready';
	}
	async removePodSandbox(id: string): Promise<void> {
		this.calls.push('remove sandbox');
		this.sandboxes.delete(id);
	}
	listPodSandboxes(): PodSandbox[] {
		return [...this.sandboxes.values()];
	}
	async createContainer(config: ContainerConfig): Promise<Container> {
		const id = `c${++this.#serial}`;
		this.calls.push(`create ${config.name}`);
		const container: Container = {
			id,
			name: config.name ?? id,
			config,
			imageId: `sha256:${config.image}`,
			image: config.image,
			argv: [...(config.entrypoint ?? []), ...(config.cmd ?? [])],
			state: 'created',
			pid: 0,
			exitCode: 0,
			oomKilled: false,
			error: '',
			created: this.#clock.now(),
			started: 0,
			finished: 0,
			restartCount: 0,
			ip: '',
			gateway: '',
			mac: '',
			cgroup: '',
			netns: '',
			veth: '',
			overlay: { lower: [], upper: '', work: '', merged: '' },
			mounts: config.mounts ?? [],
		};
		this.containers.set(id, container);
		return container;
	}
	async startContainer(id: string): Promise<void> {
		const container = this.container(id);
		this.calls.push(`start ${container.name}`);
		const error = this.startErrors.get(container.image);
		if (error) {
			container.error = error;
			throw new EngineError(400, error);
		}
		Object.assign(container, { state: 'running', pid: 1000 + ++this.#serial });
		container.started = this.#clock.now();
		this.#emit(container, 'start');
	}
	async stopContainer(id: string, graceSeconds = 10): Promise<void> {
		this.calls.push(`stop ${this.container(id).name} ${graceSeconds}`);
		if (this.ignoresTerm) await this.#clock.sleep(graceSeconds * 1000);
		this.exit(id, this.ignoresTerm ? 137 : 0);
	}
	async killContainer(id: string, signal = 'KILL'): Promise<void> {
		this.calls.push(`kill ${this.container(id).name} ${signal}`);
		this.exit(id, 137);
	}
	async removeContainer(id: string): Promise<void> {
		this.calls.push(`remove ${this.container(id).name}`);
		this.containers.delete(id);
	}
	container(id: string): Container {
		const container = this.containers.get(id);
		if (!container) throw new EngineError(404, `No such container: ${id}`);
		return container;
	}
	listContainers(filter: ContainerFilter = {}): Container[] {
		return [...this.containers.values()].filter((container) =>
			(filter.labels ?? []).every((wanted) => {
				const [key = '', value] = wanted.split('=');
				const label = container.config.labels?.[key];
				return label !== undefined && (value === undefined || label === value);
			}),
		);
	}
	async *logs(id: string): AsyncGenerator<LogEntry> {
		for (const line of this.logLines.get(id) ?? [])
			yield {
				time: this.#clock.now(),
				stream: 'stdout',
				data: new TextEncoder().encode(`${line}\n`),
			};
	}
	attach(): Attachment {
		throw new EngineError(501, 'not here');
	}
	hasUnreadOutput(): boolean {
		return false;
	}
	async exec(id: string, config: ExecConfig): Promise<GuestProcess> {
		this.calls.push(`exec ${this.container(id).name} ${config.cmd.join(' ')}`);
		return this.execResult(config);
	}
	async stats(id: string): Promise<ContainerStats> {
		const zero = { throttledPeriods: 0, pids: 1, pidsLimit: 0, rxBytes: 0, txBytes: 0 };
		const now = this.#clock.now();
		return {
			id,
			time: now,
			cpuUsageNs: now * 1000,
			memoryBytes: 4096,
			memoryLimit: 8192,
			readBytes: 0,
			writeBytes: 0,
			...zero,
		};
	}
	pastEvents(): EngineEvent[] {
		return [];
	}
	subscribe(listener: (event: EngineEvent) => void): () => void {
		this.#listeners.add(listener);
		return () => this.#listeners.delete(listener);
	}
	#emit(container: Container, action: 'start' | 'die', exitCode?: number): void {
		for (const listener of this.#listeners)
			listener({
				type: 'container',
				action,
				id: container.id,
				name: container.name,
				image: container.image,
				time: this.#clock.now(),
				...(exitCode === undefined ? {} : { exitCode }),
				labels: container.config.labels ?? {},
			});
	}
}
