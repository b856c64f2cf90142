import type { Body, ChannelMessage, HttpRequest, Transport } from '../api/transport.ts';
import { Credits } from './flow.ts';
import {
	listen,
	ownBytes,
	toWire,
	window,
	type Payload,
	type Port,
	type PortBody,
	type PortMessage,
} from './port-protocol.ts';

/** Answers the requests that arrive at a port; returns the way to stop, which aborts what is open. */
export function servePort(port: Port, transport: Transport): () => void {
	const open = new Map<number, ServedExchange>();
	const stop = () => {
		unlisten();
		for (const exchange of [...open.values()]) exchange.abort();
	};
	const receive = (message: PortMessage) => {
		if (message.kind !== 'request' && message.kind !== 'upgrade') {
			open.get(message.id)?.receive(message);
			return;
		}
		const { id } = message;
		const exchange = new ServedExchange(transport, (body, transfer) =>
			port.postMessage({ rpc: 'http', to: 'client', id, ...body }, transfer),
		);
		open.set(id, exchange);
		// What cannot be posted cannot be told either: the exchange is over.
		exchange
			.serve(message.kind, message.request)
			.catch(() => exchange.abort())
			.finally(() => open.delete(id));
	};
	const unlisten = listen(port, 'server', receive, () => stop());
	return stop;
}

/** One request from its arrival to the end of its stream. */
class ServedExchange {
	readonly #transport: Transport;
	readonly #post: (body: PortBody, transfer: ArrayBuffer[]) => void;
	readonly #controller = new AbortController();
	readonly #credits = new Credits(window);
	#sink: ((message: ChannelMessage) => Promise<void>) | undefined;

	constructor(transport: Transport, post: (body: PortBody, transfer: ArrayBuffer[]) => void) {
		this.#transport = transport;
		this.#post = post;
	}
	async serve(kind: 'request' | 'upgrade', request: HttpRequest): Promise<void> {
		try {
			if (kind === 'request') await this.#respond(request);
			else await this.#connect(request);
		} catch (error) {
			this.#answer({ kind: 'refused', error: toWire(error) });
		}
	}
	receive(message: PortMessage): void {
		if (message.kind === 'abort') this.abort();
		else if (message.kind === 'credit') this.#credits.give(message.count);
		else if (message.kind === 'data') this.#deliver(message.data as ChannelMessage);
	}
	abort(): void {
		const error = new DOMException('The client has gone away.', 'AbortError');
		this.#controller.abort(error);
		this.#credits.close(error);
	}
	async #respond(request: HttpRequest): Promise<void> {
		const response = await this.#transport.request(request, this.#controller.signal);
		const { status, headers, body } = response;
		if (typeof body === 'string' || body instanceof Uint8Array) {
			const { data, transfer } = ownBytes(body);
			this.#answer({ kind: 'response', status, headers, body: data as typeof body }, transfer);
			return;
		}
		this.#answer({ kind: 'response', status, headers });
		await this.#pump(body);
	}
	async #connect(request: HttpRequest): Promise<void> {
		const connection = await this.#transport.upgrade(request, this.#controller.signal);
		const close = () => connection.close();
		this.#controller.signal.addEventListener('abort', close, { once: true });
		if (this.#controller.signal.aborted) return close();
		this.#sink = (message) => connection.send(message);
		this.#answer({ kind: 'upgraded' });
		await this.#pump(connection.messages);
		connection.close();
	}
	/** Sends what a stream gives as fast as the receiver takes it. */
	async #pump(stream: Exclude<Body, string | Uint8Array> | AsyncIterable<Payload>): Promise<void> {
		const iterator: AsyncIterator<Payload> = stream[Symbol.asyncIterator]();
		try {
			for (;;) {
				const next = await this.#untilAbort(iterator.next());
				if (next.done) break;
				await this.#credits.take();
				const { data, transfer } = ownBytes(next.value);
				this.#answer({ kind: 'data', data }, transfer);
			}
			this.#answer({ kind: 'end' });
		} catch (error) {
			if (this.#controller.signal.aborted) iterator.return?.().catch(() => undefined);
			else this.#answer({ kind: 'end', error: toWire(error) });
		}
	}
	#untilAbort<T>(promise: Promise<T>): Promise<T> {
		const { signal } = this.#controller;
		return new Promise((resolve, reject) => {
			const fail = () => reject(signal.reason as Error);
			if (signal.aborted) fail();
			signal.addEventListener('abort', fail, { once: true });
			promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', fail));
		});
	}
	#deliver(message: ChannelMessage): void {
		this.#sink?.(message)
			.then(() => this.#answer({ kind: 'credit', count: 1 }))
			.catch(() => this.abort());
	}
	#answer(body: PortBody, transfer: ArrayBuffer[] = []): void {
		if (!this.#controller.signal.aborted) this.#post(body, transfer);
	}
}
