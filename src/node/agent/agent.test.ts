import { describe, expect, it } from 'vitest';
import { ManualClock } from '../../util/clock.ts';
import { GuestAgent } from './agent.ts';
import { AttributeWriter, readAttributes } from './attributes.ts';
import { encodeFrame, FrameReader, type Frame } from './frame.ts';
import { attribute as a, creditStep, frameType as f, streamWindow } from './protocol.ts';

/** The other end of the wire, answering what a test says. */
class FakeGuest {
	readonly frames: Frame[] = [];
	readonly clock = new ManualClock();
	readonly agent: GuestAgent;
	#toHost: (bytes: Uint8Array) => void = () => undefined;
	readonly #reader = new FrameReader();

	constructor() {
		this.agent = new GuestAgent(
			{
				send: (bytes) => void this.frames.push(...this.#reader.push(bytes)),
				onBytes: (listener) => (this.#toHost = listener),
			},
			this.clock,
		);
	}
	tell(type: number, id: number, payload = new Uint8Array(), flags = 0): void {
		this.#toHost(encodeFrame(type, id, payload, flags));
	}
	u32(type: number, id: number, value: number): void {
		this.tell(type, id, new Uint8Array(new Uint32Array([value]).buffer));
	}
	last(): Frame {
		const frame = this.frames.at(-1);
		if (!frame) throw new Error('nothing was sent');
		return frame;
	}
	sent(type: number): Frame[] {
		return this.frames.filter((frame) => frame.type === type);
	}
}

async function startProcess(guest: FakeGuest) {
	const started = guest.agent.spawn({ argv: ['sh'], env: [] });
	const { id } = guest.last();
	guest.tell(f.result, id, new AttributeWriter().u32(a.pid, 42).finish());
	return { id, process: await started };
}

const output = (bytes: number): Uint8Array<ArrayBuffer> => new Uint8Array(bytes + 1).fill(1);

describe('requests', () => {
	it('fail at their deadline, naming what was asked', async () => {
		const guest = new FakeGuest();
		const answer = guest.agent.processes();
		const failed = expect(answer).rejects.toThrow(
			'processes: the guest did not answer within 10000 ms',
		);
		await guest.clock.advance(10_000);
		await failed;
	});
	it('are all rejected when the guest is gone, and so are later ones', async () => {
		const guest = new FakeGuest();
		const { process } = await startProcess(guest);
		const open = expect(guest.agent.hello()).rejects.toThrow('power was cut');
		guest.agent.close(new Error('power was cut'));
		await open;
		await expect(process.exited).rejects.toThrow('power was cut');
		await expect(guest.agent.hello()).rejects.toThrow('power was cut');
	});
	it('put an answer together from its frames', async () => {
		const guest = new FakeGuest();
		const answer = guest.agent.batch([{ op: 'read', path: '/x' }]);
		const payload = new AttributeWriter()
			.list(a.ok, (list) => list.bytes(a.data, new Uint8Array(1000).fill(9)))
			.finish();
		const { id } = guest.last();
		guest.tell(f.result, id, payload.slice(0, 300), 1);
		guest.tell(f.result, id, payload.slice(300));
		expect(await answer).toEqual([{ ok: true, data: new Uint8Array(1000).fill(9) }]);
	});
	it('split a large write and stop at its first failure', async () => {
		const guest = new FakeGuest();
		const data = new Uint8Array(700_000);
		const answer = guest.agent.batch([
			{ op: 'write', path: '/big', data },
			{ op: 'mkdir', path: '/after' },
		]);
		const ok = new AttributeWriter().bytes(a.ok, new Uint8Array()).bytes(a.ok, new Uint8Array());
		const error = (list: AttributeWriter) =>
			list.u32(a.errno, 28).text(a.message, 'write /big: no space');
		guest.tell(f.result, guest.last().id, ok.list(a.error, error).finish());
		expect(await answer).toEqual([{ ok: false, errno: 'ENOSPC', message: 'write /big: no space' }]);
	});
	it('hand a started process back when nobody waits any more', async () => {
		const guest = new FakeGuest();
		const started = expect(guest.agent.spawn({ argv: ['sh'], env: [] })).rejects.toThrow(
			'did not answer',
		);
		const { id } = guest.last();
		await guest.clock.advance(20_000);
		await started;
		guest.tell(f.result, id, new AttributeWriter().u32(a.pid, 42).finish());
		expect(guest.last()).toMatchObject({ type: f.close, id });
	});
});

describe('a process', () => {
	it('gives credit back as its listener takes the output, not before', async () => {
		const guest = new FakeGuest();
		const { id, process } = await startProcess(guest);
		for (let sent = 0; sent < creditStep * 2; sent += 4000) guest.tell(f.data, id, output(4000));
		let release: () => void = () => undefined;
		process.onOutput(() => new Promise<void>((resolve) => (release = resolve)));
		await guest.clock.advance(1);
		expect(guest.sent(f.credit)).toHaveLength(0);
		for (let chunk = 0; chunk < 5; chunk++) {
			release();
			await guest.clock.advance(1);
		}
		expect(guest.sent(f.credit)).toHaveLength(1);
	});
	it('gives credit for what its listener hands on to another thread', async () => {
		const guest = new FakeGuest();
		const { id, process } = await startProcess(guest);
		for (let sent = 0; sent < creditStep * 2; sent += 4000) guest.tell(f.data, id, output(4000));
		process.onOutput((_stream, data) => void structuredClone(data, { transfer: [data.buffer] }));
		await guest.clock.advance(1);
		expect(guest.sent(f.credit).length).toBeGreaterThan(0);
	});
	it('ends only after its last output was taken', async () => {
		const guest = new FakeGuest();
		const { id, process } = await startProcess(guest);
		guest.tell(f.data, id, output(10));
		guest.u32(f.exit, id, 9);
		const order: string[] = [];
		const ended = process.exited.then((status) =>
			order.push(`exit ${status.code} ${status.signal}`),
		);
		await guest.clock.advance(1);
		process.onOutput((stream, data) => void order.push(`${stream} ${data.length}`));
		await ended;
		expect(order).toEqual(['stdout 10', 'exit 137 9']);
	});
	it('is written to only as far as the guest has room', async () => {
		const guest = new FakeGuest();
		const { id, process } = await startProcess(guest);
		let settled = false;
		const written = process.write(new Uint8Array(streamWindow + 100)).then(() => (settled = true));
		await guest.clock.advance(1);
		const length = () => guest.sent(f.data).reduce((sum, { payload }) => sum + payload.length, 0);
		expect([length(), settled]).toEqual([streamWindow, false]);
		guest.u32(f.credit, id, creditStep);
		await written;
		expect(length()).toBe(streamWindow + 100);
	});
});

describe('a command', () => {
	const request = new AttributeWriter()
		.text(a.arg, 'kubectl')
		.text(a.arg, 'get')
		.text(a.env, 'EMPTY=')
		.text(a.env, 'HOME=/root')
		.text(a.cwd, '/root')
		.u32(a.pid, 99)
		.u32(a.tty, 5)
		.u32(a.rows, 24)
		.u32(a.columns, 80)
		.finish();
	const id = 0x80000001;

	it('reads only when asked, writes to both streams, and exits last', async () => {
		const guest = new FakeGuest();
		const done = new Promise<void>((resolve, reject) =>
			guest.agent.onCommand((session) => {
				expect(session.request).toEqual({
					argv: ['kubectl', 'get'],
					env: { EMPTY: '', HOME: '/root' },
					cwd: '/root',
					pid: 99,
					isTty: { stdin: true, stdout: false, stderr: true },
					size: { rows: 24, columns: 80 },
				});
				const answer = async () => {
					const input = await session.read();
					await session.write('stderr', input ?? new Uint8Array());
					session.exit(4);
				};
				answer().then(resolve, reject);
			}),
		);
		guest.tell(f.command, id, request);
		expect(guest.last()).toMatchObject({ type: f.read, id });
		guest.tell(f.data, id, new Uint8Array([65]));
		await done;
		await guest.clock.advance(1);
		expect(guest.frames.slice(-2).map(({ type, payload }) => [type, [...payload]])).toEqual([
			[f.data, [2, 65]],
			[f.exit, [4, 0, 0, 0]],
		]);
	});
	it('hears of signals, and of a reader that is gone', async () => {
		const guest = new FakeGuest();
		const failed = new Promise<unknown>((resolve) =>
			guest.agent.onCommand((session) => {
				session.signal.addEventListener('abort', () => {
					const { signal } = session.signal.reason as { signal: number };
					session.write('stdout', new Uint8Array(1)).catch((error: { errno: string }) => {
						resolve([signal, error.errno]);
					});
				});
			}),
		);
		guest.tell(f.command, id, request);
		guest.u32(f.close, id, 1);
		guest.u32(f.signal, id, 2);
		expect(await failed).toEqual([2, 'EPIPE']);
	});
});

describe('events', () => {
	it('are asked for only while somebody wants processes', () => {
		const guest = new FakeGuest();
		const wanted = () =>
			guest.sent(f.watchProcesses).map(({ payload }) => readAttributes(payload)[0]?.u32);
		const stopOom = guest.agent.subscribe(() => undefined);
		expect(wanted()).toEqual([]);
		const stop = guest.agent.subscribe(() => undefined, { processes: true });
		stop();
		stopOom();
		expect(wanted()).toEqual([1, 0]);
	});
});

describe('an agent that was lost', () => {
	const lost = 'the agent of the node was lost and has been started again';
	async function greeted(): Promise<FakeGuest> {
		const guest = new FakeGuest();
		const hello = guest.agent.hello();
		guest.tell(f.result, guest.last().id, new Uint8Array());
		await hello;
		return guest;
	}

	it('is no matter before anything was said', async () => {
		const guest = new FakeGuest();
		const hello = guest.agent.hello();
		guest.tell(f.started, 0);
		guest.tell(f.result, guest.last().id, new Uint8Array());
		await expect(hello).resolves.toBeDefined();
	});
	it('takes its processes, its connections and what it was asked along', async () => {
		const guest = await greeted();
		const told: string[] = [];
		guest.agent.onLost(({ message }) => told.push(message));
		const { process } = await startProcess(guest);
		const dialled = guest.agent.dial({ address: '10.0.0.1', port: 80 });
		guest.tell(f.result, guest.last().id, new Uint8Array());
		const { data } = await dialled;
		const asked = expect(guest.agent.processes()).rejects.toThrow(lost);
		guest.tell(f.started, 0);
		await asked;
		expect(await process.exited).toEqual({ code: 137, signal: 9 });
		await expect(data[Symbol.asyncIterator]().next()).rejects.toThrow(lost);
		expect(told).toEqual([lost]);
		expect(guest.agent.actions().actions.at(-1)?.what).toBe(lost);
	});
	it('is followed by one that is asked for the same ports and events', async () => {
		const guest = await greeted();
		const at = { address: '10.96.0.10', port: 53 };
		const listening = guest.agent.listenUdp(at, () => undefined);
		const { id } = guest.last();
		guest.tell(f.result, id, new Uint8Array());
		const listener = await listening;
		guest.agent.subscribe(() => undefined, { processes: true });
		guest.tell(f.started, 0);
		const [before, after] = guest.sent(f.listen);
		expect(after?.payload).toEqual(before?.payload);
		expect(guest.sent(f.watchProcesses)).toHaveLength(2);
		guest.tell(f.failure, after?.id ?? 0, new AttributeWriter().u32(a.errno, 98).finish());
		await guest.clock.advance(1000);
		const third = guest.sent(f.listen)[2];
		guest.tell(f.result, third?.id ?? 0, new Uint8Array());
		listener.close();
		expect(guest.last()).toMatchObject({ type: f.close, id: third?.id });
		guest.tell(f.started, 0);
		expect(guest.sent(f.listen)).toHaveLength(3);
	});
	it('may be nonsense that somebody wrote: that stops nothing', async () => {
		const guest = await greeted();
		guest.agent.onLost(() => {
			throw new Error('a listener that fails');
		});
		guest.tell(f.started, 0);
		const answer = guest.agent.processes();
		guest.tell(f.result, guest.last().id, new Uint8Array());
		expect(await answer).toEqual([]);
		expect(guest.agent.stats().badFrames).toBe(1);
	});
});

describe('the way to an address', () => {
	it('is told each time it changes', async () => {
		const guest = new FakeGuest();
		const told: (string | undefined)[] = [];
		const watching = guest.agent.watchRoute('192.168.56.10', (errno) => told.push(errno));
		guest.tell(f.result, guest.last().id, new Uint8Array());
		await watching;
		guest.u32(f.route, 0, 101);
		guest.u32(f.route, 0, 0);
		expect(told).toEqual(['ENETUNREACH', undefined]);
	});
});
