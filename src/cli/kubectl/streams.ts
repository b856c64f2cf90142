import type { Status } from '../../api/kubernetes.ts';
import type { Connection } from '../../api/transport.ts';
import { CliError, PlainError } from './errors.ts';
import type { Session } from './session.ts';

interface StreamOptions {
	stdin: boolean;
	tty: boolean;
	/** Where output goes instead of the terminal (`cp`). */
	onOutput?: (data: Uint8Array<ArrayBuffer>) => void;
	/** What is sent instead of the terminal's input (`cp`). */
	input?: Uint8Array<ArrayBuffer>;
}

const chunkSize = 32 * 1024;

/** Connects the terminal with a process in a container until that ends. Throws when it ends badly. */
export async function runStreams(
	session: Session,
	connection: Connection,
	options: StreamOptions,
): Promise<void> {
	const { io } = session;
	if (options.tty) {
		await io.setRaw(true);
		await sendSize(session, connection);
		io.onResize(() => {
			sendSize(session, connection).catch(() => undefined);
		});
	}
	if (options.stdin) pump(session, connection, options.input).catch(() => connection.close());
	let status: Status | undefined;
	try {
		status = await receive(session, connection, options);
	} finally {
		if (options.tty) await io.setRaw(false);
		connection.close();
	}
	checkStatus(status);
}

async function sendSize(session: Session, connection: Connection): Promise<void> {
	const { rows, columns } = session.io.size();
	const data = new TextEncoder().encode(JSON.stringify({ Width: columns, Height: rows }));
	await connection.send({ channel: 4, data }).catch(() => undefined);
}

async function pump(
	session: Session,
	connection: Connection,
	input: Uint8Array<ArrayBuffer> | undefined,
): Promise<void> {
	if (input) {
		for (let at = 0; at < input.length; at += chunkSize)
			await connection.send({ channel: 0, data: input.slice(at, at + chunkSize) });
	} else {
		for (let data = await session.io.read(); data; data = await session.io.read())
			await connection.send({ channel: 0, data });
	}
	await connection.send({ channel: 0, data: undefined });
}

async function receive(
	session: Session,
	connection: Connection,
	{ onOutput }: StreamOptions,
): Promise<Status | undefined> {
	let status = '';
	const decoder = new TextDecoder();
	for await (const { channel, data } of connection.messages) {
		if (data === undefined) continue;
		if (channel === 1) {
			if (onOutput) onOutput(data);
			else await session.io.out(data);
		} else if (channel === 2) await session.io.err(data);
		else if (channel === 3) {
			status += decoder.decode(data, { stream: true });
			const complete = parseStatus(status);
			if (complete) return complete;
		}
	}
	return parseStatus(status);
}

function parseStatus(text: string): Status | undefined {
	try {
		return JSON.parse(text) as Status;
	} catch {
		return undefined;
	}
}

/** After client-go/tools/remotecommand: errorDecoderV4. */
function checkStatus(status: Status | undefined): void {
	if (!status || status.status === 'Success') return;
	if (status.reason === 'NonZeroExitCode') {
		const cause = status.details?.causes?.find(({ reason }) => reason === 'ExitCode');
		const code = Number(cause?.message ?? '1');
		throw new PlainError(`command terminated with exit code ${code}`, code);
	}
	throw new CliError(status.message ?? 'the stream ended with an error');
}
