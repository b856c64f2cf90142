import type { Agent, GuestProcess } from '../api/agent.ts';
import type { TerminalOptions } from '../api/node.ts';

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
		env: loginEnv,
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

function receive(agent: Agent, shell: GuestProcess, message: FromPage): void {
	if (message instanceof Uint8Array) void shell.write(message).catch(() => undefined);
	else if ('resize' in message) shell.resize(...message.resize);
	else void agent.batch([{ op: 'kill', pid: shell.pid, signal: hangup }]).catch(() => undefined);
}
