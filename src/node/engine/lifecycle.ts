import { EngineError } from '../../client/engine-error.ts';
import { cgroupFile } from './cgroup.ts';
import { removalOps } from './container-files.ts';
import type { ContainerRecord } from './container-record.ts';
import type { EngineContext } from './context.ts';
import { runOps, tryOps } from './kernel.ts';
import type { Runner } from './runner.ts';
import { signalNumber } from './signals.ts';
import { askToStop, stopSignal } from './stop-signal.ts';

const defaultGrace = 10;
const killSignal = 9;

/** Docker's verbs on a container that exists: what signals it gets and when it is let go. */
export class Lifecycle {
	readonly #context: EngineContext;
	readonly #runner: Runner;

	constructor(context: EngineContext, runner: Runner) {
		this.#context = context;
		this.#runner = runner;
	}
	async start(record: ContainerRecord): Promise<void> {
		if (record.info.state === 'paused')
			throw new EngineError(409, 'cannot start a paused container, try unpause instead');
		await this.#runner.start(record);
	}
	async stop(record: ContainerRecord, seconds?: number): Promise<void> {
		const graceSeconds = seconds ?? record.info.config.stopTimeout ?? defaultGrace;
		await record.starting?.catch(() => undefined);
		record.manualStop = true;
		if (record.info.state === 'restarting') return this.#runner.giveUp(record);
		if (!record.isRunning) return;
		if (record.info.state === 'paused') await this.#freeze(record, false);
		await this.#askOrKill(record, graceSeconds);
		this.#context.events.container('stop', record.info);
	}
	async #askOrKill(record: ContainerRecord, graceSeconds: number): Promise<void> {
		const ended = record.runEnd?.promise;
		const patience = new AbortController();
		const asked = askToStop(this.#context, record, patience.signal);
		asked.catch(() => patience.abort());
		const timeout =
			graceSeconds < 0
				? new Promise<never>(() => undefined)
				: this.#context.clock.sleep(graceSeconds * 1000, patience.signal).then(
						() => 'timeout' as const,
						() => undefined,
					);
		const first = await Promise.race([ended, timeout]);
		patience.abort();
		await asked;
		if (first !== 'timeout') return;
		await this.#signal(record, killSignal);
		await ended;
	}
	async kill(record: ContainerRecord, signal: string): Promise<void> {
		const number = signalNumber(signal);
		const { info } = record;
		if (!record.isRunning)
			throw new EngineError(
				409,
				`cannot kill container: ${info.name}: container ${info.id} is not running`,
			);
		if (number === killSignal || number === signalNumber(stopSignal(record)))
			record.manualStop = true;
		if (info.state === 'paused' && number === killSignal) await this.#freeze(record, false);
		await this.#signal(record, number);
	}
	async #signal(record: ContainerRecord, signal: number): Promise<void> {
		const { agent, events } = this.#context;
		await tryOps(agent, [{ op: 'kill', pid: record.info.pid, signal }]);
		events.container('kill', record.info);
	}
	async restart(record: ContainerRecord, graceSeconds?: number): Promise<void> {
		record.restarting = true;
		await this.stop(record, graceSeconds).finally(() => (record.restarting = false));
		await this.#runner.start(record);
		this.#context.events.container('restart', record.info);
	}
	async pause(record: ContainerRecord): Promise<void> {
		const { info } = record;
		if (info.state === 'paused')
			throw new EngineError(409, `container ${info.id} is already paused`);
		if (!record.isRunning) throw new EngineError(409, `container ${info.id} is not running`);
		await this.#freeze(record, true);
		this.#context.events.container('pause', info);
	}
	async unpause(record: ContainerRecord): Promise<void> {
		if (record.info.state !== 'paused')
			throw new EngineError(409, `Container ${record.info.id} is not paused`);
		await this.#freeze(record, false);
		this.#context.events.container('unpause', record.info);
	}
	async #freeze(record: ContainerRecord, frozen: boolean): Promise<void> {
		const path = cgroupFile(record.info.cgroup, 'cgroup.freeze');
		await runOps(this.#context.agent, [{ op: 'write', path, data: frozen ? '1' : '0' }]);
		record.info.state = frozen ? 'paused' : 'running';
	}
	async remove(
		record: ContainerRecord,
		{ force = false, volumes = false }: { force?: boolean; volumes?: boolean },
	): Promise<void> {
		const { info } = record;
		await record.starting?.catch(() => undefined);
		if ((record.isRunning || info.state === 'restarting') && !force) throw stillRunning(record);
		const ended = record.runEnd?.promise;
		if (info.state === 'removing')
			throw new EngineError(409, `removal of container ${info.name} is already in progress`);
		if (info.state === 'restarting') this.#runner.giveUp(record);
		if (record.isRunning) await this.kill(record, 'KILL');
		await ended;
		if (info.config.autoRemove && ended) return;
		info.state = 'removing';
		await tryOps(this.#context.agent, removalOps(info.id));
		await this.#runner.forget(record, volumes);
		record.stopped.resolve({ code: info.exitCode });
	}
}

function stillRunning({ info }: ContainerRecord): EngineError {
	const advice = 'stop the container before removing or force remove';
	const how = info.state === 'paused' ? `unpause and then ${advice}` : advice;
	return new EngineError(
		409,
		`cannot remove container "/${info.name}": container is ${info.state}: ${how}`,
	);
}
