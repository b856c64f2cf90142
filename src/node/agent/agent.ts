import type {
	Agent,
	AgentHello,
	CommandSession,
	Datagram,
	GuestEvent,
	GuestIdentity,
	GuestListener,
	GuestProcess,
	GuestSocket,
	KernelAction,
	KernelOp,
	KernelResult,
	ProcessFact,
	ProcessSpec,
} from '../../api/agent.ts';
import type { Clock } from '../../util/clock.ts';
import { Recent } from '../../util/recent.ts';
import { AttributeWriter, findAttribute } from './attributes.ts';
import { CommandStream } from './command-session.ts';
import { Connection, type ByteChannel } from './connection.ts';
import { describeOp, describeSpawn } from './describe.ts';
import { readFacts } from './facts.ts';
import type { Frame } from './frame.ts';
import { GuestEvents } from './guest-events.ts';
import { batchPayload, encodeBatch, readResult, type EncodedOp } from './kernel-ops.ts';
import { errnoName, KernelError } from './kernel-error.ts';
import { DatagramListener, TcpListener, type Listener, type OpenListener } from './listeners.ts';
import { encodeSpec } from './process-spec.ts';
import { ProcessStream, u32 } from './process-stream.ts';
import { attribute as a, frameType } from './protocol.ts';
import { SocketStream } from './socket-stream.ts';

/** How long the guest may take to answer, in milliseconds. */
export interface Deadlines {
	request: number;
	spawn: number;
}

const defaultDeadlines: Deadlines = { request: 10_000, spawn: 20_000 };
const dialTimeoutMs = 5000;
const listenAgainMs = 1000;

/** The agent in a guest, over a channel of bytes. */
export class GuestAgent implements Agent {
	readonly #clock: Clock;
	readonly #deadlines: Deadlines;
	readonly #connection: Connection;
	readonly #events: GuestEvents;
	readonly #log = new Recent<KernelAction>();
	#badFramesGuest = 0;
	#greeted = false;
	#onLost: (error: Error) => void = () => undefined;
	#route: { address: string; listener: (errno: string | undefined) => void } | undefined;
	#onCommand: (session: CommandSession) => void = (session) => session.exit(1);

	constructor(channel: ByteChannel, clock: Clock, deadlines: Partial<Deadlines> = {}) {
		this.#clock = clock;
		this.#deadlines = { ...defaultDeadlines, ...deadlines };
		this.#connection = new Connection(channel, clock);
		this.#events = new GuestEvents(this.#connection, clock);
		this.#connection.onUnasked((frame) => this.#unasked(frame));
	}

	async hello(): Promise<AgentHello> {
		const list = await this.#request(frameType.hello, new Uint8Array(), 'hello');
		const number = (tag: number): number => findAttribute(list, tag)?.u32 ?? 0;
		this.#badFramesGuest = number(a.badFrames);
		this.#greeted = true;
		return {
			protocol: number(a.version),
			kernel: findAttribute(list, a.kernel)?.text ?? '',
			uptimeMs: number(a.uptime),
			memoryBytes: number(a.memory) * 1024,
		};
	}

	async identify(identity: GuestIdentity): Promise<void> {
		const out = new AttributeWriter().text(a.hostname, identity.hostname);
		out.u64(a.time, BigInt(Math.round(identity.time))).bytes(a.entropy, identity.entropy);
		out.text(a.address, identity.mac).text(a.cidr, identity.cidr);
		out.optionalText(a.gateway, identity.gateway).text(a.machineId, identity.machineId);
		out.text(a.hosts, identity.hosts.map((line) => `${line}\n`).join(''));
		const { hostname, mac, cidr } = identity;
		const what = `identify: hostname ${hostname}; clock_settime; eth0 ${mac} ${cidr}`;
		await this.#logged(what, () => this.#request(frameType.identify, out.finish(), what));
	}

	async batch(ops: KernelOp[], options?: { keepGoing?: boolean }): Promise<KernelResult[]> {
		const results: KernelResult[] = [];
		const time = this.#clock.now();
		for (const request of encodeBatch(ops)) {
			await this.#runBatch(ops, request, options?.keepGoing === true, results);
			if (!options?.keepGoing && results.some((result) => !result.ok)) break;
		}
		this.#logBatch(ops, results, time);
		return results;
	}

	async spawn(spec: ProcessSpec): Promise<GuestProcess> {
		const what = describeSpawn(spec);
		return this.#logged(what, async () => {
			let stream: ProcessStream | undefined;
			const list = await this.#connection.request(frameType.spawn, encodeSpec(spec), {
				what: `spawn ${spec.argv[0] ?? ''}`,
				deadlineMs: this.#deadlines.spawn,
				sink: (id) => (stream = new ProcessStream(this.#connection, id)),
			});
			if (!stream) throw new KernelError('EIO', 'no stream', what);
			stream.pid = findAttribute(list, a.pid)?.u32 ?? 0;
			return stream;
		});
	}

	async dial(target: {
		address: string;
		port: number;
		netns?: string;
		timeoutMs?: number;
	}): Promise<GuestSocket> {
		const timeoutMs = target.timeoutMs ?? dialTimeoutMs;
		const out = new AttributeWriter().text(a.address, target.address).u32(a.port, target.port);
		out.optionalText(a.netns, target.netns).u32(a.timeout, timeoutMs);
		let stream: SocketStream | undefined;
		await this.#connection.request(frameType.dial, out.finish(), {
			what: `dial tcp ${target.address}:${target.port}`,
			deadlineMs: timeoutMs + this.#deadlines.request,
			sink: (id) => (stream = new SocketStream(this.#connection, id)),
		});
		if (!stream) throw new KernelError('EIO', 'no stream', 'dial');
		return stream;
	}

	listenTcp(
		at: { address: string; port: number },
		onConnection: (socket: GuestSocket) => void,
	): Promise<GuestListener> {
		const open = this.#reopen(at, false);
		return this.#listen(at, false, new TcpListener(this.#connection, open, onConnection));
	}

	listenUdp(
		at: { address: string; port: number },
		onDatagram: (datagram: Datagram, reply: (data: Uint8Array) => void) => void,
	): Promise<GuestListener> {
		const open = this.#reopen(at, true);
		return this.#listen(at, true, new DatagramListener(this.#connection, open, onDatagram));
	}

	async processes(): Promise<ProcessFact[]> {
		return readFacts(await this.#request(frameType.processes, new Uint8Array(), 'processes'));
	}

	async watchOom(cgroup: string): Promise<void> {
		const payload = new AttributeWriter().text(a.cgroup, cgroup).finish();
		await this.#request(frameType.watchOom, payload, `watch ${cgroup}/memory.events`);
	}

	subscribe(listener: (event: GuestEvent) => void, options?: { processes?: boolean }): () => void {
		return this.#events.subscribe(listener, options?.processes === true);
	}

	onCommand(listener: (session: CommandSession) => void): void {
		this.#onCommand = listener;
	}

	/** Told when another agent has taken the place of the one that was talked to. */
	onLost(listener: (error: Error) => void): void {
		this.#onLost = listener;
	}

	/** Tells with which errno a connection to this address would fail, now and each time that changes. */
	async watchRoute(address: string, listener: (errno: string | undefined) => void): Promise<void> {
		this.#route = { address, listener };
		const payload = new AttributeWriter().text(a.address, address).finish();
		await this.#request(frameType.watchRoute, payload, `watch the way to ${address}`);
	}

	actions(since = 0): { next: number; actions: KernelAction[] } {
		const { next, entries } = this.#log.since(since);
		return { next, actions: entries };
	}

	stats(): { framesIn: number; framesOut: number; badFrames: number; badFramesGuest: number } {
		return { ...this.#connection.stats, badFramesGuest: this.#badFramesGuest };
	}

	close(error: Error): void {
		this.#connection.close(error);
	}

	#request(type: number, payload: Uint8Array, what: string) {
		return this.#connection.request(type, payload, { what, deadlineMs: this.#deadlines.request });
	}

	async #listen<T extends Listener>(
		at: { address: string; port: number },
		udp: boolean,
		listener: T,
	): Promise<T> {
		const out = new AttributeWriter().text(a.address, at.address).u32(a.port, at.port);
		await this.#connection.request(frameType.listen, out.u32(a.udp, Number(udp)).finish(), {
			what: `listen ${udp ? 'udp' : 'tcp'} ${at.address}:${at.port}`,
			deadlineMs: this.#deadlines.request,
			sink: (id) => listener.opened(id),
		});
		return listener;
	}

	/** Listens again after the agent was lost, until it succeeds or nobody wants it any more. */
	#reopen(at: { address: string; port: number }, udp: boolean): OpenListener {
		const again: OpenListener = (listener) => {
			if (listener.isClosed) return;
			this.#listen(at, udp, listener).catch(() =>
				this.#clock.after(listenAgainMs, () => again(listener)),
			);
		};
		return again;
	}

	async #runBatch(
		ops: KernelOp[],
		request: EncodedOp[],
		keepGoing: boolean,
		results: KernelResult[],
	): Promise<void> {
		const answers = await this.#request(
			frameType.batch,
			batchPayload(request, keepGoing),
			ops[request[0]?.index ?? 0]?.op ?? 'batch',
		);
		for (const [i, answer] of answers.entries()) {
			const index = request[i]?.index;
			const op = index === undefined ? undefined : ops[index];
			if (index === undefined || !op) continue;
			/* Of a write in parts the first failure is its result. */
			if (results[index]?.ok === false) continue;
			results[index] = readResult(op, answer);
		}
	}

	#logBatch(ops: KernelOp[], results: KernelResult[], time: number): void {
		const took = this.#clock.now() - time;
		for (const [index, result] of results.entries()) {
			const op = ops[index];
			const what = op && describeOp(op);
			if (!what) continue;
			this.#log.add({ time, took, what, ...(result.ok ? {} : { error: result.message }) });
		}
	}

	async #logged<T>(what: string, fn: () => Promise<T>): Promise<T> {
		const time = this.#clock.now();
		try {
			const result = await fn();
			this.#log.add({ time, took: this.#clock.now() - time, what });
			return result;
		} catch (error) {
			const message = error instanceof Error ? error.message : String(error);
			this.#log.add({ time, took: this.#clock.now() - time, what, error: message });
			throw error;
		}
	}

	/** The first word of an agent. A second one means that the first is gone, with all it had open. */
	#started(): void {
		if (!this.#greeted) return;
		const what = 'the agent of the node was lost and has been started again';
		this.#log.add({ time: this.#clock.now(), took: 0, what });
		const error = new KernelError('ECONNRESET', what, 'agent');
		this.#connection.startOver(error);
		this.#events.startOver();
		const route = this.#route;
		if (route) this.watchRoute(route.address, route.listener).catch(() => undefined);
		this.#onLost(error);
	}

	#routeChanged(number: number): void {
		this.#route?.listener(number === 0 ? undefined : errnoName(number));
	}

	#unasked(frame: Frame): void {
		if (frame.type === frameType.oom || frame.type === frameType.process)
			return this.#events.frame(frame);
		if (frame.type === frameType.started) return this.#started();
		if (frame.type === frameType.route) return this.#routeChanged(u32(frame));
		if (frame.type !== frameType.command) return;
		const session = new CommandStream(this.#connection, frame);
		this.#connection.addStream(frame.id, session);
		this.#onCommand(session);
	}
}
