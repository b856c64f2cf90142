import type {
	ChannelMessage,
	Connection,
	HttpRequest,
	HttpResponse,
	Transport,
} from '../api/transport.ts';
import { Credits, Inbox } from './flow.ts';
import {
	fromWire,
	listen,
	ownBytes,
	window,
	type Payload,
	type Port,
	type PortBody,
	type PortMessage,
} from './port-protocol.ts';

export { servePort } from './serve-port.ts';

/** A transport over a port, and the way to give it up. */
export interface PortTransport extends Transport {
	/** Rejects everything that is open: for an owner who knows that the other side is gone. */
	close(reason?: Error): void;
}

/** One exchange of the client's side, from the request to the end of its stream. */
interface Exchange {
	onMessage(message: PortMessage): void;
	fail(error: Error): void;
}

/** Sends requests through a port to a {@link servePort} at its other end. */
export function portTransport(port: Port): PortTransport {
	return new PortClient(port);
}

class PortClient implements PortTransport {
	readonly #port: Port;
	readonly #exchanges = new Map<number, Exchange>();
	readonly #stop: () => void;
	#nextId = 1;
	#closed: Error | undefined;

	constructor(port: Port) {
		this.#port = port;
		this.#stop = listen(
			port,
			'client',
			(message) => this.#exchanges.get(message.id)?.onMessage(message),
			() => this.close(new Error('connection lost: the port was closed')),
		);
	}
	request(request: HttpRequest, signal?: AbortSignal): Promise<HttpResponse> {
		return this.#open((exchange, resolve, reject) => {
			exchange.onMessage = (message) => {
				if (message.kind === 'refused') reject(fromMessage(message));
				else if (message.kind === 'response') resolve(this.#response(message, exchange));
			};
			exchange.post({ kind: 'request', request });
		}, signal);
	}
	upgrade(request: HttpRequest, signal?: AbortSignal): Promise<Connection> {
		return this.#open((exchange, resolve, reject) => {
			exchange.onMessage = (message) => {
				if (message.kind === 'refused') reject(fromMessage(message));
				else if (message.kind === 'upgraded') resolve(this.#connection(exchange));
			};
			exchange.post({ kind: 'upgrade', request });
		}, signal);
	}
	close(reason = new Error('connection closed')): void {
		if (this.#closed) return;
		this.#closed = reason;
		this.#stop();
		for (const exchange of [...this.#exchanges.values()]) exchange.fail(reason);
		this.#exchanges.clear();
	}
	#open<R>(
		begin: (
			exchange: PendingExchange,
			resolve: (value: R) => void,
			reject: (error: Error) => void,
		) => void,
		signal: AbortSignal | undefined,
	): Promise<R> {
		return new Promise((resolve, reject) => {
			if (this.#closed) return reject(this.#closed);
			if (signal?.aborted) return reject(signal.reason as Error);
			const id = this.#nextId++;
			const exchange = new PendingExchange(
				(body, transfer) => this.#post(id, body, transfer),
				() => this.#exchanges.delete(id),
				signal,
			);
			exchange.fail = (error) => {
				exchange.done();
				reject(error);
			};
			this.#exchanges.set(id, exchange);
			const refuse = (error: Error) => exchange.fail(error);
			begin(exchange, resolve, refuse);
		});
	}
	#post(id: number, body: PortBody, transfer: ArrayBuffer[]): void {
		this.#port.postMessage({ rpc: 'http', to: 'server', id, ...body }, transfer);
	}
	#response(
		message: Extract<PortMessage, { kind: 'response' }>,
		exchange: PendingExchange,
	): HttpResponse {
		const { status, headers, body } = message;
		if (body === undefined)
			return { status, headers, body: inboxOf<string | Uint8Array<ArrayBuffer>>(exchange) };
		exchange.done();
		return { status, headers, body };
	}
	#connection(exchange: PendingExchange): Connection {
		const credits = new Credits(window);
		const messages = inboxOf<ChannelMessage>(exchange, credits);
		return {
			messages,
			send: async (message) => {
				await credits.take();
				exchange.send(message);
			},
			close: () => {
				messages.return().catch(() => undefined);
			},
		};
	}
}

class PendingExchange implements Exchange {
	readonly #post: (body: PortBody, transfer: ArrayBuffer[]) => void;
	readonly #onDone: () => void;
	readonly #signal: AbortSignal | undefined;
	readonly #onAbort = () => {
		this.abort();
		this.fail(this.#signal?.reason as Error);
	};
	onMessage: (message: PortMessage) => void = () => undefined;
	fail: (error: Error) => void = () => undefined;

	constructor(
		post: (body: PortBody, transfer: ArrayBuffer[]) => void,
		onDone: () => void,
		signal: AbortSignal | undefined,
	) {
		this.#post = post;
		this.#onDone = onDone;
		this.#signal = signal;
		signal?.addEventListener('abort', this.#onAbort, { once: true });
	}
	post(body: PortBody): void {
		this.#post(body, []);
	}
	send(payload: Payload): void {
		const { data, transfer } = ownBytes(payload);
		this.#post({ kind: 'data', data }, transfer);
	}
	abort(): void {
		this.post({ kind: 'abort' });
	}
	done(): void {
		this.#signal?.removeEventListener('abort', this.#onAbort);
		this.#onDone();
	}
}

/** Turns an answered exchange into a stream: items grant credit when taken, stopping early aborts. */
function inboxOf<T extends Payload>(exchange: PendingExchange, credits?: Credits): Inbox<T> {
	const inbox = new Inbox<T>(
		() => exchange.post({ kind: 'credit', count: 1 }),
		() => {
			credits?.close(new Error('connection closed'));
			exchange.abort();
			exchange.done();
		},
	);
	exchange.fail = (error) => {
		exchange.done();
		credits?.close(error);
		inbox.fail(error);
	};
	exchange.onMessage = (message) => {
		if (message.kind === 'data') inbox.push(message.data as T);
		else if (message.kind === 'credit') credits?.give(message.count);
		else if (message.kind === 'end' && message.error) exchange.fail(fromWire(message.error));
		else if (message.kind === 'end') {
			exchange.done();
			credits?.close(new Error('connection closed'));
			inbox.end();
		}
	};
	return inbox;
}

function fromMessage(message: { error?: Parameters<typeof fromWire>[0] }): Error {
	return message.error ? fromWire(message.error) : new Error('refused');
}
