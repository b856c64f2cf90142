import { afterEach, describe, expect, it, vi } from 'vitest';
import type { ConfigMap } from '../api/kubernetes.ts';
import { ManualClock } from '../util/clock.ts';
import { SeededRng } from '../util/rng.ts';
import { Informer } from './informer.ts';
import { MemoryTransport } from './memory-transport.ts';
import { Client } from './rest.ts';

const controller = { current: new AbortController() };
afterEach(() => controller.current.abort());

async function setup() {
	controller.current = new AbortController();
	const clock = new ManualClock();
	const transport = new MemoryTransport(clock, new SeededRng(1));
	const client = new Client(transport);
	const configmaps = client.configmaps('default');
	const create = (name: string, labels: Record<string, string> = {}) =>
		configmaps.create({
			apiVersion: 'v1',
			kind: 'ConfigMap',
			metadata: { name, labels },
			data: { v: '1' },
		});
	await create('a', { app: 'x' });
	const errors: unknown[] = [];
	const informer = new Informer<ConfigMap>({
		onError: (error) => errors.push(error),
		client: client.configmaps(),
		clock,
		indexers: { app: (object) => [object.metadata.labels?.['app'] ?? ''] },
	});
	const log: string[] = [];
	informer.subscribe({
		added: (object) => log.push(`+${object.metadata.name}`),
		updated: (old, object) =>
			log.push(`~${object.metadata.name} ${old.data?.['v']}>${object.data?.['v']}`),
		deleted: (object) => log.push(`-${object.metadata.name}`),
	});
	informer.start(controller.current.signal);
	await informer.synced;
	return { clock, transport, client, configmaps, create, informer, log, errors };
}

describe('informer', () => {
	it('lists, then follows changes', async () => {
		const { configmaps, create, informer, log, clock } = await setup();
		expect(log).toEqual(['+a']);
		await create('b');
		await configmaps.patch('b', { data: { v: '2' } }, 'merge');
		await configmaps.delete('a');
		await clock.advance(0);
		expect(log).toEqual(['+a', '+b', '~b 1>2', '-a']);
		expect(informer.list().map((object) => object.metadata.name)).toEqual(['b']);
		expect(informer.get('default', 'b')?.data).toEqual({ v: '2' });
	});
	it('tells every listener, whatever one of them throws', async () => {
		const { create, informer, log, clock, errors } = await setup();
		const fails = () => {
			throw new Error('a listener failed');
		};
		informer.subscribe({ added: fails, updated: fails, deleted: fails });
		informer.subscribe({ added: ({ metadata }) => log.push(`second +${metadata.name}`) });
		await create('b');
		await create('c');
		await clock.advance(0);
		expect(log).toEqual(['+a', 'second +a', '+b', 'second +b', '+c', 'second +c']);
		expect(errors).toHaveLength(3);
	});
	it('keeps indices as objects change', async () => {
		const { configmaps, informer, clock } = await setup();
		expect(informer.byIndex('app', 'x')).toHaveLength(1);
		await configmaps.patch('a', { metadata: { labels: { app: 'y' } } }, 'merge');
		await clock.advance(0);
		expect(informer.byIndex('app', 'x')).toHaveLength(0);
		expect(informer.byIndex('app', 'y')).toHaveLength(1);
	});
	it('goes on from where it was after a lost connection', async () => {
		const { create, transport, log, clock } = await setup();
		transport.dropWatches();
		await create('b');
		await clock.advance(200);
		expect(log).toEqual(['+a', '+b']);
		expect(
			transport.requests.filter(
				({ path }) => !path.includes('watch') && path.includes('configmaps'),
			),
		).toHaveLength(3);
	});
	it('lists again when its revision has expired, and tells the difference only', async () => {
		const { configmaps, create, transport, log, clock } = await setup();
		await create('b');
		await clock.advance(0);
		transport.fault = () => {
			throw new Error('unreachable');
		};
		transport.dropWatches();
		await clock.advance(50);
		transport.fault = undefined;
		await configmaps.delete('a');
		await create('c');
		transport.compact();
		await clock.advance(1000);
		expect(log).toEqual(['+a', '+b', '+c', '-a']);
	});
	it('gives frozen objects', async () => {
		const { informer } = await setup();
		const object = informer.get('default', 'a');
		expect(() => {
			if (object?.data) object.data['v'] = 'changed';
		}).toThrow(TypeError);
	});
	it('tries again with growing pauses while the server is away', async () => {
		controller.current = new AbortController();
		const clock = new ManualClock();
		const transport = new MemoryTransport(clock, new SeededRng(1));
		const fault = vi.fn(() => {
			throw new Error('unreachable');
		});
		transport.fault = fault;
		const informer = new Informer({ client: new Client(transport).pods(), clock });
		informer.start(controller.current.signal);
		await clock.advance(1000);
		expect(fault.mock.calls.length).toBeGreaterThan(2);
		expect(fault.mock.calls.length).toBeLessThan(6);
		transport.fault = undefined;
		await clock.advance(10_000);
		expect(informer.hasSynced).toBe(true);
	});
});
