import type { Datagram, GuestListener, GuestSocket } from '../../api/agent.ts';
import type { Connection, StreamSink } from './connection.ts';
import type { Frame } from './frame.ts';
import { u32 } from './process-stream.ts';
import { frameType } from './protocol.ts';
import { SocketStream } from './socket-stream.ts';

/** Asks the agent for a listener's port; the stream of its answer goes to the listener. */
export type OpenListener = (listener: Listener) => void;

/** A port that is held until it is closed: when the agent is lost, its successor is asked for it again. */
export abstract class Listener implements GuestListener, StreamSink {
	readonly #connection: Connection;
	readonly #open: OpenListener;
	#id = 0;
	#closed = false;

	constructor(connection: Connection, open: OpenListener) {
		this.#connection = connection;
		this.#open = open;
	}
	abstract frame(frame: Frame): void;

	get isClosed(): boolean {
		return this.#closed;
	}
	/** The stream it is told through from now on. */
	opened(id: number): this {
		this.#id = id;
		return this;
	}
	fail(): void {
		/* Nothing comes any more; what is open hears of it itself. */
	}
	lost(): void {
		if (!this.#closed) this.#open(this);
	}
	close(): void {
		this.#closed = true;
		this.#connection.send(frameType.close, this.#id);
		this.#connection.dropStream(this.#id);
	}
	protected adopt(id: number): SocketStream {
		const socket = new SocketStream(this.#connection, id);
		this.#connection.addStream(id, socket);
		return socket;
	}
	protected answer(payload: Uint8Array): void {
		this.#connection.send(frameType.datagram, this.#id, payload);
	}
}

/** A TCP port the agent listens on; each connection is a stream that begins in the guest. */
export class TcpListener extends Listener {
	readonly #onConnection: (socket: GuestSocket) => void;

	constructor(
		connection: Connection,
		open: OpenListener,
		onConnection: (socket: GuestSocket) => void,
	) {
		super(connection, open);
		this.#onConnection = onConnection;
	}
	frame(frame: Frame): void {
		if (frame.type === frameType.accepted) this.#onConnection(this.adopt(u32(frame)));
	}
}

/** Bytes of a datagram's peer before its data: IPv4 address and port, as the network has them. */
const peerLength = 6;

/** A UDP port the agent is bound to. */
export class DatagramListener extends Listener {
	readonly #onDatagram: (datagram: Datagram, reply: (data: Uint8Array) => void) => void;

	constructor(
		connection: Connection,
		open: OpenListener,
		onDatagram: (datagram: Datagram, reply: (data: Uint8Array) => void) => void,
	) {
		super(connection, open);
		this.#onDatagram = onDatagram;
	}
	frame(frame: Frame): void {
		if (frame.type !== frameType.datagram || frame.payload.length < peerLength) return;
		const peer = frame.payload.subarray(0, peerLength);
		const port = ((peer[4] ?? 0) << 8) | (peer[5] ?? 0);
		const from = `${[...peer.subarray(0, 4)].join('.')}:${port}`;
		this.#onDatagram({ from, data: frame.payload.subarray(peerLength) }, (data) => {
			const payload = new Uint8Array(peerLength + data.length);
			payload.set(peer);
			payload.set(data, peerLength);
			this.answer(payload);
		});
	}
}
