import { expose, wrap } from 'comlink';
import { afterEach, expect, it } from 'vitest';
import { ManualClock } from '../util/clock.ts';
import { installThrowHandler, workerCall } from './comlink.ts';
import { EngineError } from './engine-error.ts';
import { notFound, StatusError } from './status.ts';

const channels: MessageChannel[] = [];
afterEach(() => {
	for (const { port1, port2 } of channels.splice(0)) {
		port1.close();
		port2.close();
	}
});

const failures = {
	status: () => {
		throw notFound({ group: '', resource: 'pods' }, 'p');
	},
	engine: () => {
		throw new EngineError(409, 'in use');
	},
	errno: () => {
		throw Object.assign(new Error('no such file'), { errno: 2, code: 'ENOENT' });
	},
	text: () => {
		// eslint-disable-next-line @typescript-eslint/only-throw-error
		throw 'plain';
	},
};

it('keeps the class and fields of errors across Comlink', async () => {
	installThrowHandler();
	const channel = new MessageChannel();
	channels.push(channel);
	expose(failures, channel.port1);
	const remote = wrap<typeof failures>(channel.port2);
	const caught = (call: Promise<unknown>) => call.catch((error: unknown) => error);
	const status = await caught(remote.status());
	expect(status).toBeInstanceOf(StatusError);
	expect(status).toMatchObject({ code: 404, reason: 'NotFound', message: 'pods "p" not found' });
	const engine = await caught(remote.engine());
	expect(engine).toBeInstanceOf(EngineError);
	expect(engine).toMatchObject({ status: 409, message: 'in use' });
	expect(await caught(remote.errno())).toMatchObject({ errno: 2, code: 'ENOENT' });
	expect(await caught(remote.text())).toBe('plain');
});
it('gives up a call that nobody answers', async () => {
	const clock = new ManualClock();
	const call = expect(
		workerCall(clock, 'facts', new Promise(() => undefined), 1000),
	).rejects.toThrow('facts: no answer within 1000 ms');
	await clock.advance(1000);
	await call;
});
