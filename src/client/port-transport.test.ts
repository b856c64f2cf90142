import { afterEach, describe, expect, it } from 'vitest';
import type { ChannelMessage, Connection, HttpResponse, Transport } from '../api/transport.ts';
import { bodyText } from './body.ts';
import { EngineError } from './engine-error.ts';
import { portTransport, servePort } from './port-transport.ts';
import { forbidden, StatusError } from './status.ts';

const cleanups: (() => void)[] = [];
afterEach(() => {
	for (const cleanup of cleanups.splice(0)) cleanup();
});

function ports(): MessageChannel {
	const channel = new MessageChannel();
	cleanups.push(() => {
		channel.port1.close();
		channel.port2.close();
	});
	return channel;
}

function transport(parts: Partial<Transport>): Transport {
	return {
		request: () => Promise.reject(new Error('no requests')),
		upgrade: () => Promise.reject(new Error('no upgrades')),
		...parts,
	};
}

function answering(body: HttpResponse['body']): Transport {
	return transport({ request: async () => ({ status: 200, headers: { a: 'b' }, body }) });
}

const turns = (count: number) => new Promise((resolve) => setTimeout(resolve, count));

describe('requests over a port', () => {
	it('carries method, path, headers and body both ways', async () => {
		const { port1, port2 } = ports();
		servePort(
			port2,
			transport({
				request: async (request) => ({
					status: 201,
					headers: { x: '1' },
					body: JSON.stringify(request),
				}),
			}),
		);
		const request = {
			method: 'POST',
			path: '/api/v1/pods?x=1',
			headers: { accept: 'y' },
			body: '{}',
		};
		const response = await portTransport(port1).request(request);
		expect(response.status).toBe(201);
		expect(response.headers).toEqual({ x: '1' });
		expect(JSON.parse(await bodyText(response.body))).toEqual(request);
	});
	it('serves both directions of one port at once', async () => {
		const { port1, port2 } = ports();
		servePort(port1, answering('from one'));
		servePort(port2, answering('from two'));
		const request = { method: 'GET', path: '/' };
		const [two, one] = await Promise.all([
			portTransport(port1).request(request),
			portTransport(port2).request(request),
		]);
		expect(two.body).toBe('from two');
		expect(one.body).toBe('from one');
	});
	it('streams a body and ends it', async () => {
		const { port1, port2 } = ports();
		async function* lines() {
			for (let i = 0; i < 200; i++) yield `${i}\n`;
		}
		servePort(port2, answering(lines()));
		const { body } = await portTransport(port1).request({ method: 'GET', path: '/' });
		const text = await bodyText(body);
		expect(text.split('\n')).toHaveLength(201);
		expect(text.startsWith('0\n1\n2\n')).toBe(true);
	});
	it('sends only what there is room for', async () => {
		const { port1, port2 } = ports();
		let sent = 0;
		async function* endless() {
			for (;;) {
				sent++;
				yield new Uint8Array(1000);
			}
		}
		servePort(port2, answering(endless()));
		const response = await portTransport(port1).request({ method: 'GET', path: '/' });
		const body = response.body as AsyncIterable<Uint8Array>;
		const iterator = body[Symbol.asyncIterator]();
		await iterator.next();
		await turns(20);
		expect(sent).toBeLessThan(40);
		const before = sent;
		for (let i = 0; i < 10; i++) await iterator.next();
		await turns(20);
		expect(sent).toBe(before + 10);
		await iterator.return?.();
	});
	it('tells the server when the reader stops', async () => {
		const { port1, port2 } = ports();
		const stopped = new Promise<unknown>((resolve) => {
			servePort(
				port2,
				transport({
					request: async (_request, signal) => {
						signal?.addEventListener('abort', () => resolve(signal.reason));
						async function* silence() {
							yield 'first';
							await new Promise(() => undefined);
						}
						return { status: 200, headers: {}, body: silence() };
					},
				}),
			);
		});
		const { body } = await portTransport(port1).request({ method: 'GET', path: '/' });
		for await (const chunk of body as AsyncIterable<string>) {
			expect(chunk).toBe('first');
			break;
		}
		expect(await stopped).toMatchObject({ name: 'AbortError' });
	});
	it('aborts a stream with the reason of the signal', async () => {
		const { port1, port2 } = ports();
		async function* silence() {
			yield 'first';
			await new Promise(() => undefined);
		}
		servePort(port2, answering(silence()));
		const controller = new AbortController();
		const request = { method: 'GET', path: '/' };
		const { body } = await portTransport(port1).request(request, controller.signal);
		const iterator = (body as AsyncIterable<string>)[Symbol.asyncIterator]();
		await iterator.next();
		const next = iterator.next();
		controller.abort(new Error('enough'));
		await expect(next).rejects.toThrow('enough');
	});
	it('keeps the class and fields of errors', async () => {
		const { port1, port2 } = ports();
		servePort(
			port2,
			transport({
				request: () => Promise.reject(new EngineError(404, 'No such container: x')),
				upgrade: () => Promise.reject(forbidden({ group: '', resource: 'pods' }, 'p', 'no')),
			}),
		);
		const client = portTransport(port1);
		const request = { method: 'GET', path: '/' };
		await expect(client.request(request)).rejects.toSatisfy(
			(error) => error instanceof EngineError && error.status === 404,
		);
		await expect(client.upgrade(request)).rejects.toSatisfy(
			(error) => error instanceof StatusError && error.code === 403,
		);
	});
	it('rejects everything when the port is lost', async () => {
		const { port1, port2 } = ports();
		async function* silence() {
			yield 'first';
			await new Promise(() => undefined);
		}
		let calls = 0;
		servePort(
			port2,
			transport({
				request: () =>
					calls++
						? new Promise(() => undefined)
						: Promise.resolve({ status: 200, headers: {}, body: silence() }),
			}),
		);
		const client = portTransport(port1);
		const { body } = await client.request({ method: 'GET', path: '/' });
		const iterator = (body as AsyncIterable<string>)[Symbol.asyncIterator]();
		await iterator.next();
		const stream = expect(iterator.next()).rejects.toThrow('connection lost');
		const request = expect(client.request({ method: 'GET', path: '/' })).rejects.toThrow(
			'connection lost',
		);
		port2.close();
		await Promise.all([stream, request]);
		await expect(client.request({ method: 'GET', path: '/' })).rejects.toThrow('connection lost');
	});
	it('never takes along bytes outside a view', async () => {
		const { port1, port2 } = ports();
		const all = new Uint8Array([1, 2, 3, 4, 5]);
		servePort(port2, answering(all.subarray(1, 3)));
		const { body } = await portTransport(port1).request({ method: 'GET', path: '/' });
		expect(body).toEqual(new Uint8Array([2, 3]));
		expect((body as Uint8Array).buffer.byteLength).toBe(2);
		expect(all.byteLength).toBe(5);
	});
});

/** Echoes channel 0 on channel 1, and closes when channel 0 ends. */
function echo(): Transport {
	return transport({
		upgrade: async () => {
			const queue: ChannelMessage[] = [];
			let wake = () => {};
			let open = true;
			async function* messages() {
				while (open || queue.length) {
					const next = queue.shift();
					if (next) yield next;
					else await new Promise<void>((resolve) => (wake = resolve));
				}
			}
			const connection: Connection = {
				messages: messages(),
				send: async ({ data }) => {
					if (data) queue.push({ channel: 1, data });
					else open = false;
					wake();
				},
				close: () => {
					open = false;
					wake();
				},
			};
			return connection;
		},
	});
}

describe('upgraded connections over a port', () => {
	it('carries channels both ways and ends', async () => {
		const { port1, port2 } = ports();
		servePort(port2, echo());
		const connection = await portTransport(port1).upgrade({ method: 'GET', path: '/exec' });
		await connection.send({ channel: 0, data: new TextEncoder().encode('hello') });
		await connection.send({ channel: 0, data: undefined });
		const received: string[] = [];
		for await (const { channel, data } of connection.messages)
			received.push(`${channel}:${new TextDecoder().decode(data)}`);
		expect(received).toEqual(['1:hello']);
		await expect(connection.send({ channel: 0, data: undefined })).rejects.toThrow('closed');
	});
	it('waits with sending until the server has room', async () => {
		const { port1, port2 } = ports();
		let taken = 0;
		let release = () => {};
		const gate = new Promise<void>((resolve) => (release = resolve));
		servePort(
			port2,
			transport({
				upgrade: async () => ({
					messages: (async function* () {
						await gate;
						yield { channel: 3, data: undefined };
					})(),
					send: async () => {
						taken++;
						await gate;
					},
					close: () => undefined,
				}),
			}),
		);
		const connection = await portTransport(port1).upgrade({ method: 'GET', path: '/exec' });
		let sent = 0;
		const all = (async () => {
			for (let i = 0; i < 100; i++) {
				await connection.send({ channel: 0, data: new Uint8Array([i]) });
				sent++;
			}
		})().catch(() => undefined);
		await turns(20);
		expect(sent).toBeLessThan(100);
		release();
		await all;
		expect(taken).toBeGreaterThan(sent - 40);
	});
});
