import type { Server } from 'node:http';
import type { Attachment, LogEntry, LogOptions } from '../../src/api/engine.ts';
import type { HttpRequest, Transport } from '../../src/api/transport.ts';
import { bodyText } from '../../src/client/body.ts';
import { portTransport, servePort } from '../../src/client/port-transport.ts';
import { Client } from '../../src/client/rest.ts';
import { ApiServer } from '../../src/control-plane/apiserver/api-server.ts';
import { Etcd } from '../../src/control-plane/etcd/etcd.ts';
import { serveDocker } from '../../src/headless/docker-front.ts';
import { Door } from '../../src/headless/door.ts';
import { serveHttp } from '../../src/headless/http-front.ts';
import { KernelError } from '../../src/node/agent/kernel-error.ts';
import { OutputTaps } from '../../src/node/engine/output-taps.ts';
import { dockerApi } from '../../src/node/engine-api/docker-api.ts';
import { FakeAgent } from '../../src/node/kubelet/fake-agent.ts';
import { FakeEngine } from '../../src/node/kubelet/fake-engine.ts';
import { startKubelet } from '../../src/node/kubelet/kubelet.ts';
import { ManualClock } from '../../src/util/clock.ts';
import { SeededRng } from '../../src/util/rng.ts';
import { engineBench } from '../unit/engine-bench.ts';
import { Program, socketAt } from './upgrades-programs.ts';

const node = {
	name: 'node-1',
	address: '192.168.56.11',
	podCidr: '10.244.1.0/24',
	role: 'worker' as const,
	tainted: false,
	memoryBytes: 96 << 20,
	kernel: '6.1.192',
	osImage: 'Debian GNU/Linux 12 (bookworm)',
};
const sighup = 1;

export const podName = 'streaming';
export const containerName = 'main';

/** Every program that was started and the streams that are open. */
class Ledger {
	programs: Program[] = [];
	/** Upgraded connections, logs that are followed, attachments. */
	open = 0;
	/** Lets docker's containers print something. */
	speak: () => void = () => undefined;
	#pid = 1000;

	start(argv: readonly string[]): Program {
		const [name = ''] = argv;
		if (name === 'none') throw new Error('exec: "none": executable file not found in $PATH');
		const program = new Program(this.#pid++, name);
		this.programs.push(program);
		return program;
	}
	end(): void {
		for (const program of this.programs) program.exit(137);
	}
	kill(pid: number): void {
		this.programs.find((program) => program.pid === pid)?.exit(137);
	}
}

/** Containers whose programs are {@link Program}s. */
class StreamingEngine extends FakeEngine {
	readonly #ledger: Ledger;
	readonly #taps = new OutputTaps();

	constructor(clock: ManualClock, ledger: Ledger) {
		super(clock);
		this.#ledger = ledger;
		this.execResult = ({ cmd, stdin }) => {
			const program = ledger.start(cmd);
			if (!stdin) program.closeStdin();
			return program;
		};
	}
	override attach(): Attachment {
		const attachment = this.#taps.attach({
			write: (data) => this.#taps.deliver('stdout', new Uint8Array(data)),
			closeStdin: () => undefined,
			resize: () => undefined,
		});
		this.#ledger.open++;
		const ended = () => this.#ledger.open--;
		attachment.done.then(ended, ended);
		return attachment;
	}
	override async *logs(_id: string, options: LogOptions = {}): AsyncGenerator<LogEntry> {
		this.#ledger.open++;
		try {
			const { follow = false, signal } = options;
			do {
				yield { time: 0, stream: 'stdout', data: new TextEncoder().encode('line\n') };
				await new Promise((resolve) => setTimeout(resolve, 1));
			} while (follow && !signal?.aborted);
		} finally {
			this.#ledger.open--;
		}
	}
}

/** A transport as it is seen from another thread. */
function acrossThreads(transport: Transport): { transport: Transport; close: () => void } {
	const { port1, port2 } = new MessageChannel();
	servePort(port1, transport);
	return { transport: portTransport(port2), close: () => (port1.close(), port2.close()) };
}

function counted(transport: Transport, ledger: Ledger): Transport {
	return {
		request: (request, signal) => transport.request(request, signal),
		upgrade: async (request, signal) => {
			const connection = await transport.upgrade(request, signal);
			ledger.open++;
			let isOpen = true;
			const over = () => {
				if (isOpen) ledger.open--;
				isOpen = false;
			};
			async function* read() {
				try {
					yield* connection.messages;
				} finally {
					over();
				}
			}
			return {
				send: (message) => connection.send(message),
				messages: read(),
				close: () => {
					over();
					connection.close();
				},
			};
		},
	};
}

export interface Fronts {
	kubernetes: Server;
	docker: Server;
	ledger: Ledger;
	/** The Engine API without the front. */
	engine: Transport;
	close(): void;
}

/** Both fronts with all that is behind them: ports between threads, API server, kubelet, engine; only programs are ours. */
export async function startFronts(warn: (line: string) => void): Promise<Fronts> {
	const ledger = new Ledger();
	const log = {
		warn: (component: string, message: string, error?: unknown) =>
			warn(`${component}: ${message}: ${String(error)}`),
	};
	const front = { door: new Door(), log };
	const kubernetes = await startKubernetes(ledger, log);
	const engine = await startEngine(ledger);
	const threads = [acrossThreads(kubernetes.api), acrossThreads(counted(engine, ledger))] as const;
	const [api, docker] = threads;
	const servers = [
		await serveHttp({ ...front, api: api.transport }, 0),
		await serveDocker({ ...front, api: docker.transport }, 0),
	] as const;
	return {
		kubernetes: servers[0],
		docker: servers[1],
		ledger,
		engine,
		close: () => {
			kubernetes.stop();
			for (const server of servers) server.close();
			for (const thread of threads) thread.close();
		},
	};
}

type Log = Parameters<typeof startKubelet>[0]['log'];

async function startKubernetes(ledger: Ledger, log: Log) {
	const clock = new ManualClock(Date.parse('2026-01-01T00:00:00Z'));
	const rng = new SeededRng(7);
	const nodes = new Map<string, Transport>();
	const api = new ApiServer({ store: new Etcd(), clock, rng, nodes: (name) => nodes.get(name) });
	const client = new Client(api);
	const agent = new FakeAgent();
	agent.onDial = ({ port }) =>
		socketAt(port, () => new KernelError('ECONNREFUSED', 'refused', 'connect'));
	const batch = agent.batch.bind(agent);
	agent.batch = (ops, options) => {
		for (const op of ops) if (op.op === 'kill' && op.signal === sighup) ledger.kill(op.pid);
		return batch(ops, options);
	};
	const engine = new StreamingEngine(clock, ledger);
	engine.addImage('busybox:1');
	const stop = new AbortController();
	const { server } = startKubelet({
		...{ client, engine, agent, clock, rng, log, node },
		signal: stop.signal,
	});
	const kubelet = acrossThreads(counted(server, ledger));
	nodes.set(node.name, kubelet.transport);
	for (let turn = 0; turn < 8; turn++) await clock.advance(100);
	await client.pods('default').create({
		apiVersion: 'v1',
		kind: 'Pod',
		metadata: { name: podName },
		spec: {
			nodeName: node.name,
			containers: [{ name: containerName, image: 'busybox:1', stdin: true }],
		},
	});
	for (let turn = 0; turn < 20; turn++) await clock.advance(100);
	return {
		api,
		stop: () => {
			stop.abort(new Error('over'));
			kubelet.close();
		},
	};
}

/** An engine with one container, whose execs are {@link Program}s. */
async function startEngine(ledger: Ledger): Promise<Transport> {
	const { agent, clock, engine } = await engineBench();
	await engine.pullImage('busybox');
	const plain = agent.spawn.bind(agent);
	agent.program = () => undefined;
	for (const tty of [false, true]) {
		const name = tty ? 'tty' : podName;
		const { id } = await engine.createContainer({ image: 'busybox', name, tty, openStdin: true });
		await engine.startContainer(id);
	}
	const containers = agent.spawned.filter(({ spec }) => spec.rootfs !== undefined);
	ledger.speak = () => {
		for (const container of containers) container.print('.');
	};
	agent.spawn = async (spec) =>
		spec.joinPid === undefined ? plain(spec) : ledger.start(spec.argv);
	return dockerApi(engine, clock);
}

/** Asks an engine for an exec; answers its id. */
export async function createExec(engine: Transport, container: string, body: object) {
	const request: HttpRequest = {
		method: 'POST',
		path: `/containers/${container}/exec`,
		headers: { 'content-type': 'application/json' },
		body: JSON.stringify(body),
	};
	const answer = await engine.request(request);
	return (JSON.parse(await bodyText(answer.body)) as { Id: string }).Id;
}
