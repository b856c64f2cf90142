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
/** How long a pod may take on machines that were hurt. */
const startMs = 60_000;

/** The HTTP server in front of the API server, under clients that write to its port what they like. */
export class HttpTarget implements Target {
	/** The port of a cluster of machines, in place of a server of its own. */
	readonly #cluster: number | undefined;
	#server: Server | undefined;
	#last: Bytes | undefined;
	#steps = 0;

	constructor(cluster?: number) {
		this.#cluster = cluster;
	}

	async step(random: Random): Promise<void> {
		if (this.#cluster === undefined)
			this.#server ??= await serveHttp(
				{ api: streaming(hostileApi()), door: new Door(), log: silent },
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
		if (this.#cluster !== undefined) return this.#schedules();
		if (!this.#server) return;
		await this.#answers();
		this.#server.closeIdleConnections();
		// No connection outlives its client.
		await allLeft(this.#server, patienceMs);
		this.#server.close();
	}

	get #port(): number {
		return this.#cluster ?? (this.#server?.address() as AddressInfo).port;
	}

	/** A good client is served as ever. */
	async #answers(): Promise<void> {
		const { kind } = (await this.#ask('/pods')) as { kind: string };
		if (kind !== 'PodList') throw new Error(`pods are listed as ${kind}`);
	}

	/** The machines still run what they are given. */
	async #schedules(): Promise<void> {
		const name = `after-${Date.now()}`;
		const containers = [{ name: 'main', image: 'busybox', command: ['sleep', '60'] }];
		const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { name }, spec: { containers } };
		await this.#ask('/pods', pod);
		for (const end = Date.now() + startMs; ;) {
			const { status } = (await this.#ask(`/pods/${name}`)) as { status: { phase?: string } };
			if (status.phase === 'Running') return;
			if (Date.now() > end) throw new Error(`a pod is ${status.phase} after ${startMs / 1000} s`);
			await new Promise((resolve) => setTimeout(resolve, 500));
		}
	}

	async #ask(path: string, body?: object): Promise<unknown> {
		const address = `http://127.0.0.1:${this.#port}/api/v1/namespaces/default${path}`;
		const signal = AbortSignal.timeout(patienceMs);
		const headers = { 'content-type': 'application/json' };
		const post = { method: 'POST', headers, body: JSON.stringify(body) };
		const answer = await fetch(address, { signal, ...(body ? post : {}) });
		return answer.json();
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
