import type { Datagram, GuestListener, GuestSocket } from '../../api/agent.ts';
import type { Connection, StreamSink } from './connection.ts';
import type { Frame } from './frame.ts';
import { u32 } from './process-stream.ts';
import { frameType } from './protocol.ts';
import { SocketStream } from './socket-stream.ts';

/** A TCP port the agent listens on; each connection is a stream that begins in the guest. */
export class TcpListener implements GuestListener, StreamSink {
	readonly #connection: Connection;
	readonly #id: number;
	readonly #onConnection: (socket: GuestSocket) => void;

	constructor(connection: Connection, id: number, onConnection: (socket: GuestSocket) => void) {
		this.#connection = connection;
		this.#id = id;
		this.#onConnection = onConnection;
	}
	frame(frame: Frame): void {
		if (frame.type !== frameType.accepted) return;
		const id = u32(frame);
		const socket = new SocketStream(this.#connection, id);
		this.#connection.addStream(id, socket);
		this.#onConnection(socket);
	}
	fail(): void {
		/* No more connections come; those that are there hear of it themselves. */
	}
	close(): void {
		this.#connection.send(frameType.close, this.#id);
		this.#connection.dropStream(this.#id);
	}
}

/** Bytes of a datagram's peer before its data: IPv4 address and port, as the network has them. */
const peerLength = 6;

/** A UDP port the agent is bound to. */
export class DatagramListener implements GuestListener, StreamSink {
	readonly #connection: Connection;
	readonly #id: number;
	readonly #onDatagram: (datagram: Datagram, reply: (data: Uint8Array) => void) => void;

	constructor(
		connection: Connection,
		id: number,
		onDatagram: (datagram: Datagram, reply: (data: Uint8Array) => void) => void,
	) {
		this.#connection = connection;
		this.#id = id;
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
			this.#connection.send(frameType.datagram, this.#id, payload);
		});
	}
	fail(): void {
		/* Datagrams may always be lost. */
	}
	close(): void {
		this.#connection.send(frameType.close, this.#id);
		this.#connection.dropStream(this.#id);
	}
}
