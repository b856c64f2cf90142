import type { Connection, HttpResponse, Transport } from '../api/transport.ts';

/** The error for what cannot pass, by the errno with which a connection would fail. */
type Refusal = (errno: string) => Error;

/**
 * The node's connections to its API server and from it. They need no card to pass, but where the guest's
 * kernel has no way to the other side, neither have they: what is open breaks, and what begins is refused.
 */
export class ApiLink {
	readonly #open = new Set<(errno: string) => void>();
	#errno: string | undefined;

	/** The errno of the kernel; undefined while it has a way. */
	set(errno: string | undefined): void {
		const wasUp = this.#errno === undefined;
		this.#errno = errno;
		if (wasUp && errno !== undefined) for (const cut of [...this.#open]) cut(errno);
	}

	/** The same transport as long as the link is up; `refusal` is what its users are told otherwise. */
	through(transport: Transport, refusal: Refusal): Transport {
		return {
			request: async (request, signal) => {
				const answer = () => transport.request(request, signal);
				const response = await this.#pass(answer, refusal, closeBody);
				const { body } = response;
				if (typeof body === 'string' || body instanceof Uint8Array) return response;
				return { ...response, body: this.#stream(body, refusal) };
			},
			upgrade: async (request, signal) => {
				const upgraded = () => transport.upgrade(request, signal);
				const connection = await this.#pass(upgraded, refusal, (late) => late.close());
				return this.#connection(connection, refusal);
			},
		};
	}

	#connection(connection: Connection, refusal: Refusal): Connection {
		return {
			messages: this.#stream(connection.messages, refusal),
			send: (message) => this.#pass(() => connection.send(message), refusal),
			close: () => connection.close(),
		};
	}

	#stream<T>(source: AsyncIterable<T>, refusal: Refusal): AsyncIterableIterator<T, undefined> {
		const iterator = source[Symbol.asyncIterator]();
		const stop = async () => {
			await iterator.return?.();
			return { done: true as const, value: undefined };
		};
		const stream = {
			next: async () => {
				try {
					return await this.#pass(() => iterator.next(), refusal);
				} catch (error) {
					stop().catch(() => undefined);
					throw error;
				}
			},
			return: stop,
			[Symbol.asyncIterator]: () => stream,
		};
		return stream;
	}

	/** What comes after the cut comes too late: `drop` closes it. */
	#pass<T>(work: () => Promise<T>, refusal: Refusal, drop?: (late: T) => void): Promise<T> {
		if (this.#errno !== undefined) return Promise.reject(refusal(this.#errno));
		return new Promise((resolve, reject) => {
			let isCut = false;
			const cut = (errno: string) => {
				isCut = true;
				this.#open.delete(cut);
				reject(refusal(errno));
			};
			this.#open.add(cut);
			work()
				.then((value) => (isCut ? drop?.(value) : resolve(value)), reject)
				.finally(() => this.#open.delete(cut));
		});
	}
}

function closeBody({ body }: HttpResponse): void {
	if (typeof body === 'string' || body instanceof Uint8Array) return;
	// Nobody reads it any more: how it closes is of no interest.
	body[Symbol.asyncIterator]()
		.return?.()
		.catch(() => undefined);
}
