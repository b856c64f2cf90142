import type { Agent, GuestProcess, GuestSocket } from '../../api/agent.ts';
import type { Attachment, ContainerConfig, ExecConfig } from '../../api/engine.ts';
import type { Connection } from '../../api/transport.ts';
import { booleanQuery } from '../../client/query.ts';
import { internal, toStatus } from '../../client/status.ts';
import type { NearEnd } from './connection-pair.ts';
import { dialErrorText } from './dial-error.ts';

const stdoutChannel = 1;
const stderrChannel = 2;
const statusChannel = 3;
const resizeChannel = 4;

const encoder = new TextEncoder();
const decoder = new TextDecoder();

function json(value: unknown): Uint8Array<ArrayBuffer> {
	return encoder.encode(JSON.stringify(value));
}

/** What channel 3 says at the end of an exec. After client-go/tools/remotecommand: v4 protocol */
export function exitStatus(code: number): object {
	if (code === 0) return { metadata: {}, status: 'Success' };
	return {
		metadata: {},
		status: 'Failure',
		message: 'command terminated with non-zero exit code',
		reason: 'NonZeroExitCode',
		details: { causes: [{ reason: 'ExitCode', message: String(code) }] },
	};
}

/** The end of a connection that takes input from the client and gives it to a process. */
interface Input {
	write(data: Uint8Array): Promise<void>;
	closeStdin(): void;
	resize(rows: number, columns: number): void;
}

/** The size a message on the resize channel asks for; `undefined` for what is none. After remotecommand: TerminalSize */
export function terminalSize(data: Uint8Array): { Width: number; Height: number } | undefined {
	try {
		const value: unknown = JSON.parse(decoder.decode(data));
		const { Width = 0, Height = 0 } = (value ?? {}) as Partial<Record<string, unknown>>;
		return typeof value === 'object' && isUint16(Width) && isUint16(Height)
			? { Width, Height }
			: undefined;
	} catch {
		return undefined;
	}
}

function isUint16(value: unknown): value is number {
	return Number.isInteger(value) && (value as number) >= 0 && (value as number) <= 0xffff;
}

/** Waits until input is taken, but no longer than until somebody is there who could send more. */
function untilTaken({ closed }: NearEnd): (taking: Promise<void>) => Promise<void> {
	let isLeft = false;
	let release: () => void = () => undefined;
	const left = () => {
		isLeft = true;
		release();
	};
	closed.then(left, left);
	return (taking) =>
		new Promise((resolve) => {
			release = resolve;
			// Who has ended or closed its input reads no more.
			taking.then(resolve, resolve);
			if (isLeft) resolve();
		});
}

/** Clients end their input twice and send more behind its end; a process is told once. */
function endingOnce(input: Input): Input {
	let isAtEnd = false;
	return {
		write: async (data) => {
			if (!isAtEnd) await input.write(data);
		},
		closeStdin: () => {
			if (!isAtEnd) input.closeStdin();
			isAtEnd = true;
		},
		resize: (rows, columns) => input.resize(rows, columns),
	};
}

/**
 * Gives the process what the client sends. A message that is no size ends the resize channel, and nothing else.
 * After cri streaming, remotecommand/httpstream.go: handleResizeEvents
 */
async function feed(connection: NearEnd, input: Input, wantsStdin: boolean): Promise<void> {
	const taken = untilTaken(connection);
	let resizes = true;
	for await (const { channel, data } of connection.messages) {
		if (channel === resizeChannel && data && resizes) {
			const size = terminalSize(data);
			resizes = size !== undefined;
			if (size && size.Width > 0 && size.Height > 0) input.resize(size.Height, size.Width);
		} else if (channel === 0 && wantsStdin) {
			if (data) await taken(input.write(data));
			else input.closeStdin();
		}
	}
}

function sendOutput(connection: Connection, wants: { stdout: boolean; stderr: boolean }) {
	return async (stream: 'stdout' | 'stderr', data: Uint8Array<ArrayBuffer>) => {
		if (!wants[stream]) return;
		await connection.send({ channel: stream === 'stdout' ? stdoutChannel : stderrChannel, data });
	};
}

export interface StreamOptions {
	stdin: boolean;
	stdout: boolean;
	stderr: boolean;
	tty: boolean;
	command: string[];
}

/** The upstream kubelet calls the streams input, output and error; kubectl stdin, stdout and stderr. */
export function streamOptions(query: URLSearchParams): StreamOptions {
	const on = (...names: string[]) => names.some((name) => booleanQuery(query, name));
	return {
		stdin: on('input', 'stdin'),
		stdout: on('output', 'stdout'),
		stderr: on('error', 'stderr') && !on('tty'),
		tty: on('tty'),
		command: query.getAll('command'),
	};
}

export function execConfig(options: StreamOptions): ExecConfig {
	return { cmd: options.command, tty: options.tty, stdin: options.stdin };
}

/**
 * Carries one exec to its end. Who leaves ends the input, as containerd does.
 * After pkg/kubelet/cri streaming: remotecommand.ServeExec
 */
export async function serveExec(
	connection: NearEnd,
	start: () => Promise<GuestProcess>,
	options: StreamOptions,
	hangUp: (process: GuestProcess) => void,
): Promise<void> {
	try {
		const process = await start();
		process.onOutput(sendOutput(connection, { ...options, stdout: options.stdout || options.tty }));
		let ended = false;
		const input = endingOnce(process);
		const left = () => {
			if (ended) return;
			if (options.stdin) input.closeStdin();
			hangUp(process);
		};
		feed(connection, input, options.stdin).then(left, left);
		const { code } = await process.exited;
		ended = true;
		await connection.send({ channel: statusChannel, data: json(exitStatus(code)) });
	} catch (error) {
		const message = `error executing command in container: ${(error as Error).message}`;
		await connection.send({ channel: statusChannel, data: json(toStatus(internal(message))) });
	}
	connection.close();
}

/** Carries an attachment until the container ends or the client leaves. */
export async function serveAttach(
	connection: NearEnd,
	attachment: Attachment,
	options: StreamOptions,
	config: ContainerConfig,
): Promise<void> {
	attachment.onOutput(sendOutput(connection, options));
	const leave = () => attachment.detach();
	const takesInput = options.stdin && config.openStdin === true;
	feed(connection, endingOnce(attachment), takesInput).then(leave, leave);
	await attachment.done;
	await connection.send({ channel: statusChannel, data: json(exitStatus(0)) });
	connection.close();
}

async function copyBack(
	connection: Connection,
	socket: GuestSocket,
	channel: number,
): Promise<void> {
	for await (const data of socket.data) await connection.send({ channel, data });
	await connection.send({ channel, data: undefined });
}

/**
 * Joins the channels of a port-forward to connections made inside the pod's network namespace.
 * After cri streaming: portforward.ServePortForward
 */
export async function servePortForward(
	connection: NearEnd,
	agent: Agent,
	netns: string | undefined,
	ports: number[],
): Promise<void> {
	const sockets = await Promise.all(
		ports.map((port, index) => openPort(connection, agent, netns, port, index)),
	);
	// A connection that breaks ends its own channel only.
	const back = sockets.map(async (socket, index) => {
		if (socket) await copyBack(connection, socket, 2 * index).catch(() => undefined);
	});
	const forward = forwardAll(connection, sockets);
	await Promise.race([Promise.all(back), forward]);
	for (const socket of sockets) socket?.close();
	connection.close();
}

async function openPort(
	connection: Connection,
	agent: Agent,
	netns: string | undefined,
	port: number,
	index: number,
): Promise<GuestSocket | undefined> {
	const address = '127.0.0.1';
	try {
		return await agent.dial({ address, port, timeoutMs: 30_000, ...(netns ? { netns } : {}) });
	} catch (error) {
		const text = dialErrorText(error, address, port).replace('dial tcp', 'IPv4: dial tcp4');
		const message = `failed to connect to localhost:${port} inside namespace "${netns ?? 'host'}", ${text}`;
		await connection.send({ channel: 2 * index + 1, data: encoder.encode(message) });
		return undefined;
	}
}

async function forwardAll(
	connection: NearEnd,
	sockets: (GuestSocket | undefined)[],
): Promise<void> {
	const taken = untilTaken(connection);
	for await (const { channel, data } of connection.messages) {
		const socket = channel % 2 === 0 ? sockets[channel / 2] : undefined;
		if (!data) socket?.end();
		else if (socket) await taken(socket.write(data));
	}
}
