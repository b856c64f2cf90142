import type { Duplex } from 'node:stream';
import { constants, createDeflate, createInflate, type Deflate, type Inflate } from 'node:zlib';
import { spdyDictionary } from './spdy-dictionary.ts';

const version = 3;
const types = { synStream: 1, synReply: 2, rstStream: 3, ping: 6, goAway: 7 } as const;
const flagFin = 1;
const frameHead = 8;
const maxFrame = 16 << 20;
/** Data frames of ours stay small enough for any reader's buffer. */
const maxData = 16 << 10;

/** One stream that the client opened. */
export class SpdyStream {
	readonly id: number;
	/** Lower-case names. */
	readonly headers: ReadonlyMap<string, string>;
	#onData: ((data: Uint8Array<ArrayBuffer> | undefined) => void) | undefined;
	#early: (Uint8Array<ArrayBuffer> | undefined)[] = [];
	readonly #write: (data: Uint8Array, fin: boolean) => Promise<void>;

	constructor(
		id: number,
		headers: ReadonlyMap<string, string>,
		write: (data: Uint8Array, fin: boolean) => Promise<void>,
	) {
		this.id = id;
		this.headers = headers;
		this.#write = write;
	}
	/** `undefined` is the client's FIN; what came before the listener is kept. */
	onData(listener: (data: Uint8Array<ArrayBuffer> | undefined) => void): void {
		this.#onData = listener;
		this.#early.forEach(listener);
		this.#early = [];
	}
	receive(data: Uint8Array<ArrayBuffer> | undefined): void {
		if (this.#onData) this.#onData(data);
		else this.#early.push(data);
	}
	/** Settles when the socket has room. */
	async write(data: Uint8Array): Promise<void> {
		for (let at = 0; at < data.length; at += maxData)
			await this.#write(data.subarray(at, at + maxData), false);
	}
	end(): Promise<void> {
		return this.#write(new Uint8Array(), true);
	}
}

/**
 * The server's side of SPDY/3.1 as kubectl speaks it. After moby/spdystream: no flow control of its own
 * (that client sends no WINDOW_UPDATE and waits for none), TCP's is what holds.
 */
export class SpdySession {
	readonly #socket: Duplex;
	readonly #inflate: Inflate = createInflate({ dictionary: spdyDictionary });
	readonly #deflate: Deflate = createDeflate({ dictionary: spdyDictionary });
	readonly #streams = new Map<number, SpdyStream>();
	readonly #onStream: (stream: SpdyStream) => void;
	#buffer = Buffer.alloc(0);

	constructor(socket: Duplex, head: Uint8Array, onStream: (stream: SpdyStream) => void) {
		this.#socket = socket;
		this.#onStream = onStream;
		void this.#read(head).catch(() => socket.destroy());
	}

	/** Says goodbye and closes once everything is written. */
	close(): void {
		this.#socket.end(control(types.goAway, 0, Buffer.alloc(8)));
	}

	async #read(head: Uint8Array): Promise<void> {
		await this.#take(Buffer.from(head));
		for await (const chunk of this.#socket as AsyncIterable<Buffer>) await this.#take(chunk);
		for (const stream of this.#streams.values()) stream.receive(undefined);
	}

	async #take(chunk: Buffer): Promise<void> {
		this.#buffer = Buffer.concat([this.#buffer, chunk]);
		while (this.#buffer.length >= frameHead) {
			const length = this.#buffer.readUIntBE(5, 3);
			if (length > maxFrame) throw new Error('SPDY: frame too large');
			if (this.#buffer.length < frameHead + length) return;
			const frame = this.#buffer.subarray(0, frameHead + length);
			this.#buffer = this.#buffer.subarray(frameHead + length);
			await this.#frame(frame);
		}
	}

	async #frame(frame: Buffer): Promise<void> {
		const first = frame.readUInt32BE(0);
		const fin = ((frame[4] ?? 0) & flagFin) !== 0;
		const payload = frame.subarray(frameHead);
		if (first >>> 31 === 0) return this.#data(first, payload, fin);
		const type = first & 0xffff;
		if (type === types.synStream) return this.#synStream(payload, fin);
		if (type === types.ping) this.#socket.write(frame);
		if (type === types.rstStream) this.#data(payload.readUInt32BE(0), Buffer.alloc(0), true);
	}

	#data(id: number, payload: Buffer, fin: boolean): void {
		const stream = this.#streams.get(id);
		if (payload.length > 0) stream?.receive(new Uint8Array(payload));
		if (fin) stream?.receive(undefined);
	}

	async #synStream(payload: Buffer, fin: boolean): Promise<void> {
		const id = payload.readUInt32BE(0) & 0x7fffffff;
		const headers = await this.#headers(payload.subarray(10));
		const stream = new SpdyStream(id, headers, (data, end) => this.#write(id, data, end));
		this.#streams.set(id, stream);
		await this.#reply(id);
		this.#onStream(stream);
		if (fin) stream.receive(undefined);
	}

	async #headers(block: Buffer): Promise<Map<string, string>> {
		const read = await through(this.#inflate, block, () => undefined);
		const headers = new Map<string, string>();
		let at = 4;
		const text = () => {
			const length = read.readUInt32BE(at);
			at += 4 + length;
			return read.toString('latin1', at - length, at);
		};
		for (let left = read.readUInt32BE(0); left > 0; left--)
			headers.set(text().toLowerCase(), text());
		return headers;
	}

	async #reply(id: number): Promise<void> {
		const none = Buffer.alloc(4);
		const block = await through(this.#deflate, none, (deflate) =>
			deflate.flush(constants.Z_SYNC_FLUSH),
		);
		const stream = Buffer.alloc(4);
		stream.writeUInt32BE(id);
		this.#socket.write(control(types.synReply, 0, Buffer.concat([stream, block])));
	}

	#write(id: number, data: Uint8Array, fin: boolean): Promise<void> {
		const head = Buffer.alloc(frameHead);
		head.writeUInt32BE(id);
		head[4] = fin ? flagFin : 0;
		head.writeUIntBE(data.length, 5, 3);
		return new Promise((resolve) => {
			if (this.#socket.destroyed) return resolve();
			this.#socket.once('close', resolve);
			this.#socket.write(Buffer.concat([head, data]), () => {
				this.#socket.off('close', resolve);
				resolve();
			});
		});
	}
}

function control(type: number, flags: number, payload: Buffer): Buffer {
	const head = Buffer.alloc(frameHead);
	head.writeUInt16BE(0x8000 | version, 0);
	head.writeUInt16BE(type, 2);
	head[4] = flags;
	head.writeUIntBE(payload.length, 5, 3);
	return Buffer.concat([head, payload]);
}

/** One block through a compressor that keeps its dictionary from block to block. */
function through<Z extends Inflate | Deflate>(
	zlib: Z,
	block: Buffer,
	flush: (zlib: Z) => void,
): Promise<Buffer> {
	return new Promise((resolve, reject) => {
		const chunks: Buffer[] = [];
		const collect = (chunk: Buffer) => chunks.push(chunk);
		zlib.on('data', collect);
		zlib.once('error', reject);
		zlib.write(block);
		flush(zlib);
		// Both directions end each block with a sync flush: an empty write settles after its output.
		zlib.write(Buffer.alloc(0), () =>
			setImmediate(() => {
				zlib.off('data', collect);
				zlib.off('error', reject);
				resolve(Buffer.concat(chunks));
			}),
		);
	});
}
