import type { LinkCounters, LinkQuality } from '../api/node.ts';
import type { Clock } from '../util/clock.ts';
import type { Rng } from '../util/rng.ts';

type Frame = Uint8Array<ArrayBuffer>;

interface SwitchPort {
	deliver: (frame: Frame) => void;
	quality: LinkQuality;
	counters: LinkCounters;
	/** A delayed link keeps its order: nothing is delivered before what was sent earlier. */
	busyUntil: number;
}

const broadcastBit = 1;
const macLength = 6;
/** Link layer header without tag: anything shorter is not Ethernet. */
const headerLength = 14;

/** A learning Ethernet switch with one port a node; a link can be cut, delayed or made lossy. */
export class Switch {
	readonly #ports = new Map<string, SwitchPort>();
	readonly #stations = new Map<string, string>();
	readonly #clock: Clock;
	readonly #rng: Rng;

	constructor(clock: Clock, rng: Rng) {
		this.#clock = clock;
		this.#rng = rng;
	}

	/** Plugs a node in; what it sends is handed to {@link receive}. */
	attach(node: string, deliver: (frame: Frame) => void): void {
		this.#ports.set(node, {
			deliver,
			quality: { up: true, delayMs: 0, loss: 0 },
			counters: { txFrames: 0, rxFrames: 0, txBytes: 0, rxBytes: 0, dropped: 0 },
			busyUntil: 0,
		});
	}

	/** Unplugs a node and forgets the addresses learned on its port. */
	detach(node: string): void {
		this.#ports.delete(node);
		for (const [mac, port] of this.#stations) if (port === node) this.#stations.delete(mac);
	}

	setLink(node: string, quality: LinkQuality): void {
		const port = this.#ports.get(node);
		if (!port) throw new Error(`no such node on the switch: ${node}`);
		port.quality = quality;
	}

	/** A copy of every port's counters, as the node sees them (tx: from the node). */
	counters(): Record<string, LinkCounters> {
		return Object.fromEntries(
			[...this.#ports].map(([node, port]) => [node, { ...port.counters }] as const),
		);
	}

	/** A frame sent by `node`. */
	receive(node: string, frame: Frame): void {
		const from = this.#ports.get(node);
		if (!from || frame.length < headerLength) return;
		from.counters.txFrames++;
		from.counters.txBytes += frame.length;
		this.#stations.set(macAt(frame, macLength), node);
		this.#through(from, () => this.#forward(node, frame));
	}

	#forward(node: string, frame: Frame): void {
		const known = this.#stations.get(macAt(frame, 0));
		const unicast = ((frame[0] ?? 0) & broadcastBit) === 0;
		if (unicast && known !== undefined) {
			const port = this.#ports.get(known);
			if (port && known !== node) this.#through(port, () => deliver(port, frame));
			return;
		}
		for (const [name, port] of this.#ports)
			if (name !== node) this.#through(port, () => deliver(port, frame.slice()));
	}

	/** Applies a link's quality to one frame. */
	#through(port: SwitchPort, pass: () => void): void {
		const { up, delayMs, loss } = port.quality;
		if (!up || (loss > 0 && this.#rng.next() < loss)) {
			port.counters.dropped++;
			return;
		}
		if (delayMs <= 0) return pass();
		const due = Math.max(port.busyUntil, this.#clock.now() + delayMs);
		port.busyUntil = due;
		this.#clock.after(due - this.#clock.now(), pass);
	}
}

function deliver(port: SwitchPort, frame: Frame): void {
	port.counters.rxFrames++;
	port.counters.rxBytes += frame.length;
	port.deliver(frame);
}

/** The address as a key; six bytes as text sort and compare cheaply. */
function macAt(frame: Frame, offset: number): string {
	return String.fromCharCode(...frame.subarray(offset, offset + macLength));
}
