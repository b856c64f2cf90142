import { concatBytes } from './bytes.ts';
import type { HttpResponse } from './http-client.ts';

const decoder = new TextDecoder('latin1');
const headMax = 64 * 1024;

/** An HTTP/1.1 answer, taken as its bytes come. */
export class HttpParser {
	readonly #bodyless: boolean;
	readonly #bodyMax: number;
	#bytes: Uint8Array<ArrayBuffer> = new Uint8Array();
	#head: { status: number; headers: Record<string, string> } | undefined;
	#body: Uint8Array<ArrayBuffer>[] = [];
	#length = 0;
	#done = false;

	constructor(bodyless: boolean, bodyMax: number) {
		this.#bodyless = bodyless;
		this.#bodyMax = bodyMax;
	}

	/** Answers true once nothing more is to come. */
	push(bytes: Uint8Array<ArrayBuffer>): boolean {
		this.#bytes = this.#bytes.length ? concatBytes([this.#bytes, bytes]) : bytes;
		if (!this.#head && !this.#readHead()) return false;
		this.#readBody();
		return this.#done;
	}

	/** The answer; throws when the connection ended in the middle of it. */
	finish(): HttpResponse {
		if (!this.#head) throw new Error(this.#bytes.length ? 'malformed HTTP response' : 'EOF');
		const open = this.#length < this.#bodyMax && !this.#done;
		if (open && (this.#expected !== undefined || this.#chunked)) throw new Error('unexpected EOF');
		return { ...this.#head, body: concatBytes(this.#body) };
	}

	get #chunked(): boolean {
		return this.#head?.headers['transfer-encoding']?.toLowerCase().includes('chunked') ?? false;
	}

	get #expected(): number | undefined {
		const length = this.#head?.headers['content-length'];
		return length === undefined ? undefined : Number(length);
	}

	#readHead(): boolean {
		const text = decoder.decode(this.#bytes.subarray(0, headMax));
		const end = text.indexOf('\r\n\r\n');
		if (end < 0) {
			if (text.length >= headMax) throw new Error('malformed HTTP response: header too long');
			return false;
		}
		const [first = '', ...lines] = text.slice(0, end).split('\r\n');
		const status = /^HTTP\/1\.[01] (\d{3})/.exec(first)?.[1];
		if (status === undefined) throw new Error(`malformed HTTP response "${first.slice(0, 60)}"`);
		this.#bytes = this.#bytes.slice(end + 4);
		/* What a server says before its answer is not the answer. */
		if (status === '100') return this.#readHead();
		this.#head = { status: Number(status), headers: readHeaders(lines) };
		return true;
	}

	#readBody(): void {
		const status = this.#head?.status ?? 0;
		if (this.#bodyless || status === 204 || status === 304) this.#done = true;
		else if (this.#chunked) while (!this.#done && this.#readChunk());
		else {
			const rest = this.#expected === undefined ? Infinity : this.#expected - this.#length;
			this.#take(Math.min(rest, this.#bytes.length));
			if (this.#expected !== undefined && this.#length >= this.#expected) this.#done = true;
		}
		if (this.#length >= this.#bodyMax) this.#done = true;
	}

	#readChunk(): boolean {
		const text = decoder.decode(this.#bytes.subarray(0, 64));
		const end = text.indexOf('\r\n');
		if (end < 0) return false;
		const size = Number.parseInt(text, 16);
		if (!Number.isFinite(size)) throw new Error('malformed chunked encoding');
		if (this.#bytes.length < end + 2 + size + 2) return false;
		this.#bytes = this.#bytes.slice(end + 2);
		this.#take(size);
		this.#bytes = this.#bytes.slice(2);
		if (size === 0) this.#done = true;
		return true;
	}

	#take(count: number): void {
		const wanted = Math.min(count, this.#bodyMax - this.#length);
		this.#body.push(this.#bytes.slice(0, wanted));
		this.#length += wanted;
		this.#bytes = this.#bytes.slice(count);
	}
}

function readHeaders(lines: string[]): Record<string, string> {
	const headers: Record<string, string> = {};
	for (const line of lines) {
		const colon = line.indexOf(':');
		if (colon <= 0) continue;
		const name = line.slice(0, colon).trim().toLowerCase();
		const value = line.slice(colon + 1).trim();
		headers[name] = name in headers ? `${headers[name]}, ${value}` : value;
	}
	return headers;
}
