import { expect, it } from 'vitest';
import { rawConnection, streamed, type Streams } from './raw-connection.ts';

type Listener = Parameters<Streams['onOutput']>[0];

function streams(done: Promise<unknown> = new Promise(() => undefined)) {
	let print: Listener = () => undefined;
	const closed: string[] = [];
	const connection = rawConnection({
		tty: true,
		onOutput: (listener) => (print = listener),
		write: () => Promise.resolve(),
		closeStdin: () => undefined,
		done,
		close: () => void closed.push('closed'),
	});
	return { connection, closed, print: (text: string) => print('stdout', bytes(text)) };
}

const bytes = (text: string) => new TextEncoder().encode(text);
const turn = () => new Promise((resolve) => setTimeout(resolve));
const isSettled = (promise: void | Promise<void>) =>
	Promise.race([Promise.resolve(promise).then(() => true), turn().then(() => false)]);

it('lets what prints wait for who reads', async () => {
	const { connection, print } = streams();
	const [first, second] = [print('a'), print('b')];
	expect(await isSettled(first)).toBe(false);
	const reader = connection.messages[Symbol.asyncIterator]();
	expect((await reader.next()).value).toEqual({ channel: 0, data: bytes('a') });
	await first;
	expect(await isSettled(second)).toBe(false);
	connection.close();
	await second;
	await print('c');
});

it('gives out what was printed before the end', async () => {
	let end: (value?: unknown) => void = () => undefined;
	const { connection, print } = streams(new Promise((resolve) => (end = resolve)));
	const printed = Promise.all([print('a'), print('b')]);
	end();
	await turn();
	let text = '';
	for await (const { data } of connection.messages) text += new TextDecoder().decode(data);
	expect(text).toBe('ab');
	await printed;
});

it('does not hold up what prints for a reader of its answer that stops early', async () => {
	const { connection, closed, print } = streams();
	const { body } = streamed(connection);
	const printed = [print('a'), print('b'), print('c')];
	for await (const chunk of body as AsyncIterable<Uint8Array>) {
		expect(chunk).toEqual(bytes('a'));
		break;
	}
	for (const one of printed) await one;
	expect(closed).toEqual(['closed']);
});
