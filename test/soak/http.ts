import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { ChannelMessage, Connection, Transport } from '../../src/api/transport.ts';
import type { ApiServer } from '../../src/control-plane/apiserver/api-server.ts';
import { Door } from '../../src/headless/door.ts';
import { serveHttp } from '../../src/headless/http-front.ts';
import { allowed, hostileApi, messageOf } from './api.ts';
import { hostileBytes, type Bytes } from './http-bytes.ts';
import type { Random } from './random.ts';
import type { Target } from './soak.ts';
import { allLeft, told } from './sockets.ts';

/** An answer that does not come in this time does not come at all. */
const patienceMs = 10_000;
/** A client leaves when it has heard nothing for so long: watches and upgraded connections do not end. */
const quietMs = 15;
const pauseMs = 2;

/** The HTTP server in front of the API server, under clients that write to its port what they like. */
export class HttpTarget implements Target {
	readonly #api = hostileApi();
	#server: Server | undefined;
	#last: Bytes | undefined;
	#steps = 0;

	async step(random: Random): Promise<void> {
		this.#server ??= await serveHttp(
			{ api: streaming(this.#api), door: new Door(), log: silent },
			0,
		);
		this.#last = hostileBytes(random);
		const { pieces, whole: isOwed } = this.#last;
		const firstMs = isOwed ? patienceMs : quietMs;
		const talk = { pieces, isOwed, firstMs, quietMs, betweenMs: pauseMs };
		check((await told(this.#port, talk)).text);
		if (++this.#steps % 100 === 0) await this.#answers();
	}

	describe(): string {
		const { name = '', pieces = [] } = this.#last ?? {};
		return `${name}: ${JSON.stringify(pieces.map((piece) => piece.toString('latin1'))).slice(0, 1500)}`;
	}

	async check(): Promise<void> {
		if (!this.#server) return;
		await this.#answers();
		this.#server.closeIdleConnections();
		// No connection outlives its client.
		await allLeft(this.#server, patienceMs);
		this.#server.close();
	}

	get #port(): number {
		return (this.#server?.address() as AddressInfo).port;
	}

	/** A good client is served as ever. */
	async #answers(): Promise<void> {
		const signal = AbortSignal.timeout(patienceMs);
		const path = '/api/v1/namespaces/default/pods';
		const answer = await fetch(`http://127.0.0.1:${this.#port}${path}`, { signal });
		const { kind } = (await answer.json()) as { kind: string };
		if (kind !== 'PodList') throw new Error(`pods are listed as ${kind}`);
	}
}

const silent = { warn: () => undefined };

/** The API server with one pod whose streams give back what they get. */
function streaming(api: ApiServer): Transport {
	return {
		request: (request, signal) => api.request(request, signal),
		upgrade: (request, signal) =>
			request.path.includes('/pods/streaming/')
				? Promise.resolve(echo())
				: api.upgrade(request, signal),
	};
}

function echo(): Connection {
	const channels = new TransformStream<ChannelMessage, ChannelMessage>();
	const writer = channels.writable.getWriter();
	const gone = () => undefined;
	return {
		send: (message) => writer.write(message).catch(gone),
		messages: channels.readable,
		close: () => void writer.close().catch(gone),
	};
}

/** No answer of 500 and more, other than those that upstream gives as well. */
function check(text: string): void {
	for (const { 1: status = '', index } of text.matchAll(/^HTTP\/1\.1 (5\d\d) /gm)) {
		const rest = text.slice(index);
		const body = rest.slice(rest.indexOf('\r\n\r\n') + 4);
		const message = messageOf(body.slice(0, body.lastIndexOf('}') + 1));
		if (!allowed.test(message)) throw new Error(`answered ${status}: ${message}`);
	}
}
