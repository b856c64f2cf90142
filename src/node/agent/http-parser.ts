import { setOwn } from '../../util/own.ts';
import { concatBytes } from './bytes.ts';
import { HttpError } from './http-error.ts';

type Bytes = Uint8Array<ArrayBuffer>;

export interface HttpHead {
	status: number;
	/** Names in lower case; of a name that comes twice, the values joined by `, ` (`set-cookie`: by a line break). */
	headers: Record<string, string>;
}

const decoder = new TextDecoder('latin1');
const headMax = 64 * 1024;
const lineMax = 4096;

const malformed = (what: string) => new HttpError('EPROTO', `malformed ${what}`);

/** Where the reader of a chunked body is. */
type ChunkState = 'size' | 'data' | 'after' | 'trailers';

/** An HTTP/1.1 answer, taken as its bytes come. */
export class HttpParser {
	readonly #bodyless: boolean;
	#bytes: Bytes = new Uint8Array();
	#head: HttpHead | undefined;
	/** Bytes of the body, or of the chunk, that are still to come; undefined: until the connection ends. */
	#left: number | undefined;
	#chunks: ChunkState | undefined;
	#done = false;

	constructor(bodyless: boolean) {
		this.#bodyless = bodyless;
	}

	/** Status and headers, once they are there. */
	get head(): HttpHead | undefined {
		return this.#head;
	}

	/** Whether nothing more is to come. */
	get done(): boolean {
		return this.#done;
	}

	/** Answers the pieces of the body that were in these bytes; throws HttpError `EPROTO` for what is no HTTP. */
	push(bytes: Bytes): Bytes[] {
		this.#bytes = this.#bytes.length > 0 ? concatBytes([this.#bytes, bytes]) : bytes;
		if (!this.#head && !this.#readHead()) return [];
		const pieces: Bytes[] = [];
		while (!this.#done && this.#step(pieces));
		return pieces;
	}

	/** The connection has ended: throws when that was in the middle of the answer. */
	end(): void {
		if (!this.#head)
			throw this.#bytes.length > 0 ? malformed('HTTP response') : new HttpError('EOF', 'EOF');
		if (!this.#done && (this.#chunks ?? this.#left) !== undefined)
			throw new HttpError('EOF', 'unexpected EOF');
		this.#done = true;
	}

	#readHead(): boolean {
		const text = decoder.decode(this.#bytes.subarray(0, headMax));
		const end = text.indexOf('\r\n\r\n');
		if (end < 0) {
			if (text.length >= headMax) throw malformed('HTTP response: header too long');
			return false;
		}
		const [first = '', ...lines] = text.slice(0, end).split('\r\n');
		const status = Number(/^HTTP\/1\.[01] (\d{3})/.exec(first)?.[1]);
		if (Number.isNaN(status)) throw malformed(`HTTP response "${first.slice(0, 60)}"`);
		this.#bytes = this.#bytes.slice(end + 4);
		/* What a server says before its answer is not the answer. */
		if (status < 200) return this.#readHead();
		this.#head = { status, headers: readHeaders(lines) };
		this.#begin(this.#head);
		return true;
	}

	/** How the end of the body will be known. */
	#begin({ status, headers }: HttpHead): void {
		const length = headers['content-length'];
		if (this.#bodyless || status === 204 || status === 304) this.#done = true;
		else if (headers['transfer-encoding']?.toLowerCase().includes('chunked')) this.#chunks = 'size';
		else if (length !== undefined) {
			if (!/^\d{1,15}$/.test(length)) throw malformed('HTTP response: bad Content-Length');
			this.#left = Number(length);
			this.#done = this.#left === 0;
		}
	}

	/** Takes what the bytes at hand allow; false when more are needed. */
	#step(pieces: Bytes[]): boolean {
		switch (this.#chunks) {
			case 'size':
				return this.#readSize();
			case 'after':
				return this.#readLine() !== undefined && this.#go('size');
			case 'trailers':
				return this.#readTrailer();
			default:
				return this.#readData(pieces);
		}
	}

	#readData(pieces: Bytes[]): boolean {
		const count = Math.min(this.#left ?? Infinity, this.#bytes.length);
		if (count === 0) return false;
		pieces.push(this.#bytes.slice(0, count));
		this.#bytes = this.#bytes.slice(count);
		if (this.#left === undefined) return false;
		this.#left -= count;
		if (this.#left > 0) return false;
		if (this.#chunks) return this.#go('after');
		this.#done = true;
		return false;
	}

	#readSize(): boolean {
		const line = this.#readLine();
		if (line === undefined) return false;
		const size = /^\s*([0-9a-f]{1,12})\s*(?:;|$)/i.exec(line)?.[1];
		if (size === undefined) throw malformed('chunked encoding');
		this.#left = Number.parseInt(size, 16);
		return this.#go(this.#left === 0 ? 'trailers' : 'data');
	}

	#readTrailer(): boolean {
		const line = this.#readLine();
		if (line === '') this.#done = true;
		return line !== undefined && line !== '';
	}

	#readLine(): string | undefined {
		const text = decoder.decode(this.#bytes.subarray(0, lineMax));
		const end = text.indexOf('\r\n');
		if (end < 0) {
			if (text.length >= lineMax) throw malformed('chunked encoding');
			return undefined;
		}
		this.#bytes = this.#bytes.slice(end + 2);
		return text.slice(0, end);
	}

	#go(state: ChunkState): true {
		this.#chunks = state;
		return true;
	}
}

function readHeaders(lines: string[]): Record<string, string> {
	const headers: Record<string, string> = {};
	for (const line of lines) {
		const colon = line.indexOf(':');
		if (colon <= 0) continue;
		const name = line.slice(0, colon).trim().toLowerCase();
		const value = line.slice(colon + 1).trim();
		// A cookie's date has commas of its own.
		const between = name === 'set-cookie' ? '\n' : ', ';
		const twice = Object.hasOwn(headers, name) && !isSameLength(name, headers[name], value);
		if (twice) headers[name] += between + value;
		else setOwn(headers, name, value);
	}
	return headers;
}

/** A length that is said twice is one; two lengths are none, as RFC 9112 has it. */
function isSameLength(name: string, before: string | undefined, value: string): boolean {
	return name === 'content-length' && before === value;
}
