import { constants, createDeflate, createInflate, type Deflate, type Inflate } from 'node:zlib';
import { spdyDictionary } from './spdy-dictionary.ts';

/** Of one block, inflated: a few names are in it, and a small frame can hold a gigabyte of zeros. */
const maxBlock = 64 << 10;

/** The header blocks of one connection: each direction is one zlib stream that goes on from block to block. */
export class SpdyHeaders {
	readonly #inflate: Inflate = createInflate({ dictionary: spdyDictionary });
	readonly #deflate: Deflate = createDeflate({ dictionary: spdyDictionary });

	constructor() {
		// The block that failed has its own listener; a compressor's later complaints end nothing.
		for (const zlib of [this.#inflate, this.#deflate]) zlib.on('error', () => undefined);
	}

	/** Names in lower case. */
	async read(block: Buffer): Promise<Map<string, string>> {
		const read = await through(this.#inflate, block);
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

	/** A block without any. */
	none(): Promise<Buffer> {
		return through(this.#deflate, Buffer.alloc(4), () =>
			this.#deflate.flush(constants.Z_SYNC_FLUSH),
		);
	}

	close(): void {
		this.#inflate.destroy();
		this.#deflate.destroy();
	}
}

/** One block through a compressor that keeps its dictionary from block to block. */
function through(zlib: Inflate | Deflate, block: Buffer, flush = () => {}): Promise<Buffer> {
	return new Promise((resolve, reject) => {
		const chunks: Buffer[] = [];
		let size = 0;
		const settle = () => zlib.off('data', collect).off('error', fail);
		const fail = (error: Error) => {
			settle();
			reject(error);
		};
		const collect = (chunk: Buffer) => {
			chunks.push(chunk);
			size += chunk.length;
			if (size > maxBlock) zlib.destroy(new Error('SPDY: header block too large'));
		};
		zlib.on('data', collect).on('error', fail);
		zlib.write(block);
		flush();
		// Both directions end each block with a sync flush: an empty write settles after its output.
		zlib.write(Buffer.alloc(0), () =>
			setImmediate(() => {
				settle();
				resolve(Buffer.concat(chunks));
			}),
		);
	});
}
