import type { Agent, GuestProcess } from '../api/agent.ts';
import type { GuestLook, GuestView } from '../api/node.ts';
import type { Clock } from '../util/clock.ts';

const commandDeadlineMs = 60_000;
const killed = 9;
const maxOutput = 1 << 20;
const environment = [
	'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
	'HOME=/root',
	'LANG=C.UTF-8',
	'TERM=dumb',
];

/** Reads files and directories in one request and runs commands one after the other. */
export async function look(agent: Agent, clock: Clock, wanted: GuestLook): Promise<GuestView> {
	const { files = [], dirs = [], commands = [] } = wanted;
	const view: GuestView = { files: {}, dirs: {}, commands: [] };
	const results = await agent.batch(
		[
			...files.map((path) => ({ op: 'read' as const, path })),
			...dirs.map((path) => ({ op: 'list' as const, path })),
		],
		{ keepGoing: true },
	);
	const text = new TextDecoder();
	files.forEach((path, index) => {
		const result = results[index];
		view.files[path] = result?.ok ? text.decode(result.data ?? new Uint8Array()) : null;
	});
	dirs.forEach((path, index) => {
		const result = results[files.length + index];
		view.dirs[path] = result?.ok ? (result.entries ?? []) : null;
	});
	for (const argv of commands) view.commands.push(await runCommand(agent, clock, argv));
	return view;
}

async function runCommand(
	agent: Agent,
	clock: Clock,
	argv: string[],
): Promise<GuestView['commands'][number]> {
	let child: GuestProcess;
	try {
		child = await agent.spawn({ argv, env: environment, cwd: '/root', hidden: true });
	} catch (error) {
		return { code: 127, stdout: '', stderr: (error as Error).message };
	}
	const output = { stdout: '', stderr: '' };
	const decoders = { stdout: new TextDecoder(), stderr: new TextDecoder() };
	child.onOutput((stream, data) => {
		if (output[stream].length < maxOutput)
			output[stream] += decoders[stream].decode(data, { stream: true });
	});
	const timer = clock.after(commandDeadlineMs, () => {
		// Without an answer the process has no end either, which is told below.
		agent.batch([{ op: 'kill', pid: child.pid, signal: killed }]).catch(() => undefined);
	});
	const { code } = await child.exited;
	timer.cancel();
	return { code, ...output };
}
