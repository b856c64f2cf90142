import type { ExitStatus, GuestProcess, KernelOp, ProcessSpec } from '../../api/agent.ts';
import { EngineError, StartError } from '../../client/engine-error.ts';
import {
	cgroupFile,
	cgroupOps,
	cgroupRemovalOps,
	parseFlatKeyed,
	removeOnceFree,
} from './cgroup.ts';
import {
	containerFileMounts,
	containerFileOps,
	hostsFile,
	removalOps,
	resolvFile,
} from './container-files.ts';
import {
	blankNetwork,
	disconnectOps,
	planNetwork,
	publishPorts,
	releaseNetwork,
	type NetworkPlan,
} from './container-network.ts';
import { Deferred, type ContainerRecord } from './container-record.ts';
import type { EngineContext } from './context.ts';
import { nodeDevices } from './devices.ts';
import { groupNumbers } from './groups.ts';
import { chainIds } from './image-config.ts';
import { inTurn, runOps, textOf, tryOps } from './kernel.ts';
import { mendDirectories } from './mend-directories.ts';
import { nextDelay, shouldRestart } from './restart-policy.ts';
import { processSpec, type RunPlace } from './run-spec.ts';
import { sandboxShm } from './sandbox-files.ts';
import { startFailure } from './start-error.ts';
import { hasChildren } from './whiteouts.ts';

/** By then the command that waited for the container has ended, and its shell has its prompt back. */
const clearUpDelay = 15;
const killed = 128 + 9;
/** Of a container that did not come as far as its program. */
const unknownExit = 128;

/** Starts a container's process and clears up after it: one batch and one spawn, one batch at the end. */
export class Runner {
	readonly #context: EngineContext;

	constructor(context: EngineContext) {
		this.#context = context;
	}
	/** Who starts it while it is being started gets the same answer. */
	async start(record: ContainerRecord): Promise<void> {
		if (record.isRunning) return;
		record.restartTimer?.cancel();
		record.starting ??= this.#start(record).finally(() => (record.starting = undefined));
		return record.starting;
	}
	/** Whatever fails on the way takes the one way out: `#failed`. */
	async #start(record: ContainerRecord): Promise<void> {
		await record.runEnd?.promise;
		this.#requireStartable(record);
		try {
			record.process = await this.#launch(record).catch((error: unknown) =>
				this.#launchAgain(record, error),
			);
		} catch (error) {
			await this.#failed(record, error as Error);
			throw error;
		}
		this.#started(record, record.process);
	}
	/** It may have gone while its last run was cleared up. */
	#requireStartable({ info }: ContainerRecord): void {
		if (!this.#context.containers.has(info.id))
			throw new EngineError(404, `No such container: ${info.id}`);
		if (info.state === 'removing')
			throw new EngineError(409, 'container is marked for removal and cannot be started');
	}
	async #launchAgain(record: ContainerRecord, error: unknown): Promise<GuestProcess> {
		if (!(await mendDirectories(this.#context.agent, error))) throw error;
		await this.#takeDown(record, []);
		return this.#launch(record);
	}
	async #launch(record: ContainerRecord): Promise<GuestProcess> {
		const { agent } = this.#context;
		const plan = planNetwork(this.#context, record);
		const ready = runOps(agent, this.#startOps(record, plan));
		// It is waited for below, maybe later than it fails.
		ready.catch(() => undefined);
		if (mustWait(record)) {
			await ready;
			await this.#copyUp(record);
			await publishPorts(this.#context, record);
		}
		const groups = await groupNumbers(agent, record.info, ready);
		const devices = record.info.config.privileged ? await nodeDevices(agent) : [];
		const spawned = agent
			.spawn(this.#spec(record, plan, { groups, devices }))
			.catch((error: unknown) => {
				throw startFailure(error);
			});
		const process = await inTurn(ready, spawned);
		record.unmade = [];
		return process;
	}
	/** The container is as it was before, but for its error; nothing of the start is left in the guest. */
	async #failed(record: ContainerRecord, error: Error): Promise<void> {
		const { info } = record;
		const exitCode = error instanceof StartError ? error.exitCode : unknownExit;
		Object.assign(info, { exitCode, error: error.message });
		const isLast = info.config.autoRemove ?? false;
		// What cannot be told to the guest any more must not hide why the start failed.
		await this.#takeDown(record, isLast ? removalOps(info.id) : []).catch(() => undefined);
		if (info.state === 'restarting') info.state = 'exited';
		this.#context.events.container('die', info, exitCode);
		await this.#stopped(record, { code: exitCode }, isLast);
	}
	#startOps(record: ContainerRecord, plan: NetworkPlan): KernelOp[] {
		const { info } = record;
		const { node } = this.#context;
		const { lower, upper, work, merged } = info.overlay;
		const data = `lowerdir=${lower.join(':')},upperdir=${upper},workdir=${work}`;
		return [
			...record.unmade,
			{ op: 'mount', source: 'overlay', target: merged, fstype: 'overlay', data },
			...plan.ops,
			...(record.sandbox ? [] : this.#fileOps(record)),
			...cgroupOps(info.cgroup, info.config.resources ?? {}, node.cgroups),
		];
	}
	#fileOps(record: ContainerRecord): KernelOp[] {
		const { config, id, ip } = record.info;
		const hostname = this.#hostname(record);
		const hosts = hostsFile({ ip, hostname, extra: config.extraHosts ?? [] });
		const resolv = resolvFile(config.dns, this.#context.node.resolvConf);
		return containerFileOps(id, { hostname, hosts, resolv });
	}
	#hostname({ info }: ContainerRecord): string {
		const { hostname, network } = info.config;
		return hostname || (network === 'host' ? this.#context.node.name : info.id.slice(0, 12));
	}
	async #copyUp(record: ContainerRecord): Promise<void> {
		const layers = this.#context.layers.indexes(chainIds(record.image));
		await this.#context.volumes.copyUp(record.info.mounts, record.info.overlay.merged, (path) =>
			hasChildren(path, layers),
		);
	}
	#spec(
		record: ContainerRecord,
		plan: NetworkPlan,
		more: Pick<RunPlace, 'groups' | 'devices'>,
	): ProcessSpec {
		const { info, sandbox } = record;
		const pidns = pidNamespace(this.#context, record);
		return processSpec(info, record.image, {
			pidns,
			...more,
			netns: plan.netns,
			sandbox,
			shm: sandbox ? sandboxShm(sandbox.id) : undefined,
			files: containerFileMounts(sandbox?.id ?? info.id),
			hostname: sandbox ? sandbox.config.hostname : this.#hostname(record),
			size: record.size,
		});
	}
	#started(record: ContainerRecord, process: GuestProcess): void {
		const { info, logs, taps } = record;
		Object.assign(info, { state: 'running', pid: process.pid, exitCode: 0, error: '' });
		Object.assign(info, { oomKilled: false, finished: info.finished });
		info.started = this.#context.clock.now();
		record.manualStop = false;
		record.runEnd = new Deferred();
		logs.begin();
		record.running.resolve(process);
		process.onOutput((stream, data) => {
			logs.append(stream, data);
			return taps.deliver(stream, data);
		});
		this.#context.events.container('start', info);
		if (info.config.resources?.memory)
			void this.#context.agent.watchOom(info.cgroup).catch(() => undefined);
		// A rejection means that the guest is gone, and with it all there was to clear up.
		void process.exited
			.then((status) => this.#ended(record, status))
			.catch((error: unknown) => this.#lost(record, error));
	}
	#lost(record: ContainerRecord, error: unknown): void {
		record.process = undefined;
		Object.assign(record.info, { state: 'dead', pid: 0, error: (error as Error).message });
		record.logs.end();
		record.taps.end();
		record.stopped.resolve({ code: 255 });
		record.runEnd?.resolve({ code: 255 });
	}
	async #ended(record: ContainerRecord, status: ExitStatus): Promise<void> {
		const { info } = record;
		const { clock, events } = this.#context;
		record.process = undefined;
		record.running = new Deferred();
		const again = this.#willRestart(record, status);
		const isLast = !again && !record.restarting && (info.config.autoRemove ?? false);
		const clearUp = () => this.#takeDown(record, isLast ? removalOps(info.id) : []);
		const isFree = !again && !needsClearing(record, status);
		if (!isFree) await clearUp();
		const ranMs = clock.now() - info.started;
		Object.assign(info, { pid: 0, exitCode: status.code, finished: clock.now() });
		info.state = again ? 'restarting' : 'exited';
		blankNetwork(record);
		events.container('die', info, status.code);
		record.logs.end();
		if (again) this.#scheduleRestart(record, ranMs);
		else await this.#stopped(record, status, isLast);
		if (isFree) {
			await clock.sleep(clearUpDelay);
			await clearUp();
		}
		record.runEnd?.resolve(status);
		record.runEnd = undefined;
	}
	#willRestart(record: ContainerRecord, status: ExitStatus): boolean {
		const { config, restartCount } = record.info;
		return shouldRestart(config.restart, {
			exitCode: status.code,
			restartCount,
			manual: record.manualStop,
		});
	}
	/** Unmounts, disconnects and removes the cgroup; tells by its counter whether the kernel killed for memory. */
	async #takeDown(record: ContainerRecord, more: KernelOp[]): Promise<void> {
		const { info } = record;
		const { agent } = this.#context;
		const [kill, remove] = cgroupRemovalOps(info.cgroup);
		if (!kill || !remove) return;
		const results = await tryOps(agent, [
			{ op: 'read', path: cgroupFile(info.cgroup, 'memory.events') },
			kill,
			{ op: 'umount', target: info.overlay.merged, lazy: true },
			...disconnectOps(this.#context, record),
			...more,
			remove,
		]);
		const oomKills = parseFlatKeyed(textOf(results[0]))['oom_kill'] ?? 0;
		if (oomKills > 0) info.oomKilled = true;
		removeOnceFree(this.#context, info.cgroup, results.at(-1));
		await releaseNetwork(this.#context, record);
	}
	#scheduleRestart(record: ContainerRecord, ranMs: number): void {
		record.restartDelay = nextDelay(record.restartDelay, ranMs);
		record.restartTimer = this.#context.clock.after(record.restartDelay, () => {
			record.info.restartCount++;
			this.start(record).catch(() => this.giveUp(record));
		});
	}
	/** A container that waited for its restart will not get it. */
	giveUp(record: ContainerRecord): void {
		record.restartTimer?.cancel();
		record.info.state = 'exited';
		// Nothing is removed, so nothing can fail.
		this.#stopped(record, { code: record.info.exitCode }, false).catch(() => undefined);
	}
	async #stopped(record: ContainerRecord, status: ExitStatus, removed: boolean): Promise<void> {
		record.restartDelay = 0;
		record.taps.end();
		if (removed) await this.forget(record, true);
		record.stopped.resolve(status);
		record.stopped = new Deferred();
	}
	/** Drops a container whose files are gone. */
	async forget(record: ContainerRecord, volumes: boolean): Promise<void> {
		const { containers, events, layers, volumes: store } = this.#context;
		if (!containers.delete(record.info.id)) return;
		record.taps.end();
		await layers.release(chainIds(record.image));
		for (const name of volumes ? record.anonymousVolumes : [])
			await store.remove(name, []).catch(() => undefined);
		events.container('destroy', record.info);
		record.removed.resolve({ code: record.info.exitCode });
	}
}

/** The PID namespace it shares with another container. */
function pidNamespace(context: EngineContext, { info }: ContainerRecord): string | undefined {
	const { pid } = info.config;
	if (pid === undefined || pid === 'host') return undefined;
	const other = context.containers.get(pid.slice('container:'.length));
	if (!other.isRunning)
		throw new EngineError(
			409,
			`cannot join PID namespace of a non running container: ${other.info.id}`,
		);
	return `/proc/${other.info.pid}/ns/pid`;
}

/**
 * Whether the process may only be asked for when all is known to be in place. Otherwise it is asked for
 * at once: what is made last is its cgroup, and without that the agent starts nothing.
 */
function mustWait({ info }: ContainerRecord): boolean {
	const { resources, ports } = info.config;
	const isLimited = Object.values(resources ?? {}).some(Boolean);
	return isLimited || (ports ?? []).length > 0 || info.mounts.some(({ type }) => type === 'volume');
}

/**
 * Whether who waits for the end must wait for the clearing up, too: for what only it tells (a kill for
 * want of memory), for names and ports that may be asked for again at once, or because it was asked for.
 */
function needsClearing(record: ContainerRecord, status: ExitStatus): boolean {
	const { info, manualStop, ports, anonymousVolumes } = record;
	const mayBeOom = status.code === killed || info.config.resources?.memory !== undefined;
	return mayBeOom || manualStop || ports.length > 0 || anonymousVolumes.length > 0;
}
