import { InputError } from './errors.ts';
import type { Call } from './verb.ts';

/** The variables of `--env-file` and `-e`. After opts/parse.go: ReadKVEnvStrings. */
export async function environment(call: Call): Promise<string[]> {
	const { flags, io } = call;
	const lines: string[] = [];
	for (const path of flags.list('env-file'))
		for (const line of await linesOf(call, path)) {
			checkVariable(line, path);
			const value = line.includes('=') ? line : fromShell(line.trimEnd(), io.env);
			if (value !== undefined) lines.push(value);
		}
	const typed = flags
		.list('env')
		.map((entry) => (entry.includes('=') ? entry : (fromShell(entry, io.env) ?? entry)));
	return [...lines, ...typed];
}

function fromShell(name: string, env: Record<string, string>): string | undefined {
	return Object.hasOwn(env, name) ? `${name}=${env[name]}` : undefined;
}

/** The lines of a file that are neither empty nor a comment. After pkg/kvfile. */
export async function linesOf({ io }: Call, path: string): Promise<string[]> {
	const data = await io.readFile(path).catch(() => {
		throw new InputError(`open ${path}: no such file or directory`);
	});
	return new TextDecoder()
		.decode(data)
		.split('\n')
		.map((line) => line.replace(/\r$/, '').trimStart())
		.filter((line) => line !== '' && !line.startsWith('#'));
}

function checkVariable(line: string, path: string): void {
	const [name = ''] = line.split('=');
	if (/\s/.test(name))
		throw new InputError(`invalid env file (${path}): variable '${name}' contains whitespaces`);
	if (name === '')
		throw new InputError(`invalid env file (${path}): no variable name on line '${line}'`);
}
