import type { KernelOp, KernelResult } from '../../src/api/agent.ts';
import type { HttpRequest } from '../../src/api/transport.ts';
import { dockerApi } from '../../src/node/engine-api/docker-api.ts';
import { engineBench } from '../unit/engine-bench.ts';
import { hostileEngineRequest } from './engine-requests.ts';
import type { Random } from './random.ts';
import type { Target } from './soak.ts';

/** What operations have made of a guest: every mount, link, namespace file and cgroup that is there. */
class Ledger {
	readonly #there = new Map<string, number>();

	take(op: KernelOp): void {
		if (op.op === 'mount') this.#count(`mount ${op.target}`, 1);
		if (op.op === 'umount') this.#count(`mount ${op.target}`, -1);
		if (op.op === 'netns-add') this.#count(`netns ${op.path}`, 1);
		if (op.op === 'netns-del') this.#count(`netns ${op.path}`, -1);
		if (op.op === 'link-add') this.#count(`link ${op.name}`, 1);
		if (op.op === 'link-del') this.#count(`link ${op.name}`, -1);
		if (op.op === 'mkdir') this.#folder(op.path, true);
		if (op.op === 'remove') this.#folder(op.path, false);
	}
	#count(what: string, by: number): void {
		const left = Math.max(0, (this.#there.get(what) ?? 0) + by);
		if (left === 0) this.#there.delete(what);
		else this.#there.set(what, left);
	}
	/** Of folders those that a container or a layer has to itself. */
	#folder(path: string, isMade: boolean): void {
		if (!/^\/sys\/fs\/cgroup\/docker\/.|\/overlay2\/.|\/containers\/.|\/volumes\/./.test(path))
			return;
		if (isMade) this.#there.set(`folder ${path}`, 1);
		else
			for (const key of [...this.#there.keys()])
				if (key === `folder ${path}` || key.startsWith(`folder ${path}/`)) this.#there.delete(key);
	}
	list(): string[] {
		return [...this.#there.keys()].sort();
	}
}

type Bench = Awaited<ReturnType<typeof engineBench>>;

/** The clock stands still after so many turns, and what unpacks on another thread gets its time. */
const turns = 400;
const patience = 5_000;

/** A node's Engine API in this process, over a guest without a kernel that now and then refuses something. */
export class EngineTarget implements Target {
	readonly #ledger = new Ledger();
	#bench: (Bench & { api: ReturnType<typeof dockerApi> }) | undefined;
	#before: string[] = [];
	#last: HttpRequest | undefined;
	readonly #execs: string[] = [];

	async step(random: Random): Promise<void> {
		const { agent } = await this.#start();
		this.#last = hostileEngineRequest(random, this.#execs);
		const refused = random.chance(0.05) ? random.int(12) : -1;
		this.#refuseAt = refused;
		agent.refusal = random.chance(0.03)
			? Object.assign(new Error('exec: "x": permission denied'), { errno: 'EACCES' })
			: undefined;
		const lives = random.chance(0.6);
		agent.program = (process) => void (lives || process.exit(random.int(3)));
		await this.#ask(this.#last, refused >= 0);
		if (Object.keys(Object.prototype).length > 0) throw new Error('Object.prototype was changed');
	}
	describe(): string {
		return JSON.stringify(this.#last).slice(0, 1500);
	}
	/** Once every container, volume and image is removed, the guest is as it was. */
	async check(): Promise<void> {
		const { engine, agent } = await this.#start();
		this.#refuseAt = -1;
		agent.refusal = undefined;
		agent.program = () => undefined;
		await this.#settled(async () => {
			for (const { id } of engine.listContainers({ all: true }))
				await engine.removeContainer(id, { force: true, volumes: true });
			for (const { name } of engine.listVolumes()) await engine.removeVolume(name);
			for (const { id } of engine.listImages()) await engine.removeImage(id, { force: true });
		});
		await this.#settled(() => this.#bench?.clock.advance(60_000) ?? Promise.resolve());
		const left = this.#ledger.list().filter((each) => !this.#before.includes(each));
		if (left.length > 0) throw new Error(`left in the guest: ${left.slice(0, 20).join(', ')}`);
		await this.#settled(async () => {
			await engine.pullImage('busybox');
			const { id } = await engine.createContainer({ image: 'busybox', name: 'whole' });
			await engine.startContainer(id);
			if (engine.container(id).ip !== '172.17.0.2') throw new Error('addresses are lost');
		});
	}
	#refuseAt = -1;
	async #start() {
		if (this.#bench) return this.#bench;
		const bench = await engineBench();
		const { agent } = bench;
		const plain = agent.batch.bind(agent);
		agent.batch = async (ops, options) => this.#carryOut(await plain(ops), ops, options?.keepGoing);
		this.#bench = { ...bench, api: dockerApi(bench.engine, bench.clock) };
		this.#before = this.#ledger.list();
		return this.#bench;
	}
	/** Refuses one operation of the step, and all after it unless they go on. */
	#carryOut(results: KernelResult[], ops: KernelOp[], keepGoing = false): KernelResult[] {
		const done: KernelResult[] = [];
		for (const [i, op] of ops.entries()) {
			const isRefused = !keepGoing && this.#refuseAt-- === 0;
			if (!isRefused) this.#ledger.take(op);
			done.push(isRefused ? { ok: false, errno: 'EIO', message: 'no luck' } : results[i]!);
			if (isRefused) break;
		}
		return done;
	}
	async #ask(request: HttpRequest, mayFail: boolean): Promise<void> {
		const { api } = await this.#start();
		const leave = new AbortController();
		const { status, text } = await this.#settled(async () => {
			const response = await api.request(request, leave.signal);
			return { status: response.status, text: await textOf(response.body) };
		}, leave);
		if (request.path.endsWith('/exec') && status === 201)
			this.#execs.push((JSON.parse(text) as { Id: string }).Id);
		const isTheirs =
			mayFail ||
			/no luck|permission denied|not a swarm manager|port is already allocated/.test(text);
		if (status >= 500 && status !== 501 && !isTheirs)
			throw new Error(`answered ${status}: ${text.slice(0, 300)}`);
		if (status < 200 || status > 599) throw new Error(`answered with status ${status}`);
	}
	/** Waits for something while the clock goes on; the client leaves half way. */
	async #settled<T>(work: () => Promise<T>, leave?: AbortController): Promise<T> {
		let isOver = false;
		const done = work().finally(() => (isOver = true));
		done.catch(() => undefined);
		const began = performance.now();
		const mayTake = (turn: number) => turn < turns || performance.now() - began < patience;
		for (let turn = 0; mayTake(turn) && !isOver; turn++) {
			await new Promise((resolve) => (turn < turns ? setImmediate : setTimeout)(resolve));
			if (isOver) break;
			if (turn > 10 && turn < turns) await this.#bench?.clock.advance(turn);
			if (turn === turns / 2) leave?.abort(new Error('the client left'));
		}
		if (!isOver) throw new Error('hangs');
		return done;
	}
}

async function textOf(body: string | Uint8Array | AsyncIterable<string | Uint8Array>) {
	if (typeof body === 'string') return body;
	if (body instanceof Uint8Array) return new TextDecoder().decode(body);
	let text = '';
	for await (const chunk of body)
		text += typeof chunk === 'string' ? chunk : new TextDecoder().decode(chunk);
	return text;
}
