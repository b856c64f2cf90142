import {
	recordTypes,
	responseCodes,
	type Answer,
	type Query,
	type RecordData,
	type ResourceRecord,
} from './message.ts';

const internet = 1;
const ednsSize = 1232;

/** Writes big-endian fields and compressed names. */
class Writer {
	readonly #bytes: number[] = [];
	readonly #names = new Map<string, number>();

	get length(): number {
		return this.#bytes.length;
	}
	byte(value: number): void {
		this.#bytes.push(value & 255);
	}
	word(value: number): void {
		this.#bytes.push((value >> 8) & 255, value & 255);
	}
	long(value: number): void {
		this.word(value >>> 16);
		this.word(value & 0xffff);
	}
	setWord(at: number, value: number): void {
		this.#bytes[at] = (value >> 8) & 255;
		this.#bytes[at + 1] = value & 255;
	}
	text(text: string): void {
		this.byte(text.length);
		for (const char of text) this.byte(char.charCodeAt(0));
	}
	/** A name; from where an earlier one ended alike, a pointer. */
	name(name: string): void {
		const labels = name.split('.').filter(Boolean);
		for (let index = 0; index < labels.length; index++) {
			const rest = labels.slice(index).join('.');
			const known = this.#names.get(rest.toLowerCase());
			if (known !== undefined) {
				this.word(0xc000 | known);
				return;
			}
			if (this.length < 0x4000) this.#names.set(rest.toLowerCase(), this.length);
			this.text(labels[index] ?? '');
		}
		this.byte(0);
	}
	bytes(): Uint8Array<ArrayBuffer> {
		return Uint8Array.from(this.#bytes);
	}
}

function writeData(writer: Writer, data: RecordData): void {
	if (data.type === 'A') for (const part of data.address.split('.')) writer.byte(Number(part));
	else if (data.type === 'TXT') writer.text(data.text);
	else if (data.type === 'SRV') {
		writer.word(data.priority);
		writer.word(data.weight);
		writer.word(data.port);
		writer.name(data.target);
	} else if (data.type === 'SOA') {
		writer.name(data.primary);
		writer.name(data.contact);
		for (const value of [data.serial, 7200, 1800, 86_400, 30]) writer.long(value);
	} else writer.name(data.target);
}

function writeRecord(writer: Writer, { name, ttl, data }: ResourceRecord): void {
	writer.name(name);
	writer.word(recordTypes[data.type]);
	writer.word(internet);
	writer.long(ttl);
	const at = writer.length;
	writer.word(0);
	writeData(writer, data);
	writer.setWord(at, writer.length - at - 2);
}

function writeOpt(writer: Writer): void {
	writer.byte(0);
	writer.word(recordTypes.OPT);
	writer.word(ednsSize);
	writer.long(0);
	writer.word(0);
}

interface Flags {
	code: number;
	truncated: boolean;
	recursionDesired: boolean;
	opcode: number;
}

function flagBits({ code, truncated, recursionDesired, opcode }: Flags): number {
	const authoritative = 0x0400;
	const recursionAvailable = 0x0080;
	return (
		0x8000 |
		(opcode << 11) |
		authoritative |
		(truncated ? 0x0200 : 0) |
		(recursionDesired ? 0x0100 : 0) |
		recursionAvailable |
		code
	);
}

function encode(query: Query, answer: Answer, truncated: boolean): Uint8Array<ArrayBuffer> {
	const writer = new Writer();
	const { id, question, edns, opcode, recursionDesired } = query;
	const { answers, authority, additional } = truncated
		? { answers: [], authority: [], additional: [] }
		: answer;
	writer.word(id);
	writer.word(flagBits({ code: answer.code, truncated, recursionDesired, opcode }));
	writer.word(1);
	writer.word(answers.length);
	writer.word(authority.length);
	writer.word(additional.length + (edns ? 1 : 0));
	writer.name(question.originalName);
	writer.word(question.type);
	writer.word(question.class);
	for (const record of [...answers, ...authority, ...additional]) writeRecord(writer, record);
	if (edns) writeOpt(writer);
	return writer.bytes();
}

/** The answer in at most `limit` bytes; without its records and marked as truncated when they do not fit. */
export function encodeAnswer(query: Query, answer: Answer, limit: number): Uint8Array<ArrayBuffer> {
	const whole = encode(query, answer, false);
	if (whole.length <= limit) return whole;
	const slim = encode(query, { ...answer, additional: [] }, false);
	return slim.length <= limit ? slim : encode(query, answer, true);
}

/** The answer to a query that could not be read. */
export function encodeFormatError(id: number): Uint8Array<ArrayBuffer> {
	const writer = new Writer();
	writer.word(id);
	writer.word(0x8000 | responseCodes.formatError);
	for (let count = 0; count < 4; count++) writer.word(0);
	return writer.bytes();
}
