import type { Duplex } from 'node:stream';
import { drained } from './drained.ts';
import { SpdyHeaders } from './spdy-headers.ts';
import { SpdyStream, type Chunk } from './spdy-stream.ts';

const version = 3;
const types = { synStream: 1, synReply: 2, rstStream: 3, ping: 6, goAway: 7 } as const;
const flagFin = 1;
const frameHead = 8;
const refusedStream = 3;
/** kubectl's frames carry at most 32 KiB. */
const maxFrame = 1 << 20;
const maxControlFrame = 32 << 10;
/** kubectl opens two for each connection it forwards. */
const maxStreams = 2000;
/** What the streams' readers have not taken yet; the socket is not read beyond it. */
const maxUntaken = 1 << 20;

/** A client that left while its data was not read is only noticed by writing to it, as WebSockets are pinged. */
const pingEveryMs = 20_000;

/** A stream, and the directions in which it has not ended. */
interface Open {
	stream: SpdyStream;
	halves: number;
}

/**
 * The server's side of SPDY/3.1 as kubectl and the Go clients speak it: streams opened by the client,
 * data both ways, pings. Written from the published protocol. Its flow control is not used by that client
 * (it sends no WINDOW_UPDATE and waits for none), TCP's is what holds.
 */
export class SpdySession {
	readonly #socket: Duplex;
	readonly #headers = new SpdyHeaders();
	readonly #streams = new Map<number, Open>();
	readonly #onStream: (stream: SpdyStream) => void;
	#buffer: Buffer = Buffer.alloc(0);
	#untaken = 0;
	#pings = 0;
	#room: (() => void) | undefined;

	constructor(socket: Duplex, head: Uint8Array, onStream: (stream: SpdyStream) => void) {
		this.#socket = socket;
		this.#onStream = onStream;
		// Each stream that waits for room listens.
		socket.setMaxListeners(0);
		const pings = setInterval(() => this.#ping(), pingEveryMs);
		socket.once('close', () => {
			clearInterval(pings);
			this.#headers.close();
		});
		this.#read(head).catch(() => socket.destroy());
	}

	/** Says goodbye and closes once everything is written. */
	close(): void {
		this.#socket.end(control(types.goAway, Buffer.alloc(8)));
	}

	/** The client leaves with both directions: the standard library of its language has no half of a connection. */
	async #read(head: Uint8Array): Promise<void> {
		await this.#take(Buffer.from(head));
		for await (const chunk of this.#socket as AsyncIterable<Buffer>) await this.#take(chunk);
		for (const id of this.#streams.keys()) this.#give(id, undefined);
		this.#socket.end();
	}

	async #take(chunk: Buffer): Promise<void> {
		this.#buffer = this.#buffer.length > 0 ? Buffer.concat([this.#buffer, chunk]) : chunk;
		while (this.#buffer.length >= frameHead) {
			const length = this.#buffer.readUIntBE(5, 3);
			const isControl = this.#buffer.readUInt8(0) >>> 7 === 1;
			if (length > (isControl ? maxControlFrame : maxFrame))
				throw new Error('SPDY: frame too large');
			if (this.#buffer.length < frameHead + length) return;
			const frame = this.#buffer.subarray(0, frameHead + length);
			this.#buffer = this.#buffer.subarray(frameHead + length);
			await (isControl ? this.#control(frame) : this.#data(frame));
		}
	}

	async #control(frame: Buffer): Promise<void> {
		if ((frame.readUInt16BE(0) & 0x7fff) !== version) throw new Error('SPDY: not version 3');
		const type = frame.readUInt16BE(2);
		const payload = frame.subarray(frameHead);
		if (type === types.synStream) await this.#synStream(payload, isFin(frame));
		// Even numbers are the server's own, which come back.
		if (type === types.ping && payload.readUInt32BE(0) % 2 === 1) await this.#send(frame);
		if (type === types.rstStream) this.#give(payload.readUInt32BE(0), undefined);
	}

	#ping(): void {
		this.#pings += 2;
		// One that does not read has enough to read already.
		const { writable, writableNeedDrain } = this.#socket;
		if (writable && !writableNeedDrain) this.#socket.write(control(types.ping, idOf(this.#pings)));
	}

	async #data(frame: Buffer): Promise<void> {
		const id = frame.readUInt32BE(0);
		const payload = frame.subarray(frameHead);
		if (payload.length > 0) this.#give(id, new Uint8Array(payload));
		if (isFin(frame)) this.#give(id, undefined);
		if (this.#untaken > maxUntaken) await new Promise<void>((room) => (this.#room = room));
	}

	#give(id: number, data: Chunk): void {
		const open = this.#streams.get(id);
		if (!open) return;
		const size = data?.length ?? 0;
		this.#untaken += size;
		const taken = () => {
			this.#untaken -= size;
			if (this.#untaken <= maxUntaken) this.#room?.();
		};
		open.stream.receive(data).then(taken, taken);
		if (data === undefined) this.#halfEnded(id);
	}

	async #synStream(payload: Buffer, fin: boolean): Promise<void> {
		const id = payload.readUInt32BE(0) & 0x7fffffff;
		const headers = await this.#headers.read(payload.subarray(10));
		if (this.#streams.has(id)) throw new Error('SPDY: a stream was opened twice');
		if (this.#streams.size >= maxStreams) {
			const status = Buffer.from([0, 0, 0, refusedStream]);
			return this.#send(control(types.rstStream, Buffer.concat([idOf(id), status])));
		}
		const stream = new SpdyStream(id, headers, (data, end) => this.#write(id, data, end));
		this.#streams.set(id, { stream, halves: 2 });
		await this.#send(
			control(types.synReply, Buffer.concat([idOf(id), await this.#headers.none()])),
		);
		this.#onStream(stream);
		if (fin) this.#give(id, undefined);
	}

	#halfEnded(id: number): void {
		const open = this.#streams.get(id);
		if (open && --open.halves <= 0) this.#streams.delete(id);
	}

	#write(id: number, data: Uint8Array, fin: boolean): Promise<void> {
		if (fin) this.#halfEnded(id);
		const head = Buffer.alloc(frameHead);
		head.writeUInt32BE(id);
		head[4] = fin ? flagFin : 0;
		head.writeUIntBE(data.length, 5, 3);
		return this.#send(Buffer.concat([head, data]));
	}

	/** Settles when the socket has room, or is gone. */
	async #send(frame: Buffer): Promise<void> {
		if (this.#socket.writable && !this.#socket.write(frame)) await drained(this.#socket);
	}
}

const isFin = (frame: Buffer) => (frame.readUInt8(4) & flagFin) !== 0;

function idOf(id: number): Buffer {
	const bytes = Buffer.alloc(4);
	bytes.writeUInt32BE(id);
	return bytes;
}

function control(type: number, payload: Buffer): Buffer {
	const head = Buffer.alloc(frameHead);
	head.writeUInt16BE(0x8000 | version, 0);
	head.writeUInt16BE(type, 2);
	head.writeUIntBE(payload.length, 5, 3);
	return Buffer.concat([head, payload]);
}
