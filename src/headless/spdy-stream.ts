/** Data frames of ours stay small enough for any reader's buffer. */
const maxData = 16 << 10;

/** `undefined` is the client's FIN. */
export type Chunk = Uint8Array<ArrayBuffer> | undefined;

/** One stream that the client opened. */
export class SpdyStream {
	readonly id: number;
	/** Lower-case names. */
	readonly headers: ReadonlyMap<string, string>;
	readonly #write: (data: Uint8Array, fin: boolean) => Promise<void>;
	#onData: ((data: Chunk) => Promise<void>) | undefined;
	#early: { data: Chunk; taken: (taking: Promise<void>) => void }[] = [];

	constructor(
		id: number,
		headers: ReadonlyMap<string, string>,
		write: (data: Uint8Array, fin: boolean) => Promise<void>,
	) {
		this.id = id;
		this.headers = headers;
		this.#write = write;
	}

	/** The listener settles when it has room again; what came before it is kept. */
	onData(listener: (data: Chunk) => Promise<void>): void {
		this.#onData = listener;
		for (const { data, taken } of this.#early.splice(0)) taken(listener(data));
	}

	/** Settles when the listener has taken it. */
	receive(data: Chunk): Promise<void> {
		if (this.#onData) return this.#onData(data);
		return new Promise((taken) => this.#early.push({ data, taken }));
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
