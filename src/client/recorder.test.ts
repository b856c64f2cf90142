import { expect, it } from 'vitest';
import { ManualClock } from '../util/clock.ts';
import { SeededRng } from '../util/rng.ts';
import { MemoryTransport } from './memory-transport.ts';
import { EventRecorder } from './recorder.ts';
import { Client } from './rest.ts';

function setup() {
	const clock = new ManualClock();
	const rng = new SeededRng(1);
	const client = new Client(new MemoryTransport(clock, rng));
	const recorder = new EventRecorder(client, { component: 'kubelet', host: 'node-1', clock, rng });
	const events = async () => (await client.events('default').list()).items;
	return { clock, recorder, events };
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
