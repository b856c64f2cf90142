import { describe, expect, it } from 'vitest';
import type { Connection } from '../../api/transport.ts';
import type { Pod } from '../../api/kubernetes.ts';
import { MemoryTransport } from '../../client/memory-transport.ts';
import { Client } from '../../client/rest.ts';
import { bodyText } from '../../client/body.ts';
import { ManualClock } from '../../util/clock.ts';
import { consoleLog } from '../../util/log.ts';
import { SeededRng } from '../../util/rng.ts';
import { answeringSocket, FakeAgent } from './fake-agent.ts';
import { endedProcess, FakeEngine } from './fake-engine.ts';
import { KernelError } from '../agent/kernel-error.ts';
import { startKubelet } from './kubelet.ts';

async function bench(spec: Partial<Pod['spec']> = {}) {
	const clock = new ManualClock();
	const rng = new SeededRng(3);
	const client = new Client(new MemoryTransport(clock, rng));
	const engine = new FakeEngine(clock);
	const agent = new FakeAgent();
	engine.addImage('nginx:1');
	engine.pullErrors.set('absent:1', 'not found');
	const stop = new AbortController();
	const { server } = startKubelet({
		client,
		engine,
		agent,
		clock,
		rng,
		log: consoleLog,
		node: {
			name: 'n',
			address: '192.168.56.11',
			podCidr: '',
			role: 'worker',
			tainted: false,
			memoryBytes: 1 << 26,
			kernel: '6.1',
			osImage: 'Debian',
		},
		signal: stop.signal,
	});
	const run = async (ms = 0) => {
		for (let turn = 0; turn < 8; turn++) await clock.advance(turn === 4 ? ms : 0);
	};
	await run();
	await client.pods('default').create({
		apiVersion: 'v1',
		kind: 'Pod',
		metadata: { name: 'web', namespace: 'default' },
		spec: { nodeName: 'n', containers: [{ name: 'c', image: 'nginx:1' }], ...spec },
	});
	await run();
	const get = async (path: string): Promise<{ status: number; text: string }> => {
		const { status, body } = await server.request({ method: 'GET', path });
		return { status, text: await bodyText(body) };
	};
	return { clock, client, engine, agent, server, stop, run, get };
}

async function received(connection: Connection): Promise<string[]> {
	const list: string[] = [];
	for await (const { channel, data } of connection.messages)
		list.push(`${channel}:${data ? new TextDecoder().decode(data) : 'closed'}`);
	return list;
}

describe('kubelet server', () => {
	it('answers logs, stamped when asked', async () => {
		const { engine, get, stop } = await bench();
		engine.logLines.set(engine.run('c').id, ['one', 'two']);
		expect(await get('/containerLogs/default/web/c')).toEqual({ status: 200, text: 'one\ntwo\n' });
		const stamped = await get('/containerLogs/default/web/c?timestamps=true&limitBytes=40');
		expect(stamped.text).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z one\n\d{4}/);
		expect(stamped.text).toHaveLength(40);
		stop.abort(new Error('over'));
	});

	it.each([
		['web/c', 400, 'container "c" in pod "web" is waiting to start: image can\'t be pulled'],
		['web/nope', 400, 'container nope is not valid for pod web'],
		['gone/c', 404, 'pods "gone" not found'],
		['web/c?previous=true', 400, 'previous terminated container "c" in pod "web" not found'],
	])('refuses the log of %s with %i', async (place, code, message) => {
		const { get, stop } = await bench({ containers: [{ name: 'c', image: 'absent:1' }] });
		const { status, text } = await get(`/containerLogs/default/${place}`);
		expect(status).toBe(code);
		expect((JSON.parse(text) as { message: string }).message).toBe(message);
		stop.abort(new Error('over'));
	});

	it('keeps the log of the run before', async () => {
		const { engine, get, run, stop } = await bench();
		const first = engine.run('c').id;
		engine.logLines.set(first, ['first run']);
		engine.exit(first, 1);
		await run();
		engine.logLines.set(engine.run('c').id, ['second run']);
		expect((await get('/containerLogs/default/web/c?previous=true')).text).toBe('first run\n');
		expect((await get('/containerLogs/default/web/c')).text).toBe('second run\n');
		stop.abort(new Error('over'));
	});

	it('carries an exec and its exit code', async () => {
		const { engine, server, stop } = await bench();
		engine.execResult = () => endedProcess(3, 'hello');
		const path = '/exec/default/web/c?command=sh&command=-c&command=exit+3&output=1&error=1';
		const list = await received(await server.upgrade({ method: 'POST', path }));
		expect(engine.calls.at(-1)).toMatch(/ sh -c exit 3$/);
		expect(list[0]).toBe('1:hello');
		expect(JSON.parse(list[1]?.slice(2) ?? '')).toEqual({
			metadata: {},
			status: 'Failure',
			message: 'command terminated with non-zero exit code',
			reason: 'NonZeroExitCode',
			details: { causes: [{ reason: 'ExitCode', message: '3' }] },
		});
		stop.abort(new Error('over'));
	});

	it('takes sizes from the resize channel until something there is none', async () => {
		const { engine, server, stop } = await bench();
		for (const bad of ['not json', '7', '[', '{"Width":99999999,"Height":1}', '{"Width":"a"}']) {
			const sizes: string[] = [];
			let end = (_status: { code: number }) => undefined as void;
			const exited = new Promise<{ code: number }>((resolve) => (end = resolve));
			engine.execResult = () => ({
				...endedProcess(0),
				resize: (rows: number, columns: number) => void sizes.push(`${columns}x${rows}`),
				exited,
			});
			const path = '/exec/default/web/c?command=sh&output=1&tty=1&input=1';
			const connection = await server.upgrade({ method: 'POST', path });
			const resize = (text: string) =>
				connection.send({ channel: 4, data: new TextEncoder().encode(text) });
			await resize('{"Width":80,"Height":24}');
			await resize('null');
			await resize('{"Width":0,"Height":24}');
			await resize('{"Width":100,"Height":30}');
			await resize(bad);
			await resize('{"Width":1,"Height":1}');
			end({ code: 0 });
			expect((await received(connection)).at(-1)).toContain('"status":"Success"');
			expect(sizes).toEqual(['80x24', '100x30']);
		}
		stop.abort(new Error('over'));
	});

	it('forwards a port into the pod, and says when nothing listens', async () => {
		const { agent, server, stop } = await bench();
		const socket = answeringSocket('pong');
		let dialled: unknown;
		agent.onDial = (target) => {
			dialled = target;
			return socket;
		};
		const connection = await server.upgrade({
			method: 'POST',
			path: '/portForward/default/web?port=80',
		});
		await connection.send({ channel: 0, data: new TextEncoder().encode('ping') });
		expect(await received(connection)).toEqual(['0:pong', '0:closed']);
		expect(socket.sent).toBe('ping');
		expect(dialled).toMatchObject({
			address: '127.0.0.1',
			port: 80,
			netns: expect.stringContaining('/run/netns/'),
		});
		agent.onDial = () => {
			throw new KernelError('ECONNREFUSED', 'refused', 'connect');
		};
		const refused = await server.upgrade({
			method: 'POST',
			path: '/portForward/default/web?port=81',
		});
		expect((await received(refused))[0]).toMatch(
			/^1:failed to connect to localhost:81 inside namespace ".*", IPv4: dial tcp4 127\.0\.0\.1:81: connect: connection refused$/,
		);
		stop.abort(new Error('over'));
	});

	it('lists its pods and says it is well', async () => {
		const { get, stop } = await bench();
		expect((await get('/healthz')).text).toBe('ok');
		const list = JSON.parse((await get('/pods')).text) as { items: Pod[] };
		expect(list.items.map((pod) => pod.status.phase)).toEqual(['Running']);
		const summary = JSON.parse((await get('/stats/summary')).text);
		expect(summary.pods[0].podRef.name).toBe('web');
		stop.abort(new Error('over'));
	});
});
