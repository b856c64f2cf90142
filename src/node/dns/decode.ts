import { recordTypes, type Query } from './message.ts';

/** What could be made of a datagram. */
export type Decoded =
	| { kind: 'query'; query: Query }
	/** A query that breaks the format; its id can still be answered. */
	| { kind: 'malformed'; id: number }
	/** Nothing to answer: too short, or itself an answer. */
	| { kind: 'ignored' };

export class FormatError extends Error {}

/** Reads big-endian fields; throws FormatError past the end. */
export class Reader {
	readonly #bytes: Uint8Array;
	at = 0;

	constructor(bytes: Uint8Array) {
		this.#bytes = bytes;
	}
	byte(at = this.at++): number {
		const value = this.#bytes[at];
		if (value === undefined) throw new FormatError('unexpected end');
		return value;
	}
	word(): number {
		return (this.byte() << 8) | this.byte();
	}
	skip(count: number): void {
		this.at += count;
		if (this.at > this.#bytes.length) throw new FormatError('unexpected end');
	}
	/** A name, following compression pointers, which must point backwards. */
	name(): string {
		const labels: string[] = [];
		let at = this.at;
		let jumped = false;
		let length = 0;
		for (;;) {
			const size = this.byte(at);
			if (size >= 0xc0) {
				const target = ((size & 0x3f) << 8) | this.byte(at + 1);
				if (!jumped) this.at = at + 2;
				if (target >= at) throw new FormatError('pointer does not point backwards');
				jumped = true;
				at = target;
				continue;
			}
			if (size > 63) throw new FormatError('unknown label type');
			at++;
			if (size === 0) break;
			length += size + 1;
			if (length > 254) throw new FormatError('name too long');
			labels.push(this.#label(at, size));
			at += size;
		}
		if (!jumped) this.at = at;
		return labels.join('.');
	}
	#label(at: number, size: number): string {
		let text = '';
		for (let index = 0; index < size; index++) text += String.fromCharCode(this.byte(at + index));
		return text;
	}
}

/** The size of an EDNS sender's buffer, when there is an OPT record. */
function readEdns(reader: Reader, records: number): number | undefined {
	for (let index = 0; index < records; index++) {
		reader.name();
		const type = reader.word();
		const size = reader.word();
		reader.skip(4);
		reader.skip(reader.word());
		if (type === recordTypes.OPT) return Math.max(512, size);
	}
	return undefined;
}

function readQuery(reader: Reader, id: number, flags: number): Query {
	const questions = reader.word();
	const records = reader.word() + reader.word() + reader.word();
	if (questions !== 1) throw new FormatError('one question is expected');
	const originalName = reader.name();
	const question = {
		name: originalName.toLowerCase(),
		originalName,
		type: reader.word(),
		class: reader.word(),
	};
	const size = readEdns(reader, records);
	return {
		id,
		opcode: (flags >> 11) & 15,
		recursionDesired: (flags & 0x0100) !== 0,
		question,
		udpSize: size ?? 512,
		edns: size !== undefined,
	};
}

/** Reads a query. Whatever the bytes, it does not throw. */
export function decodeQuery(bytes: Uint8Array): Decoded {
	if (bytes.length < 12) return { kind: 'ignored' };
	const reader = new Reader(bytes);
	const id = reader.word();
	const flags = reader.word();
	if ((flags & 0x8000) !== 0) return { kind: 'ignored' };
	try {
		return { kind: 'query', query: readQuery(reader, id, flags) };
	} catch (error) {
		if (error instanceof FormatError) return { kind: 'malformed', id };
		throw error;
	}
}
