import { expect, it, vi } from 'vitest';
import type { ExitStatus, GuestProcess } from '../../api/agent.ts';
import { connectionPair } from './connection-pair.ts';
import { FakeAgent } from './fake-agent.ts';
import { serveExec, servePortForward } from './server-streams.ts';

const bytes = (text: string) => new TextEncoder().encode(text);

/** A process that keeps what it is told; one that is deaf takes no input. */
function processOf({ isDeaf = false } = {}) {
	const told: string[] = [];
	let exit: (status: ExitStatus) => void = () => undefined;
	const process: GuestProcess = {
		pid: 7,
		write: (data) => {
			told.push(new TextDecoder().decode(data));
			return isDeaf ? new Promise(() => undefined) : Promise.resolve();
		},
		closeStdin: () => void told.push('end'),
		resize: () => undefined,
		onOutput: () => undefined,
		exited: new Promise((resolve) => (exit = resolve)),
	};
	return { process, told, exit: (code: number) => exit({ code }) };
}

function execOf(process: GuestProcess, options: { tty?: boolean; stdin?: boolean } = {}) {
	const [near, far] = connectionPair();
	const hangUp = vi.fn();
	const all = { stdin: true, stdout: true, stderr: true, tty: false, command: ['cat'], ...options };
	const served = serveExec(near, () => Promise.resolve(process), all, hangUp);
	return { far, hangUp, served };
}

it.each([false, true])(
	'gives a program what was sent, and then the end, when its client leaves (deaf: %s)',
	async (isDeaf) => {
		const { process, told, exit } = processOf({ isDeaf });
		const { far, hangUp, served } = execOf(process, { tty: true });
		const sent = ['a', 'b', 'c'].map((text) => far.send({ channel: 0, data: bytes(text) }));
		far.close();
		await Promise.all(sent);
		await vi.waitFor(() => expect(hangUp).toHaveBeenCalledOnce());
		expect(told).toEqual(['a', 'b', 'c', 'end']);
		exit(0);
		await served;
		expect(hangUp).toHaveBeenCalledOnce();
	},
);

it('ends the input of a program once, and gives it nothing behind the end', async () => {
	const { process, told, exit } = processOf();
	const { far, served } = execOf(process);
	for (const data of [bytes('a'), undefined, bytes('b'), undefined])
		await far.send({ channel: 0, data });
	far.close();
	await vi.waitFor(() => expect(told).toEqual(['a', 'end']));
	exit(0);
	await served;
	expect(told).toEqual(['a', 'end']);
});

it('leaves the input alone that nobody asked for', async () => {
	const { process, told, exit } = processOf();
	const { far, hangUp, served } = execOf(process, { stdin: false });
	far.close();
	await vi.waitFor(() => expect(hangUp).toHaveBeenCalled());
	exit(0);
	await served;
	expect(told).toEqual([]);
});

it('closes the way to a port that takes nothing when its client leaves', async () => {
	const agent = new FakeAgent();
	const close = vi.fn();
	agent.onDial = () => ({
		write: () => new Promise(() => undefined),
		data: (async function* () {
			yield* [];
			await new Promise(() => undefined);
		})(),
		end: () => undefined,
		close,
	});
	const [near, far] = connectionPair();
	const served = servePortForward(near, agent, undefined, [80]);
	await far.send({ channel: 0, data: bytes('a') });
	far.close();
	await served;
	expect(close).toHaveBeenCalled();
});
