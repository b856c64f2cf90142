import { spawn, type ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { imagesFolder } from './images.ts';

/** What the headless server prints once every node is Ready. */
export interface Ready {
	ready: true;
	kubernetes: string;
	docker: Record<string, string>;
	page?: string;
}

export interface HeadlessServer {
	ready: Ready;
	process: ChildProcess;
	/** SIGTERM, and the exit code. */
	stop(): Promise<number | null>;
}

const entry = fileURLToPath(new URL('../../dist-headless/main.js', import.meta.url));

/** Starts the built headless server and waits for its line of JSON. */
export async function startHeadless(args: string[] = []): Promise<HeadlessServer> {
	const child = spawn(process.execPath, [entry, '--images', imagesFolder(), ...args], {
		stdio: ['ignore', 'pipe', 'inherit'],
	});
	const line = await new Promise<string>((resolve, reject) => {
		createInterface({ input: child.stdout }).once('line', resolve);
		child.once('exit', (code) => reject(new Error(`the server ended with ${code}`)));
		child.once('error', reject);
	});
	return {
		ready: JSON.parse(line) as Ready,
		process: child,
		stop: () =>
			new Promise((resolve) => {
				child.once('exit', (code) => resolve(code));
				child.kill('SIGTERM');
			}),
	};
}
