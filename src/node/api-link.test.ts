import { describe, expect, it } from 'vitest';
import type { Transport } from '../api/transport.ts';
import { ApiLink } from './api-link.ts';

const request = { method: 'GET', path: '/api' };
const refusal = () => new Error('connect: network is unreachable');

/** Answers each request with a stream that the test feeds, and tells when one was given up. */
function api() {
	const given: string[] = [];
	let release: () => void = () => undefined;
	const stream = () => ({
		[Symbol.asyncIterator]: () => ({
			next: () =>
				new Promise<IteratorResult<string>>((resolve) => {
					release = () => resolve({ done: false, value: 'event' });
				}),
			return: async () => {
				given.push('up');
				return { done: true as const, value: undefined };
			},
		}),
	});
	const transport: Transport = {
		request: async () => ({ status: 200, headers: {}, body: stream() }),
		upgrade: () => Promise.reject(new Error('not here')),
	};
	return { transport, given, release: () => release() };
}

async function watch(transport: Transport): Promise<AsyncIterator<unknown>> {
	const { body } = await transport.request(request);
	return (body as AsyncIterable<unknown>)[Symbol.asyncIterator]();
}

describe('the link to the API server', () => {
	it('passes what comes while it is up', async () => {
		const { transport, release } = api();
		const events = await watch(new ApiLink().through(transport, refusal));
		const next = events.next();
		release();
		expect(await next).toEqual({ done: false, value: 'event' });
	});
	it('breaks what is open when it goes down, and refuses what begins', async () => {
		const { transport, given } = api();
		const link = new ApiLink();
		const through = link.through(transport, refusal);
		const events = await watch(through);
		const next = events.next();
		link.set('ENETUNREACH');
		await expect(next).rejects.toThrow('network is unreachable');
		await expect(through.request(request)).rejects.toThrow('network is unreachable');
		await expect(through.upgrade(request)).rejects.toThrow('network is unreachable');
		expect(given).toEqual(['up']);
	});
	it('passes again once it is up, and gives up what was answered too late', async () => {
		const { transport, given } = api();
		let answer: () => void = () => undefined;
		const slow: Transport = {
			...transport,
			request: async (...args) => {
				await new Promise<void>((resolve) => (answer = resolve));
				return transport.request(...args);
			},
		};
		const link = new ApiLink();
		const asked = link.through(slow, refusal).request(request);
		link.set('ENETUNREACH');
		await expect(asked).rejects.toThrow('network is unreachable');
		answer();
		await new Promise((resolve) => setTimeout(resolve));
		expect(given).toEqual(['up']);
		link.set(undefined);
		await expect(watch(link.through(transport, refusal))).resolves.toBeDefined();
	});
});
