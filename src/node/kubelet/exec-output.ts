import type { GuestProcess } from '../../api/agent.ts';
import type { KubeletEngine } from './config.ts';
import type { ExecConfig } from '../../api/engine.ts';
import type { Agent } from '../../api/agent.ts';
import type { Clock } from '../../util/clock.ts';
import { logged, type Log } from '../../util/log.ts';

export interface ExecResult {
	code: number;
	output: string;
	timedOut: boolean;
}

const sigkill = 9;

function collect(process: GuestProcess, max: number): () => string {
	const decoder = new TextDecoder();
	let output = '';
	process.onOutput((_stream, data) => {
		if (output.length < max) output += decoder.decode(data, { stream: true });
	});
	return () => output.slice(0, max);
}

/** Runs a program in a container to its end, or kills it at the deadline. */
export async function execOutput(
	deps: { engine: KubeletEngine; agent: Agent; clock: Clock; log: Log },
	containerId: string,
	config: ExecConfig,
	timeoutMs: number,
): Promise<ExecResult> {
	const process = await deps.engine.exec(containerId, config);
	const output = collect(process, 10 * 1024);
	let timedOut = false;
	const timer = deps.clock.after(timeoutMs, () => {
		timedOut = true;
		const kill = deps.agent.batch([{ op: 'kill', pid: process.pid, signal: sigkill }]);
		kill.catch(logged(deps.log, 'kubelet', 'a program that took too long was not killed'));
	});
	const { code } = await process.exited;
	timer.cancel();
	return { code, output: output(), timedOut };
}
