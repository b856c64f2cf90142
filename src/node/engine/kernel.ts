import type { Agent, KernelOp, KernelResult } from '../../api/agent.ts';
import { KernelError } from '../agent/kernel-error.ts';

/** Runs the operations in one request and throws at the first that failed. */
export async function runOps(agent: Agent, ops: KernelOp[]): Promise<KernelResult[]> {
	if (ops.length === 0) return [];
	const results = await agent.batch(ops);
	for (const result of results)
		if (!result.ok) throw new KernelError(result.errno, result.message, result.message);
	return results;
}

/** Runs all operations, whatever fails: for taking down what may be half gone. */
export async function tryOps(agent: Agent, ops: KernelOp[]): Promise<KernelResult[]> {
	if (ops.length === 0) return [];
	return agent.batch(ops, { keepGoing: true });
}

/** Waits for two requests that were sent one behind the other; what is told is the first's failure. */
export async function inTurn<T>(first: Promise<unknown>, second: Promise<T>): Promise<T> {
	second.catch(() => undefined);
	await first;
	return second;
}

/** The text a `read` answered; empty when it failed. */
export function textOf(result: KernelResult | undefined): string {
	return result?.ok && result.data ? new TextDecoder().decode(result.data) : '';
}

/** Runs a program of the node to its end. */
export async function runProgram(
	agent: Agent,
	argv: string[],
	input = '',
): Promise<{ code: number; stdout: string; stderr: string }> {
	const env = ['PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'];
	const process = await agent.spawn({ argv, env, stdin: input !== '', hidden: true });
	const text = { stdout: '', stderr: '' };
	const decoders = { stdout: new TextDecoder(), stderr: new TextDecoder() };
	process.onOutput((stream, data) => {
		text[stream] += decoders[stream].decode(data, { stream: true });
	});
	if (input !== '') {
		await process.write(new TextEncoder().encode(input));
		process.closeStdin();
	}
	const { code } = await process.exited;
	return { code, ...text };
}
