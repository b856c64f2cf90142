import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { expect } from 'vitest';

export interface Ran {
	code: number;
	stdout: string;
	stderr: string;
}

/** A real client program, when it is installed. */
export function installed(name: string): string | undefined {
	return ['/usr/bin', '/usr/local/bin'].map((folder) => `${folder}/${name}`).find(existsSync);
}

/** Runs a client to its end; one that hangs is killed after a minute. */
export function runClient(program: string, args: string[]): Promise<Ran> {
	const options = { timeout: 60_000, killSignal: 'SIGKILL' as const };
	return new Promise((resolve) => {
		execFile(program, args, options, (error, stdout, stderr) =>
			resolve({ code: error ? Number(error.code ?? 255) : 0, stdout, stderr }),
		);
	});
}

/** What a client printed; fails with everything it said when it failed. */
export async function printed(what: string, running: Promise<Ran>): Promise<string> {
	const { code, stdout, stderr } = await running;
	expect(`${code} ${stderr}`, what).toMatch(/^0 /);
	return stdout;
}
