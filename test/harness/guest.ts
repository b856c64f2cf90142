import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ensureImages } from '../../images/build/main.ts';
import type { KernelOp, KernelResult, ProcessSpec } from '../../src/api/agent.ts';
import { GuestAgent } from '../../src/node/agent/agent.ts';
import { Machine } from '../../src/node/emulator/machine.ts';
import { RealClock } from '../../src/util/clock.ts';

const emulatorFile = new URL('../../node_modules/v86/build/v86.wasm', import.meta.url);

/** A node without the node's software: the machine and its agent. */
export interface Guest {
	machine: Machine;
	agent: GuestAgent;
	/** Folder of the built images: `node.state.zst`, `registry`. */
	images: string;
	close(): Promise<void>;
}

/** The emulator, compiled. */
export async function emulatorModule(): Promise<WebAssembly.Module> {
	return WebAssembly.compile(await readFile(emulatorFile));
}

/** A file as the exact ArrayBuffer the emulator wants. */
export async function fileBuffer(path: string): Promise<ArrayBuffer> {
	const { buffer, byteOffset, byteLength } = await readFile(path);
	return buffer.slice(byteOffset, byteOffset + byteLength);
}

/** Restores the saved state of the built images (they are built when missing) and says hello to its agent. */
export async function bootGuest(): Promise<Guest> {
	const images = process.env['DRYDOCK_IMAGES_FOLDER'] ?? (await ensureImages()).folder;
	const clock = new RealClock();
	const state = await fileBuffer(join(images, 'node.state.zst'));
	const machine = await Machine.create({ wasm: await emulatorModule(), clock, start: { state } });
	const agent = new GuestAgent(machine.agent, clock);
	await machine.run();
	await agent.hello();
	return {
		machine,
		agent,
		images,
		close: async () => {
			agent.close(new Error('the guest is closed'));
			await machine.destroy();
		},
	};
}

export interface Finished {
	code: number;
	stdout: string;
	stderr: string;
}

/** Runs a program to its end. */
export async function runInGuest(
	agent: GuestAgent,
	spec: Partial<ProcessSpec> & { argv: string[] },
	input?: string,
): Promise<Finished> {
	const env = ['PATH=/usr/sbin:/usr/bin:/sbin:/bin'];
	const process = await agent.spawn({ env, ...spec, stdin: input !== undefined });
	const decoder = { stdout: new TextDecoder(), stderr: new TextDecoder() };
	const output = { stdout: '', stderr: '' };
	process.onOutput((stream, data) => {
		output[stream] += decoder[stream].decode(data, { stream: true });
	});
	if (input !== undefined) {
		await process.write(new TextEncoder().encode(input));
		process.closeStdin();
	}
	const { code } = await process.exited;
	return { code, ...output };
}

/** Runs a line of shell and answers what it printed, both streams together as they came. */
export async function shell(agent: GuestAgent, line: string): Promise<string> {
	const { stdout, stderr } = await runInGuest(agent, { argv: ['sh', '-c', line] });
	return stdout + stderr;
}

/** Runs operations that must not fail. */
export async function must(agent: GuestAgent, ops: KernelOp[]): Promise<KernelResult[]> {
	const results = await agent.batch(ops);
	for (const [index, result] of results.entries())
		if (!result.ok) throw new Error(`${ops[index]?.op}: ${result.message}`);
	return results;
}
