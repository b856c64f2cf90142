import { constants, deflateRawSync } from 'node:zlib';
import { spdyDictionary } from '../../src/headless/spdy-dictionary.ts';
import { hostileText } from './hostile.ts';
import type { Random } from './random.ts';
import { hostileSize } from './websocket-frames.ts';

const control = { synStream: 1, synReply: 2, rstStream: 3, settings: 4, ping: 6, goAway: 7 };
const fin = 1;
const version = 3;

type Headers = Record<string, string>;

function u32(...values: number[]): Buffer {
	const bytes = Buffer.alloc(4 * values.length);
	values.forEach((value, i) => bytes.writeUInt32BE(value >>> 0, 4 * i));
	return bytes;
}

function frame(first: number, flags: number, payload: Uint8Array, length = payload.length): Buffer {
	return Buffer.concat([u32(first, ((flags & 255) << 24) | (length & 0xffffff)), payload]);
}

function controlFrame(type: number, payload: Uint8Array, flags = 0, of = version): Buffer {
	return frame(0x80000000 | (of << 16) | type, flags, payload);
}

export function dataFrame(stream: number, data: string | Uint8Array, flags = 0): Buffer {
	return frame(stream, flags, Buffer.from(data));
}

function adler32(bytes: Uint8Array): number {
	let [a, b] = [1, 0];
	for (const byte of bytes) {
		a = (a + byte) % 65_521;
		b = (b + a) % 65_521;
	}
	return ((b << 16) | a) >>> 0;
}

/** How a zlib stream with the protocol's dictionary begins. */
const zlibHead = Buffer.concat([Buffer.from([0x78, 0xbb]), u32(adler32(spdyDictionary))]);
const flushed = { finishFlush: constants.Z_SYNC_FLUSH };
/** 20 MB in 20 kB. */
const bomb = deflateRawSync(Buffer.alloc(20 << 20), { ...flushed, level: 9 });

function headerBlock(headers: Headers, count = Object.keys(headers).length): Buffer {
	const parts = Object.entries(headers).flat();
	const texts = parts.flatMap((part) => {
		const bytes = Buffer.from(part, 'latin1');
		return [u32(bytes.length), bytes];
	});
	return Buffer.concat([u32(count), ...texts]);
}

/** A client's side of one connection: its header blocks go on from one to the next. */
export class SpdyWriter {
	#isFirst = true;

	/** Deflated without reference to what was before, so that any block can be left out. */
	#deflated(block: Buffer): Buffer {
		const deflated = deflateRawSync(block, flushed);
		const head = this.#isFirst ? zlibHead : Buffer.alloc(0);
		this.#isFirst = false;
		return Buffer.concat([head, deflated]);
	}
	open(id: number, headers: Headers, flags = 0): Buffer {
		return this.#synStream(id, this.#deflated(headerBlock(headers)), flags);
	}
	#synStream(id: number, block: Buffer, flags = 0): Buffer {
		const head = Buffer.concat([u32(id, 0), Buffer.alloc(2)]);
		return controlFrame(control.synStream, Buffer.concat([head, block]), flags);
	}
	/** A stream whose headers are no good. */
	openBadly(random: Random, id: number): Buffer {
		const good = headerBlock({ streamtype: 'stdin' });
		return random.weighted<Buffer>(
			[1, () => this.#synStream(id, Buffer.concat([zlibHead, bomb]))],
			[1, () => this.#synStream(id, this.#ended(random, good))],
			[1, () => this.#synStream(id, Buffer.from(random.bytes(random.int(40))))],
			[1, () => this.#synStream(id, Buffer.alloc(0))],
			[1, () => this.#synStream(id, this.#deflated(good.subarray(0, random.int(good.length))))],
			[1, () => this.#synStream(id, this.#deflated(headerBlock({ a: 'b' }, 2 ** 31)))],
			[1, () => this.#synStream(id, this.#deflated(Buffer.alloc(60_000)))],
			[1, () => controlFrame(control.synStream, random.bytes(random.int(12)))],
		);
	}
	/** The compressed stream ends, and more comes behind its end. */
	#ended(random: Random, block: Buffer): Buffer {
		const whole = Buffer.concat([deflateRawSync(block), u32(adler32(block))]);
		const head = this.#isFirst ? zlibHead : Buffer.alloc(0);
		this.#isFirst = false;
		return Buffer.concat([head, whole, Buffer.from(random.bytes(random.pick([0, 1, 20])))]);
	}
}

/** A frame that no good client sends, about one of these streams. */
export function brokenSpdy(random: Random, writer: SpdyWriter, ids: readonly number[]): Buffer {
	const id = random.chance(0.8) ? random.pick(ids) : random.pick([0, 2, 99, 2 ** 31 - 1]);
	const some = random.bytes(random.pick([0, 1, 4, 8, 300]));
	return random.weighted<Buffer>(
		[3, () => writer.openBadly(random, 101)],
		[1, () => writer.open(id, { streamtype: 'stdin' })],
		[1, () => controlFrame(control.rstStream, u32(id, 1 + random.int(11)))],
		[1, () => controlFrame(random.int(13), some, random.int(256))],
		[1, () => controlFrame(control.ping, some, 0, random.pick([2, 4, 0]))],
		[1, () => controlFrame(control.goAway, some)],
		[1, () => controlFrame(control.settings, u32(2 ** 31, 1, 2))],
		[1, () => frame(id, fin, some, random.pick([some.length + 1, 0xffffff, 2 << 20, 0]))],
		[1, () => frame(0x80030001, 0, some, random.pick([some.length + 1, 0xffffff, 40_000, 0]))],
		[1, () => Buffer.concat(Array.from({ length: 2000 }, () => controlFrame(6, u32(1))))],
		[1, () => Buffer.concat(Array.from({ length: 200 }, () => dataFrame(id, 'x')))],
		[1, () => dataFrame(id, random.bytes(100_000))],
		[0.3, () => manyStreams(writer)],
		[1, () => Buffer.from(random.bytes(1 + random.int(300)))],
	);
}

function manyStreams(writer: SpdyWriter): Buffer {
	return Buffer.concat(
		Array.from({ length: 2100 }, (_, i) => writer.open(1001 + 2 * i, { streamtype: 'x' })),
	);
}

/** The streams of an exec, opened as kubectl does or not quite, and what is sent on them. */
export function spdyExec(random: Random, isTty: boolean): Buffer[] {
	const writer = new SpdyWriter();
	const types = ['error', 'stdin', 'stdout', isTty ? 'resize' : 'stderr'];
	const named = types.map((type) => (random.chance(0.95) ? type : hostileType(random)));
	const pieces = named
		.filter(() => random.chance(0.97))
		.map((streamtype, i) => writer.open(2 * i + 1, { streamtype }, random.chance(0.03) ? fin : 0));
	for (let left = random.int(8); left > 0; left--)
		pieces.push(said(random, writer, [1, 3, 5, 7], 7));
	return pieces;
}

function hostileType(random: Random): string {
	return random.pick(['', 'stdin', 'error', 'constructor', '__proto__', 'data', 'STDIN', 'x']);
}

function said(random: Random, writer: SpdyWriter, ids: readonly number[], resize: number): Buffer {
	const flags = random.chance(0.2) ? fin : 0;
	return random.weighted<Buffer>(
		[4, () => dataFrame(3, random.bytes(random.pick([0, 1, 100, 20_000])), flags)],
		[2, () => dataFrame(resize, hostileSize(random).slice(0, 60_000) + '\n', flags)],
		[2, () => dataFrame(random.pick(ids), random.bytes(random.int(100)), flags)],
		[3, () => brokenSpdy(random, writer, ids)],
	);
}

/** Pairs of streams for a forwarded port, and others. */
export function spdyForward(random: Random): Buffer[] {
	const writer = new SpdyWriter();
	const pieces: Buffer[] = [];
	const ids: number[] = [];
	for (let pair = random.int(5); pair >= 0; pair--) {
		const port = random.chance(0.8) ? String(80 + random.int(4)) : hostileText(random);
		for (const type of ['error', 'data']) {
			const id = 2 * ids.length + 1;
			ids.push(id);
			const streamtype = random.chance(0.95) ? type : hostileType(random);
			const requestid = random.chance(0.95) ? String(pair) : random.pick(['0', '', '__proto__']);
			const port8 = Buffer.from(port.slice(0, 300), 'utf8').toString('latin1');
			pieces.push(writer.open(id, { streamtype, requestid, port: port8 }));
		}
	}
	const last = ids.at(-1) ?? 1;
	for (let left = random.int(8); left > 0; left--)
		pieces.push(
			random.chance(0.6)
				? dataFrame(last, random.bytes(random.int(5000)), random.chance(0.2) ? fin : 0)
				: said(random, writer, ids, last),
		);
	return pieces;
}
