import type { Agent, GuestProcess } from '../api/agent.ts';
import type { Foreground, TerminalOptions } from '../api/node.ts';
import type { Clock } from '../util/clock.ts';
import { look } from './look.ts';

type FromPage = Uint8Array<ArrayBuffer> | { resize: [number, number] } | { close: true };

const hangup = 1;
/** What a shell's parent sees when its terminal is gone. */
const hungUp = 128 + hangup;
const loginEnv = [
	'TERM=xterm-256color',
	'LANG=C.UTF-8',
	'HOME=/root',
	'USER=root',
	'LOGNAME=root',
	'SHELL=/bin/bash',
	'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
];

/** Starts a login shell on a PTY and joins it to the page's port until either side ends; answers its PID. */
export async function openTerminal(
	agent: Agent,
	options: TerminalOptions,
	port: MessagePort,
): Promise<number> {
	const { rows, columns } = options;
	const shell = await agent.spawn({
		argv: options.argv ?? ['/bin/bash', '-l'],
		env: options.language ? [...loginEnv, `LANGUAGE=${options.language}`] : loginEnv,
		cwd: '/root',
		terminal: { rows, columns },
		stdin: true,
	});
	port.onmessage = (event: MessageEvent<FromPage>) => receive(agent, shell, event.data);
	shell.onOutput((_stream, data) => port.postMessage(data, [data.buffer]));
	const ended = (code: number) => {
		port.postMessage({ exit: code });
		port.close();
	};
	void shell.exited.then(
		({ code }) => ended(code),
		() => ended(hungUp),
	);
	return shell.pid;
}

/** Who has the terminal that this process was started on: the kernel's word, whatever stands on the screen. */
export async function foreground(
	agent: Agent,
	clock: Clock,
	pid: number,
): Promise<Foreground | undefined> {
	const stat = `/proc/${pid}/stat`;
	const pgid = foregroundGroup((await look(agent, clock, { files: [stat] })).files[stat] ?? '');
	if (pgid === undefined) return undefined;
	const comm = `/proc/${pgid}/comm`;
	const { files, commands } = await look(agent, clock, {
		files: [comm],
		commands: [['stty', '-F', `/proc/${pid}/fd/0`, '-a']],
	});
	return {
		pgid,
		name: files[comm]?.trim() ?? '',
		raw: / -icanon\b/.test(commands[0]?.stdout ?? ''),
	};
}

/** `tpgid` of `/proc/<pid>/stat`; the name in it may hold anything, so that the fields behind it are counted. */
function foregroundGroup(stat: string): number | undefined {
	const group = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[5]);
	return group > 0 ? group : undefined;
}

function receive(agent: Agent, shell: GuestProcess, message: FromPage): void {
	if (message instanceof Uint8Array) void shell.write(message).catch(() => undefined);
	else if ('resize' in message) shell.resize(...message.resize);
	else void agent.batch([{ op: 'kill', pid: shell.pid, signal: hangup }]).catch(() => undefined);
}
