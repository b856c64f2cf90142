import { describe, expect, it } from 'vitest';
import type { GuestSocket } from '../../api/agent.ts';
import { ManualClock } from '../../util/clock.ts';
import { httpRequest, openHttp, type HttpRequest } from './http-client.ts';
import { KernelError } from './kernel-error.ts';

const encode = (text: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(text);

/** A server that answers with these pieces; with `open` the connection stays open after them. */
function answering(pieces: string[], open = false) {
	let request = '';
	let closed = false;
	async function* data(): AsyncGenerator<Uint8Array<ArrayBuffer>> {
		for (const piece of pieces) yield encode(piece);
		if (open) await new Promise(() => undefined);
	}
	const socket: GuestSocket = {
		write: async (bytes) => void (request += new TextDecoder().decode(bytes)),
		data: data(),
		end: () => undefined,
		close: () => (closed = true),
	};
	return { dial: async () => socket, request: () => request, closed: () => closed };
}

const at: HttpRequest = { address: '10.0.0.1', port: 8080 };
const ask = async (pieces: string[], open = false, more: Partial<HttpRequest> = {}) => {
	const response = await httpRequest(answering(pieces, open), new ManualClock(), {
		...at,
		...more,
	});
	return { ...response, body: new TextDecoder().decode(response.body) };
};

describe('httpRequest', () => {
	it('sends what a server needs', async () => {
		const server = answering(['HTTP/1.1 204 No Content\r\n\r\n']);
		const request = {
			...at,
			method: 'POST' as const,
			path: '/a?b',
			body: 'xyz',
			headers: { Accept: 'text/x' },
		};
		expect((await httpRequest(server, new ManualClock(), request)).status).toBe(204);
		expect(server.request()).toMatch(
			/^POST \/a\?b HTTP\/1\.1\r\nHost: 10\.0\.0\.1:8080\r\n[^]*\r\n\r\nxyz$/,
		);
		expect(server.request()).toContain('Accept: text/x\r\n');
		expect(server.request()).toContain('Content-Length: 3\r\n');
	});
	it('reads a body by its length, though the connection stays open and the bytes come in pieces', async () => {
		const pieces = [
			'HTTP/1.1 200 OK\r\nContent-',
			'Length: 5\r\nX-A: 1\r\nx-a: 2\r\n\r\nhe',
			'llo',
		];
		expect(await ask(pieces, true)).toEqual({
			status: 200,
			headers: { 'content-length': '5', 'x-a': '1, 2' },
			body: 'hello',
		});
	});
	it('reads chunks cut anywhere', async () => {
		const whole =
			'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5;x=y\r\nhello\r\n6\r\n world\r\n0\r\n\r\n';
		for (const size of [1, 7, 1000]) {
			const pieces = whole.match(new RegExp(`[^]{1,${size}}`, 'g')) ?? [];
			expect((await ask(pieces, true)).body).toBe('hello world');
		}
	});
	it('reads to the end when nothing else is said, and no body where there is none', async () => {
		expect((await ask(['HTTP/1.0 200 OK\r\n\r\n', 'a', 'b'])).body).toBe('ab');
		const head = ['HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n'];
		expect((await ask(head, true, { method: 'HEAD' })).body).toBe('');
		expect(
			(await ask(['HTTP/1.1 302 Found\r\nLocation: /b\r\nContent-Length: 0\r\n\r\n'], true)).status,
		).toBe(302);
	});
	it('tells an answer that breaks off from one that is none', async () => {
		await expect(ask(['HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc'])).rejects.toThrow(
			'unexpected EOF',
		);
		await expect(ask([])).rejects.toThrow('EOF');
		await expect(ask(['SSH-2.0-OpenSSH\r\n\r\n'])).rejects.toThrow('malformed HTTP response');
	});
	it.each([
		['ECONNREFUSED', 'dial tcp 10.0.0.1:8080: connect: connection refused'],
		['EHOSTUNREACH', 'dial tcp 10.0.0.1:8080: connect: no route to host'],
		['ENETUNREACH', 'dial tcp 10.0.0.1:8080: connect: network is unreachable'],
		['ETIMEDOUT', 'context deadline exceeded (Client.Timeout exceeded while awaiting headers)'],
	])('says why it could not connect: %s', async (errno, message) => {
		const dial = async () => Promise.reject(new KernelError(errno, 'connect: x', 'dial'));
		await expect(httpRequest({ dial }, new ManualClock(), at)).rejects.toThrow(message);
	});
	it.each([
		['a chunk that has no size', 'Transfer-Encoding: chunked\r\n\r\nzz\r\n'],
		['a chunk that ends with other bytes', 'Transfer-Encoding: chunked\r\n\r\n-1\r\n'],
		['two lengths', 'Content-Length: 3\r\nContent-Length: 4\r\n\r\nabcd'],
		['a length that is none', 'Content-Length: -3\r\n\r\nabc'],
		['headers without an end', `X: ${'x'.repeat(70_000)}`],
	])('refuses %s', async (_what, rest) => {
		await expect(ask([`HTTP/1.1 200 OK\r\n${rest}`])).rejects.toMatchObject({ errno: 'EPROTO' });
	});
	it('keeps each cookie, one length said twice, and a header with the name of a property', async () => {
		const head =
			'HTTP/1.1 200 OK\r\nSet-Cookie: a=1; Expires=Wed, 01 Jan 2031 00:00:00 GMT\r\nset-cookie: b=2\r\n' +
			'Content-Length: 2\r\nContent-Length: 2\r\nconstructor: x\r\n\r\nhi';
		expect((await ask([head], true)).headers).toEqual({
			'set-cookie': 'a=1; Expires=Wed, 01 Jan 2031 00:00:00 GMT\nb=2',
			'content-length': '2',
			constructor: 'x',
		});
	});
	it('skips what comes before the answer and what comes after the last chunk', async () => {
		const pieces = [
			'HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\nHTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n',
			'2\r\nhi\r\n0\r\nX-Sum: 1\r\n\r\n',
		];
		expect(await ask(pieces, true)).toMatchObject({ status: 200, body: 'hi' });
	});
	it('gives a body as it comes, and closes the connection with whoever reads it', async () => {
		const pieces = ['HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhe', 'llo\r\n'];
		const server = answering(pieces, true);
		const { body } = await openHttp(server, new ManualClock(), at);
		const seen: string[] = [];
		for await (const piece of body) if (seen.push(new TextDecoder().decode(piece)) === 2) break;
		expect(seen).toEqual(['he', 'llo']);
		expect(server.closed()).toBe(true);
	});
	it('closes the connection of who gives up, before the answer and in the middle of it', async () => {
		for (const pieces of [[], ['HTTP/1.1 200 OK\r\n\r\nx']]) {
			const server = answering(pieces, true);
			const giveUp = new AbortController();
			const answer = openHttp(server, new ManualClock(), at, giveUp.signal);
			answer.catch(() => undefined);
			if (pieces.length > 0) await answer;
			else await new Promise((resolve) => setTimeout(resolve));
			giveUp.abort(new Error('enough'));
			await answer.catch(({ message }: Error) => expect(message).toBe('enough'));
			expect(server.closed()).toBe(true);
		}
	});
	it('gives up at its deadline', async () => {
		const clock = new ManualClock();
		const answer = httpRequest(answering(['HTTP/1.1 200 OK\r\n'], true), clock, {
			...at,
			timeoutMs: 1000,
		});
		const failed = expect(answer).rejects.toThrow('Client.Timeout exceeded');
		await clock.advance(1000);
		await failed;
	});
});
