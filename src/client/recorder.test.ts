import { describe, expect, it } from 'vitest';
import { ManualClock } from '../util/clock.ts';
import { SeededRng } from '../util/rng.ts';
import { MemoryTransport } from './memory-transport.ts';
import { EventRecorder } from './recorder.ts';
import { Client } from './rest.ts';
import { forbidden, StatusError } from './status.ts';

function setup() {
	const clock = new ManualClock();
	const rng = new SeededRng(1);
	const transport = new MemoryTransport(clock, rng);
	const client = new Client(transport);
	const dropped: unknown[] = [];
	const onError = (error: unknown) => dropped.push(error);
	const options = { component: 'kubelet', host: 'node-1', clock, rng, onError };
	const recorder = new EventRecorder(client, options);
	const events = async () => (await client.events('default').list()).items;
	return { clock, transport, recorder, events, dropped, options, client };
}
/** Answers every request with this error, as a server does. */
function refuse(error: StatusError) {
	return () => {
		throw error;
	};
}

const pod = { kind: 'Pod', apiVersion: 'v1', namespace: 'default', name: 'p', uid: 'u' };

it('counts repetitions in one event', async () => {
	const { clock, recorder, events } = setup();
	recorder.event(
		pod,
		'Warning',
		'BackOff',
		'Back-off restarting failed container',
		'spec.containers{c}',
	);
	await clock.advance(10_000);
	recorder.event(
		pod,
		'Warning',
		'BackOff',
		'Back-off restarting failed container',
		'spec.containers{c}',
	);
	await recorder.flush();
	const [event, ...others] = await events();
	expect(others).toEqual([]);
	expect(event).toMatchObject({
		count: 2,
		firstTimestamp: '2023-11-14T22:13:20Z',
		lastTimestamp: '2023-11-14T22:13:30Z',
		source: { component: 'kubelet', host: 'node-1' },
		involvedObject: { ...pod, fieldPath: 'spec.containers{c}' },
	});
	expect(event?.metadata.name).toMatch(/^p\.[0-9a-f]+$/);
});
it('combines many that differ in their message only', async () => {
	const { recorder, events } = setup();
	for (let i = 0; i < 12; i++) recorder.event(pod, 'Normal', 'Tick', `tick ${i}`);
	await recorder.flush();
	const messages = (await events()).map(({ message, count }) => `${message} x${count}`);
	expect(messages).toHaveLength(10);
	expect(messages.at(-1)).toBe('(combined from similar events): tick 11 x3');
});
it('drops a flood about one object', async () => {
	const { recorder, events } = setup();
	for (let i = 0; i < 100; i++) recorder.event(pod, 'Normal', `Reason${i}`, 'x');
	await recorder.flush();
	expect(await events()).toHaveLength(25);
});

describe('an event that cannot be written', () => {
	it('is dropped when the server refuses it, and the next one is written', async () => {
		const { transport, recorder, events, dropped } = setup();
		transport.fault = refuse(forbidden({ group: '', resource: 'events' }, 'p', 'no'));
		recorder.event(pod, 'Normal', 'Killing', 'Stopping container c');
		await recorder.flush();
		expect(dropped.map(String)).toEqual(['StatusError: events "p" is forbidden: no']);
		transport.fault = undefined;
		recorder.event(pod, 'Normal', 'Started', 'Started container c');
		await recorder.flush();
		expect((await events()).map(({ reason }) => reason)).toEqual(['Started']);
	});
	it('is not spoken of when its namespace is going away', async () => {
		const { transport, recorder, dropped } = setup();
		const { status } = forbidden({ group: '', resource: 'events' }, 'p', 'it is being terminated');
		const causes = [{ reason: 'NamespaceTerminating' }];
		transport.fault = refuse(new StatusError({ ...status, details: { causes } }));
		recorder.event(pod, 'Normal', 'Killing', 'Stopping container c');
		await recorder.flush();
		expect(dropped).toEqual([]);
	});
	it('is sent again while nobody answers, twelve times in all', async () => {
		const { clock, transport, recorder, events, dropped } = setup();
		let tries = 0;
		transport.fault = () => {
			if (++tries < 4) throw new Error('connection lost');
		};
		recorder.event(pod, 'Normal', 'Killing', 'Stopping container c');
		await clock.advance(30_000);
		expect(await events()).toHaveLength(1);
		transport.fault = () => {
			tries++;
			throw new Error('connection lost');
		};
		tries = 0;
		recorder.event(pod, 'Normal', 'Started', 'Started container c');
		await clock.advance(300_000);
		expect(tries).toBe(12);
		expect(dropped.map(String)).toEqual(['Error: connection lost']);
	});
	it('ends nothing even when whoever is told of it fails', async () => {
		const { transport, events, options, client } = setup();
		const onError = () => {
			throw new Error('no');
		};
		const recorder = new EventRecorder(client, { ...options, onError });
		transport.fault = refuse(forbidden({ group: '', resource: 'events' }, 'p', 'no'));
		recorder.event(pod, 'Normal', 'Killing', 'Stopping container c');
		await recorder.flush();
		transport.fault = undefined;
		recorder.event(pod, 'Normal', 'Started', 'Started container c');
		await recorder.flush();
		expect(await events()).toHaveLength(1);
	});
});
