import { describe, expect, it } from 'vitest';
import { engineBench } from '../../../test/unit/engine-bench.ts';
import { dockerApi } from '../../node/engine-api/docker-api.ts';

const show = ['--format', '{{.Type}} {{.Action}} {{.Actor.Attributes.name}}'];

/** The clock begins at 2023-11-14 22:13:20: a container made 10 s later, started 10 s after that, and 30 s more. */
async function withPast() {
	const bench = await engineBench();
	bench.agent.program = () => undefined;
	await bench.run(['pull', '-q', 'busybox']);
	await bench.clock.advance(10_000);
	await bench.run(['create', '--name', 'box', 'busybox']);
	await bench.clock.advance(10_000);
	await bench.run(['start', 'box']);
	await bench.clock.advance(30_000);
	const events = async (...words: string[]) => (await bench.run(['events', ...words, ...show])).out;
	return { ...bench, events };
}

describe('docker events', () => {
	it('ends at once when its end is past, with what was kept until then', async () => {
		const { events } = await withPast();
		expect(await events('--until', '35s')).toBe(
			'image pull busybox:latest\ncontainer create box\n',
		);
		expect(await events('--since', '45s', '--until', '1s')).toBe(
			'container create box\ncontainer start box\n',
		);
		expect(await events('--since', '1700000020', '--until', '2023-11-14T22:13:40')).toBe(
			'container start box\n',
		);
		expect(await events('--since', '2023-11-14T23:13:35+01:00', '--until', '0s')).toBe(
			'container start box\n',
		);
	});
	it('goes on from the past to what happens, until its end comes', async () => {
		const { run, clock, events } = await withPast();
		const seen = events('--since', '31s', '--until', '-20s');
		await run(['rename', 'box', 'chest']);
		await clock.advance(20_001);
		await run(['rename', 'chest', 'box']);
		expect(await seen).toBe('container start box\ncontainer rename chest\n');
	});
	it('keeps the last 256', async () => {
		const { run, events } = await withPast();
		for (let round = 0; round < 128; round++) {
			await run(['pause', 'box']);
			await run(['unpause', 'box']);
		}
		const lines = (await events('--since', '0', '--until', '0s')).split('\n').filter(Boolean);
		expect(lines).toHaveLength(256);
		expect(lines[0]).toBe('container pause box');
	});
	it('refuses a time that it cannot read, or an end before its beginning', async () => {
		const { run } = await withPast();
		expect(await run(['events', '--until', 'soon'])).toMatchObject({
			code: 1,
			err: 'failed to parse value as time or duration: "soon"\n',
		});
		expect(await run(['events', '--since', '1s', '--until', '10s'])).toMatchObject({
			code: 1,
			err: 'Error response from daemon: `since` time (1700000049) cannot be after `until` time (1700000040)\n',
		});
	});
	it('is told to clients of the engine’s API in the same way', async () => {
		const { engine, clock } = await withPast();
		const api = dockerApi(engine, clock);
		const path = '/v1.43/events?since=1700000015.000000000&until=1700000070.000000000';
		const { body } = await api.request({ method: 'GET', path });
		const all = (async () => {
			let text = '';
			for await (const part of body as AsyncIterable<string>) text += part;
			return text;
		})();
		await clock.advance(20_000);
		const told = (await all)
			.trim()
			.split('\n')
			.map((line) => JSON.parse(line) as object);
		expect(told).toMatchObject([{ Type: 'container', Action: 'start', time: 1_700_000_020 }]);
	});
});
