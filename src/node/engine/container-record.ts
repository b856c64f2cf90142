import type { ExitStatus, GuestProcess, KernelOp } from '../../api/agent.ts';
import type { Container, Image, PodSandbox, PortBinding } from '../../api/engine.ts';
import type { Timer } from '../../util/clock.ts';
import type { NetworkEndpoint } from '../cni/cni.ts';
import { LogBuffer } from './logs.ts';
import { OutputTaps } from './output-taps.ts';

/** A promise with its settling functions outside. */
export class Deferred<T> {
	readonly promise: Promise<T>;
	resolve!: (value: T) => void;

	constructor() {
		this.promise = new Promise((resolve) => (this.resolve = resolve));
	}
}

/** A container with what cannot be said as plain data: its process, streams and timers. */
export class ContainerRecord {
	readonly info: Container;
	readonly image: Image;
	readonly logs: LogBuffer;
	readonly taps: OutputTaps;
	process: GuestProcess | undefined;
	/** Settles when this run of the process is over and cleaned up; undefined between runs. */
	runEnd: Deferred<ExitStatus> | undefined;
	/** Settles when it has stopped for good: no restart follows. */
	stopped = new Deferred<ExitStatus>();
	/** Size of the terminal its next process gets. */
	size = { rows: 24, columns: 80 };
	endpoint: NetworkEndpoint | undefined;
	/** A network namespace made for this container alone. */
	ownNetns: string | undefined;
	/** Published ports with the host ports that were chosen. */
	ports: PortBinding[] = [];
	sandbox: PodSandbox | undefined;
	anonymousVolumes: string[] = [];
	/** Directories that are still to be made. */
	unmade: KernelOp[] = [];
	/** Stopped by a user: the restart policy does not apply. */
	manualStop = false;
	/** Between the two halves of a restart nothing is removed. */
	restarting = false;
	restartDelay = 0;
	restartTimer: Timer | undefined;
	/** The start that is under way, so that two do not meet. */
	starting: Promise<void> | undefined;
	/** Settles when it does not exist any more. */
	readonly removed = new Deferred<ExitStatus>();
	/** The process of this run, or of the next one: whoever writes to its stdin before waits for it. */
	running = new Deferred<GuestProcess>();

	constructor(info: Container, image: Image, now: () => number) {
		this.info = info;
		this.image = image;
		this.logs = new LogBuffer(now);
		// Unlike Kubernetes: `kubectl run -i` attaches once the pod runs, and would miss what came before that.
		const { sandbox, openStdin = false, size } = info.config;
		if (size) this.size = size;
		this.taps = new OutputTaps({ keepsOpening: sandbox !== undefined && openStdin });
	}
	get isRunning(): boolean {
		return this.info.state === 'running' || this.info.state === 'paused';
	}
}
