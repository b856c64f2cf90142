import { spawn } from 'node:child_process';

export interface RunOptions {
	readonly cwd?: string;
	readonly env?: Readonly<Record<string, string>>;
	/** Called for each line of output, for progress. */
	readonly onLine?: (line: string) => void;
	/** Written to the program's standard input. */
	readonly input?: Uint8Array;
}

const keptLines = 25;

/** Runs a program without a shell and gives its standard output; a failure's error names the last lines it said. */
export async function run(
	command: string,
	args: readonly string[],
	options: RunOptions = {},
): Promise<Buffer> {
	const child = spawn(command, args, {
		cwd: options.cwd,
		env: { ...process.env, LC_ALL: 'C', ...options.env },
		stdio: ['pipe', 'pipe', 'pipe'],
	});
	const output: Buffer[] = [];
	const last: string[] = [];
	const note = (line: string): void => {
		if (line === '') return;
		last.push(line);
		if (last.length > keptLines) last.shift();
		options.onLine?.(line);
	};
	child.stdout.on('data', (data: Buffer) => {
		output.push(data);
		if (options.onLine !== undefined) data.toString('latin1').split('\n').forEach(note);
	});
	child.stderr.on('data', (data: Buffer) => data.toString().split('\n').forEach(note));
	child.stdin.on('error', () => undefined);
	child.stdin.end(options.input);
	const code = await new Promise<number | string>((resolve, reject) => {
		child.on('error', (error) => reject(new Error(`${command}: ${error.message}`)));
		child.on('close', (status, signal) => resolve(status ?? signal ?? 'unknown'));
	});
	if (code !== 0) {
		const said = last.length > 0 ? last.join('\n') : Buffer.concat(output).toString().slice(-2000);
		throw new Error(`"${command} ${args.join(' ')}" failed (${code}):\n${said}`);
	}
	return Buffer.concat(output);
}

/** Like `run`, for programs that answer with text. */
export async function runText(
	command: string,
	args: readonly string[],
	options: RunOptions = {},
): Promise<string> {
	return (await run(command, args, options)).toString('utf8');
}
