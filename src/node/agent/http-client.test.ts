import { describe, expect, it } from 'vitest';
import type { GuestSocket } from '../../api/agent.ts';
import { ManualClock } from '../../util/clock.ts';
import { httpRequest, type HttpRequest } from './http-client.ts';
import { KernelError } from './kernel-error.ts';

const encode = (text: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(text);

/** A server that answers with these pieces; with `open` the connection stays open after them. */
function answering(pieces: string[], open = false) {
	let request = '';
	async function* data(): AsyncGenerator<Uint8Array<ArrayBuffer>> {
		for (const piece of pieces) yield encode(piece);
		if (open) await new Promise(() => undefined);
	}
	const socket: GuestSocket = {
		write: async (bytes) => void (request += new TextDecoder().decode(bytes)),
		data: data(),
		end: () => undefined,
		close: () => undefined,
	};
	return { dial: async () => socket, request: () => request };
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
