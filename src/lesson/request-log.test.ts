import { describe, expect, it } from 'vitest';
import { ManualClock } from '../util/clock.ts';
import { readPage, RequestLog, RequestLoop } from './request-log.ts';

describe('readPage', () => {
	it.each([
		['nginx 2 on web-6d4cf56db6-x7k2p\n', { version: '2', host: 'web-6d4cf56db6-x7k2p' }],
		['version: 1\nhost: web-7b9-m9q\n', { version: '1', host: 'web-7b9-m9q' }],
		['<h1>v2</h1><p>hostname=web-0</p>', { version: '2', host: 'web-0' }],
		['nginx:1 from pod web-a', { version: '1', host: 'web-a' }],
		[
			'<title>nginx, version 2</title>\n<h1>Version 2</h1>\n<p>\n\tAnswered by\n\tweb-6d4-x7k2p\n</p>',
			{ version: '2', host: 'web-6d4-x7k2p' },
		],
		['It works!', {}],
	])('reads %j', (body, page) => {
		expect(readPage(body)).toEqual(page);
	});
});

describe('RequestLoop', () => {
	const target = { node: 'node-2', service: 'web', url: 'http://10.96.0.9/' };

	it('sends while it runs, marks failures of every kind, and stops', async () => {
		const clock = new ManualClock();
		const log = new RequestLog();
		const answers = [
			{ status: 200, body: 'nginx 1 on web-a', took: 3 },
			{ status: 503, body: 'no', took: 3 },
			{ status: 0, body: '', took: 3, error: 'connection refused' },
		];
		const cluster = {
			request: async () => {
				const answer = answers.shift();
				if (!answer) throw new Error('node-2 is off');
				return answer;
			},
		};
		const loop = new RequestLoop({ cluster, log, clock, target: () => target });
		loop.start();
		await clock.advance(1000);
		loop.stop();
		await clock.advance(1000);
		expect(
			log.since(0).map((mark) => [mark.ok, mark.version ?? mark.error ?? mark.status]),
		).toEqual([
			[true, '1'],
			[false, 503],
			[false, 'connection refused'],
			[false, 'node-2 is off'],
		]);
	});

	it('sends as many a second as is wanted, also when that changes on the way', async () => {
		const clock = new ManualClock();
		const log = new RequestLog();
		const cluster = { request: async () => ({ status: 200, body: '', took: 1 }) };
		const loop = new RequestLoop({ cluster, log, clock, target: () => target, rate: 50 });
		loop.start();
		await clock.advance(1000);
		expect(log.since(0)).toHaveLength(50);
		loop.rate = 2;
		await clock.advance(3000);
		expect(log.since(0)).toHaveLength(56);
		loop.stop();
		loop.rate = 50;
		await clock.advance(1000);
		expect(log.since(0)).toHaveLength(56);
	});

	it('has only so many requests open when nobody answers', async () => {
		const clock = new ManualClock();
		let sent = 0;
		const cluster = {
			request: () => {
				sent++;
				return new Promise<never>(() => undefined);
			},
		};
		const loop = new RequestLoop({ cluster, log: new RequestLog(), clock, target: () => target });
		loop.start();
		await clock.advance(10_000);
		expect(sent).toBe(4);
	});
});
