import type { GuestEvent } from '../../api/agent.ts';
import type { Clock } from '../../util/clock.ts';
import { findAttribute, readAttributes } from './attributes.ts';
import type { Connection } from './connection.ts';
import type { Frame } from './frame.ts';
import { exitStatus } from './process-stream.ts';
import { attribute as a, frameType, processEvent } from './protocol.ts';

type Listener = (event: GuestEvent) => void;

/** Events of the guest; those of processes cost the guest something, so they come only when wanted. */
export class GuestEvents {
	readonly #connection: Connection;
	readonly #clock: Clock;
	readonly #listeners = new Map<Listener, boolean>();
	#watching = false;

	constructor(connection: Connection, clock: Clock) {
		this.#connection = connection;
		this.#clock = clock;
	}

	subscribe(listener: Listener, processes: boolean): () => void {
		this.#listeners.set(listener, processes);
		this.#watch();
		return () => {
			this.#listeners.delete(listener);
			this.#watch();
		};
	}

	frame(frame: Frame): void {
		const event = frame.type === frameType.oom ? readOom(frame) : this.#readProcess(frame);
		if (!event) return;
		for (const [listener, processes] of this.#listeners)
			if (processes || event.type === 'oom') listener(event);
	}

	/** Another agent has begun: it has to be asked anew. */
	startOver(): void {
		this.#watching = false;
		this.#watch();
	}

	#watch(): void {
		const wanted = [...this.#listeners.values()].some(Boolean);
		if (wanted === this.#watching) return;
		this.#watching = wanted;
		const payload = new Uint8Array([a.up, 4, 0, 0, 0, Number(wanted), 0, 0, 0]);
		const options = { what: 'watch processes', deadlineMs: 10_000 };
		/* A kernel without the connector has no such events; a closed guest has none either. */
		this.#connection.request(frameType.watchProcesses, payload, options).catch(() => undefined);
	}

	#readProcess(frame: Frame): GuestEvent | undefined {
		const list = readAttributes(frame.payload);
		const number = (tag: number): number => findAttribute(list, tag)?.u32 ?? 0;
		const pid = number(a.pid);
		const base = { pid, time: this.#clock.now() };
		switch (number(a.kind)) {
			case processEvent.fork:
				return { type: 'fork', ppid: number(a.ppid), ...base };
			case processEvent.exec: {
				const args = findAttribute(list, a.arg)?.text ?? '';
				return { type: 'exec', ppid: number(a.ppid), args: args.split('\0'), ...base };
			}
			case processEvent.exit:
				return { type: 'exit', status: exitStatus(number(a.status)), ...base };
			default:
				return undefined;
		}
	}
}

function readOom(frame: Frame): GuestEvent {
	const list = readAttributes(frame.payload);
	return {
		type: 'oom',
		cgroup: findAttribute(list, a.cgroup)?.text ?? '',
		count: findAttribute(list, a.count)?.u32 ?? 0,
	};
}
