import { frameHeader, framePayload } from './protocol.ts';

/** One frame, its payload a copy of its own. */
export interface Frame {
	type: number;
	flags: number;
	id: number;
	payload: Uint8Array<ArrayBuffer>;
}

const magic = [0x44, 0x4b, 0x46, 0x01] as const;

const table = Uint32Array.from({ length: 256 }, (_, byte) => {
	let value = byte;
	for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
	return value;
});

/** CRC-32 as Ethernet and zlib have it. */
export function crc32(bytes: Uint8Array, start = 0, end = bytes.length): number {
	let crc = 0xffffffff;
	for (let at = start; at < end; at++)
		crc = (crc >>> 8) ^ (table[(crc ^ (bytes[at] ?? 0)) & 0xff] ?? 0);
	return ~crc >>> 0;
}

/** The bytes of one frame; protocol.h has the layout. */
export function encodeFrame(
	type: number,
	id: number,
	payload: Uint8Array,
	flags = 0,
): Uint8Array<ArrayBuffer> {
	if (payload.length > framePayload) throw new RangeError(`frame of ${payload.length} bytes`);
	const bytes = new Uint8Array(frameHeader + payload.length);
	const view = new DataView(bytes.buffer);
	bytes.set(magic);
	view.setUint8(4, type);
	view.setUint8(5, flags);
	view.setUint16(6, payload.length, true);
	view.setUint32(8, id, true);
	view.setUint32(12, crc32(bytes, 0, 12), true);
	view.setUint32(16, crc32(payload), true);
	bytes.set(payload, frameHeader);
	return bytes;
}

/** Finds frames in a stream of bytes that may be damaged; what is no frame is skipped and counted. */
export class FrameReader {
	#bytes = new Uint8Array(4 * (frameHeader + framePayload));
	#view = new DataView(this.#bytes.buffer);
	#start = 0;
	#end = 0;
	#lost = false;
	#bad = 0;

	/** Stretches of damage seen. */
	get bad(): number {
		return this.#bad;
	}

	/** True in the middle of a frame. */
	get waiting(): boolean {
		return this.#start < this.#end;
	}

	/** Takes bytes and answers the frames that are whole now. */
	push(bytes: Uint8Array): Frame[] {
		this.#makeRoom(bytes.length);
		this.#bytes.set(bytes, this.#end);
		this.#end += bytes.length;
		return this.#take();
	}

	/** The rest of a frame has not come for too long: what was kept of it is damage. */
	giveUp(): Frame[] {
		if (this.#start < this.#end) this.#skip();
		return this.#take();
	}

	#makeRoom(count: number): void {
		const used = this.#end - this.#start;
		if (this.#bytes.length - this.#end >= count) return;
		let target = this.#bytes;
		if (target.length < used + count) {
			target = new Uint8Array(2 * (used + count));
			target.set(this.#bytes.subarray(this.#start, this.#end));
			this.#bytes = target;
			this.#view = new DataView(target.buffer);
		} else target.copyWithin(0, this.#start, this.#end);
		this.#start = 0;
		this.#end = used;
	}

	#skip(): void {
		if (!this.#lost) this.#bad++;
		this.#lost = true;
		this.#start++;
	}

	#atMagic(): boolean {
		const left = Math.min(4, this.#end - this.#start);
		for (let i = 0; i < left; i++) if (this.#bytes[this.#start + i] !== magic[i]) return false;
		return true;
	}

	#take(): Frame[] {
		const frames: Frame[] = [];
		for (;;) {
			while (this.#start < this.#end && !this.#atMagic()) this.#skip();
			const frame = this.#frame();
			if (frame === 'short') return frames;
			if (frame === 'damaged') this.#skip();
			else frames.push(frame);
		}
	}

	#frame(): Frame | 'short' | 'damaged' {
		const at = this.#start;
		const left = this.#end - at;
		if (left < frameHeader) return 'short';
		const length = this.#view.getUint16(at + 6, true);
		if (length > framePayload || this.#view.getUint32(at + 12, true) !== this.#crc(at, 12))
			return 'damaged';
		if (left < frameHeader + length) return 'short';
		if (this.#view.getUint32(at + 16, true) !== this.#crc(at + frameHeader, length))
			return 'damaged';
		this.#start += frameHeader + length;
		this.#lost = false;
		return {
			type: this.#bytes[at + 4] ?? 0,
			flags: this.#bytes[at + 5] ?? 0,
			id: this.#view.getUint32(at + 8, true),
			payload: this.#bytes.slice(at + frameHeader, at + frameHeader + length),
		};
	}

	#crc(start: number, length: number): number {
		return crc32(this.#bytes, start, start + length);
	}
}
