import { request as httpRequest, type IncomingMessage, type Server } from 'node:http';
import { connect as connectTo, type AddressInfo } from 'node:net';
import { createDeflate, constants } from 'node:zlib';
import { afterEach, expect, it, vi } from 'vitest';
import WebSocket from 'ws';
import { dataFrame, SpdyWriter } from '../../test/soak/spdy-frames.ts';
import type {
	ChannelMessage,
	Connection,
	HttpRequest,
	HttpResponse,
	Transport,
} from '../api/transport.ts';
import { serveDocker } from './docker-front.ts';
import { Door, type Guests } from './door.ts';
import { serveHttp } from './http-front.ts';
import { spdyDictionary } from './spdy-dictionary.ts';

/** An API that keeps what it is asked, and whose upgraded connections are driven by the test. */
class FakeApi implements Transport {
	readonly requests: HttpRequest[] = [];
	readonly sent: ChannelMessage[] = [];
	readonly closed = vi.fn();
	answer: Promise<HttpResponse> | undefined;
	/** What is sent is taken then. */
	taking = Promise.resolve();
	#lose: (error: Error) => void = () => undefined;

	async request(request: HttpRequest) {
		this.requests.push(request);
		if (this.answer) return this.answer;
		return { status: 200, headers: { 'content-type': 'application/json' }, body: '{}' };
	}
	async upgrade(request: HttpRequest): Promise<Connection> {
		this.requests.push(request);
		const lost = new Promise<never>((_, reject) => (this.#lose = reject));
		lost.catch(() => undefined);
		return {
			send: (message) => {
				this.sent.push(message);
				return this.taking;
			},
			messages: (async function* () {
				await lost;
			})(),
			close: () => {
				this.closed();
				this.#lose(new Error('closed'));
			},
		};
	}
	lose(why: string): void {
		this.#lose(new Error(why));
	}
}

const log = { warn: vi.fn() };
const servers: Server[] = [];
afterEach(() => {
	for (const server of servers.splice(0)) {
		server.closeAllConnections();
		server.close();
	}
	log.warn.mockClear();
});

async function served(guests?: Guests, serve = serveHttp) {
	const api = new FakeApi();
	const server = await serve({ api, door: new Door(guests), log }, 0);
	servers.push(server);
	return { api, port: (server.address() as AddressInfo).port };
}

interface Answer {
	status: number;
	body: string;
	headers: IncomingMessage['headers'];
}

function ask(
	port: number,
	headers: Record<string, string>,
	{ method = 'GET', body = '' } = {},
): Promise<Answer> {
	return new Promise((resolve, reject) => {
		const asking = httpRequest(
			{ port, host: '127.0.0.1', method, headers, path: '/api' },
			(from) => {
				let text = '';
				from.on('data', (chunk) => (text += chunk));
				from.on('end', () =>
					resolve({ status: from.statusCode ?? 0, body: text, headers: from.headers }),
				);
			},
		);
		asking.on('error', reject);
		asking.end(body);
	});
}

it.each([
	'localhost',
	'LOCALHOST:1',
	'api.moby.localhost',
	'127.0.0.1:6443',
	'127.9.8.7',
	'[::1]:80',
	'allowed.example',
	'allowed.example:8080',
])('answers a request for the host %s', async (host) => {
	const { port } = await served({ hosts: ['allowed.example'], origins: [] });
	expect((await ask(port, { host })).status).toBe(200);
});

it.each([
	'evil.example',
	'127.0.0.1.evil.example',
	'localhost.evil.example',
	'evil.example#localhost',
	'[::2]',
	'128.0.0.1',
	'notlocalhost',
])('refuses the host "%s" and says why', async (host) => {
	const { api, port } = await served();
	const { status, body } = await ask(port, { host });
	expect(status).toBe(403);
	expect(JSON.parse(body)).toMatchObject({ kind: 'Status', reason: 'Forbidden', code: 403 });
	expect(body).toContain('--allow-host');
	expect(api.requests).toEqual([]);
});

it.each([
	[{ origin: 'https://evil.example' }],
	[{ origin: 'null' }],
	[{ origin: 'http://localhost:1' }],
	[{ 'sec-fetch-site': 'cross-site' }],
])('refuses a page with %j on every method, and its upgrades', async (headers) => {
	const { api, port } = await served();
	for (const method of ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'])
		expect((await ask(port, headers, { method })).status, method).toBe(403);
	const url = `ws://127.0.0.1:${port}/exec`;
	const socket = new WebSocket(url, ['v5.channel.k8s.io'], { headers });
	const [error] = await event(socket, 'error');
	expect(String(error)).toContain('403');
	expect(api.requests).toEqual([]);
});

it('lets the pages of a named origin in, and answers the question before', async () => {
	const origin = 'https://pages.example';
	const { port } = await served({ hosts: [], origins: [origin] });
	const asked = await ask(
		port,
		{
			origin,
			'access-control-request-method': 'PATCH',
			'access-control-request-headers': 'content-type',
		},
		{ method: 'OPTIONS' },
	);
	expect(asked.status).toBe(204);
	expect(asked.headers).toMatchObject({
		'access-control-allow-origin': origin,
		'access-control-allow-methods': expect.stringContaining('PATCH') as string,
		'access-control-allow-headers': 'content-type',
		vary: 'Origin',
	});
	const answered = await ask(port, { origin, 'sec-fetch-site': 'cross-site' });
	expect(answered.status).toBe(200);
	expect(answered.headers['access-control-allow-origin']).toBe(origin);
	expect((await ask(port, {})).headers['access-control-allow-origin']).toBeUndefined();
});

it.each([
	'text/plain',
	'text/plain; x=application/json',
	'multipart/form-data; boundary=x',
	'Application/X-WWW-form-urlencoded',
	'',
])('takes no body of the type "%s"', async (type) => {
	for (const serve of [serveHttp, serveDocker]) {
		const { api, port } = await served(undefined, serve);
		const headers: Record<string, string> = type === '' ? {} : { 'content-type': type };
		const { status, body } = await ask(port, headers, { method: 'POST', body: '{}' });
		expect(status).toBe(415);
		expect((JSON.parse(body) as { message: string }).message).toContain('any web page');
		expect(api.requests).toEqual([]);
		// docker names this type when there is no body at all.
		expect((await ask(port, headers, { method: 'POST' })).status).toBe(200);
	}
});

it('tells that a body is too large in the words of Kubernetes, and closes that connection', async () => {
	const { api, port } = await served();
	const type = { 'content-type': 'application/json' };
	const big = 'x'.repeat((3 << 20) + 1);
	const message = 'Request entity too large: limit is 3145728';
	for (const headers of [type, { ...type, 'transfer-encoding': 'chunked' }]) {
		const refused = await ask(port, headers, { method: 'POST', body: big });
		expect(refused.status).toBe(413);
		expect(JSON.parse(refused.body)).toMatchObject({ message, reason: 'RequestEntityTooLarge' });
		expect(refused.headers.connection).toBe('close');
	}
	const most = await ask(port, type, { method: 'POST', body: big.slice(1) });
	expect(most.status).toBe(200);
	expect(api.requests).toHaveLength(1);
});

it('goes on after each kind of broken upgrade', async () => {
	for (const serve of [serveHttp, serveDocker]) {
		const { port } = await served(undefined, serve);
		for (const lines of [
			['Upgrade: websocket', 'Sec-WebSocket-Protocol: v5.channel.k8s.io'],
			[
				'Upgrade: websocket',
				'Sec-WebSocket-Version: 13',
				'Sec-WebSocket-Key: x',
				'Sec-WebSocket-Protocol: ,',
			],
			['Upgrade: SPDY/3.1', 'X-Stream-Protocol-Version: v4.channel.k8s.io'],
			['Upgrade: SPDY/3.1', 'X-Stream-Protocol-Version: portforward.k8s.io'],
			['Upgrade: tcp', 'Content-Length: 10', 'Content-Type: application/json'],
			['Upgrade: tcp', 'Content-Length: 99999999'],
			['Upgrade: h2c'],
		])
			await knock(port, ['Host: localhost', 'Connection: Upgrade', ...lines], '\0\0\0\0garbage');
		expect((await ask(port, {})).status).toBe(200);
	}
});

it('closes a WebSocket whose container is lost, says so on its status channel, and goes on', async () => {
	const { api, port } = await served();
	const socket = new WebSocket(`ws://127.0.0.1:${port}/exec`, ['v5.channel.k8s.io']);
	await event(socket, 'open');
	const told = event(socket, 'message');
	const closed = event(socket, 'close');
	await vi.waitFor(() => expect(api.requests).toHaveLength(1));
	api.lose('node-1 was switched off');
	const [data] = (await told) as [Buffer];
	expect(data[0]).toBe(3);
	expect(data.toString()).toContain('node-1 was switched off');
	expect((await closed)[0]).toBe(1011);
	expect(log.warn).toHaveBeenCalledWith(
		'kubernetes-api',
		'a connection was lost',
		expect.anything(),
	);
	expect((await ask(port, {})).status).toBe(200);
});

it('closes a hijacked connection whose container is lost, and goes on', async () => {
	const { api, port } = await served(undefined, serveDocker);
	const ended = knock(port, ['Host: localhost', 'Connection: Upgrade', 'Upgrade: tcp'], 'input');
	await vi.waitFor(() => expect(api.sent).toHaveLength(1));
	api.lose('node-1 was switched off');
	expect(await ended).toContain('101 UPGRADED');
	expect((await ask(port, {})).status).toBe(200);
});

const logPath = '/api/v1/namespaces/default/pods/p/log';
const watchPath = '/api/v1/pods?watch=1';
const textOf = (bytes: string) => Buffer.from(bytes).toString('base64');

it.each([
	['a log, as bytes', logPath, [], ['', 'one\n', 'tw', 'o\n']],
	['a log, as bytes', logPath, ['binary.k8s.io'], ['', 'one\n', 'tw', 'o\n']],
	['a log, as text', logPath, ['base64.binary.k8s.io'], ['', 'one\n', 'tw', 'o\n'].map(textOf)],
	['a watch', watchPath, [], ['one', 'two']],
])('brings the answer in frames: %s', async (_, path, offered, frames) => {
	const { api, port } = await served();
	api.answer = answerOf(200, ['one\n', 'tw', 'o\n']);
	const socket = new WebSocket(`ws://127.0.0.1:${port}${path}`, offered);
	const seen: [string, boolean][] = [];
	socket.on('message', (data, binary) => seen.push([(data as Buffer).toString(), binary]));
	expect((await event(socket, 'close'))[0]).toBe(1000);
	const binary = path === logPath && !offered.includes('base64.binary.k8s.io');
	expect(seen).toEqual(frames.map((frame) => [frame, binary]));
	expect(socket.protocol).toBe(offered[0] ?? '');
	expect(api.requests).toMatchObject([{ method: 'GET', path }]);
});

it('answers a log that is refused without a handshake, and subprotocols that nobody knows', async () => {
	const { api, port } = await served();
	api.answer = answerOf(404, ['{"kind":"Status","code":404,"message":"no p"}']);
	const address = `ws://127.0.0.1:${port}${logPath}`;
	expect(String((await event(new WebSocket(address), 'error'))[0])).toContain('404');
	const other = new WebSocket(address, ['v5.channel.k8s.io']);
	expect(String((await event(other, 'error'))[0])).toContain('400');
	expect(api.requests).toHaveLength(1);
});

function answerOf(status: number, chunks: string[]): Promise<HttpResponse> {
	const body = (async function* () {
		yield* chunks;
	})();
	return Promise.resolve({ status, headers: {}, body });
}

it('hangs up when the client of an upgraded connection leaves', async () => {
	const { api, port } = await served();
	const socket = new WebSocket(`ws://127.0.0.1:${port}/exec`, ['v5.channel.k8s.io']);
	await event(socket, 'open');
	socket.terminate();
	await vi.waitFor(() => expect(api.closed).toHaveBeenCalled());
});

it('notices that a client of SPDY has left whose data nobody takes', async () => {
	vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
	try {
		const { api, port } = await served();
		api.taking = new Promise(() => undefined);
		const socket = connectTo(port, '127.0.0.1');
		socket.on('error', () => undefined);
		const lines = [
			'POST /exec?stdin=1 HTTP/1.1',
			'Host: localhost',
			'Connection: Upgrade',
			'Upgrade: SPDY/3.1',
			'X-Stream-Protocol-Version: v4.channel.k8s.io',
		];
		socket.write(`${lines.join('\r\n')}\r\n\r\n`);
		socket.write(new SpdyWriter().open(1, { streamtype: 'stdin' }));
		for (let i = 0; i < 40; i++) socket.write(dataFrame(1, new Uint8Array(100_000)));
		await vi.waitFor(() => expect(api.sent.length).toBeGreaterThan(10));
		socket.resetAndDestroy();
		await vi.waitFor(() => {
			vi.advanceTimersByTime(20_000);
			expect(api.closed).toHaveBeenCalled();
		});
	} finally {
		vi.useRealTimers();
	}
});

it('answers the pings of a client of SPDY and not its own', async () => {
	const { port } = await served();
	const ping = (id: number) => Buffer.from([0x80, 3, 0, 6, 0, 0, 0, 4, 0, 0, 0, id]);
	const lines = [
		'Host: localhost',
		'Connection: Upgrade',
		'Upgrade: SPDY/3.1',
		'X-Stream-Protocol-Version: v4.channel.k8s.io',
	];
	const answer = await knock(port, lines, Buffer.concat([ping(2), ping(3), ping(4)]));
	expect(answer.endsWith(`\r\n\r\n${ping(3).toString('latin1')}`)).toBe(true);
});

it('hangs up on a header block that inflates without end', async () => {
	const { api, port } = await served();
	const block = await deflated(Buffer.alloc(20 << 20));
	expect(block.length).toBeLessThan(32 << 10);
	const frame = Buffer.alloc(18);
	frame.writeUInt32BE(0x80030001);
	frame.writeUIntBE(10 + block.length, 5, 3);
	frame.writeUInt32BE(1, 8);
	const lines = [
		'Host: localhost',
		'Connection: Upgrade',
		'Upgrade: SPDY/3.1',
		'X-Stream-Protocol-Version: v4.channel.k8s.io',
	];
	const began = Date.now();
	await knock(port, lines, Buffer.concat([frame, block]), 10_000);
	await vi.waitFor(() => expect(api.closed).toHaveBeenCalled());
	expect(Date.now() - began).toBeLessThan(8000);
	expect((await ask(port, {})).status).toBe(200);
});

function deflated(data: Buffer): Promise<Buffer> {
	const deflate = createDeflate({ dictionary: spdyDictionary, level: 9 });
	const chunks: Buffer[] = [];
	deflate.on('data', (chunk: Buffer) => chunks.push(chunk));
	return new Promise((resolve) => {
		deflate.write(data);
		deflate.flush(constants.Z_SYNC_FLUSH, () => resolve(Buffer.concat(chunks)));
	});
}

function event(socket: WebSocket, name: string): Promise<unknown[]> {
	return new Promise((resolve) => {
		socket.once(name, (...what: unknown[]) => resolve(what));
		if (name !== 'error') socket.on('error', () => undefined);
	});
}

/** Sends a head and more over a bare socket; what came back until it was closed, or shortly after. */
function knock(port: number, lines: string[], more: string | Buffer, ms = 300): Promise<string> {
	return new Promise((resolve) => {
		let read = '';
		const socket = connectTo(port, '127.0.0.1');
		socket.on('data', (data) => (read += data.toString('latin1')));
		socket.on('error', () => undefined);
		socket.on('close', () => resolve(read));
		socket.write(`POST /exec HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n`);
		socket.write(more);
		setTimeout(() => socket.destroy(), ms);
	});
}
