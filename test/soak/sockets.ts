import type { Server } from 'node:http';
import { connect, type Socket } from 'node:net';

export function pause(ms: number): Promise<void> {
	return new Promise((resolve) => setTimeout(resolve, ms));
}

/** What a client writes to a connection, piece by piece, and how it goes on. */
export interface Talk {
	pieces: readonly Buffer[];
	/** How long the first byte of an answer may take. */
	firstMs: number;
	/** Rejects when none came in that time. */
	isOwed: boolean;
	/** The client leaves when it has heard nothing for so long: watches and upgraded connections do not end. */
	quietMs: number;
	/** Nothing is waited for behind this text. */
	until?: string;
	/** Between the pieces. */
	betweenMs?: number;
	/** The second piece waits for the answer to the first. */
	isPolite?: boolean;
	/** Reads nothing after this many bytes. */
	reads?: number;
	/** `end` closes one half and waits for the other for a while. */
	leaves?: 'destroy' | 'reset' | 'end';
}

/** Of what never ends a client keeps the beginning, and reads on for this long. */
const mostKept = 1 << 20;
const mostMs = 150;

/** What came back. */
export interface Answer {
	text: string;
	/** Of the whole; the text is its beginning. */
	bytes: number;
}

/** A client's end of a connection, and what came. */
class Listener {
	readonly socket: Socket;
	text = '';
	bytes = 0;
	isClosed = false;
	#onNews: () => void = () => undefined;

	constructor(port: number, reads = Infinity) {
		this.socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
		this.socket.on('data', (chunk: Buffer) => {
			if (this.bytes < mostKept) this.text += chunk.toString('latin1');
			this.bytes += chunk.length;
			this.#onNews();
			if (this.bytes >= reads) this.socket.pause();
		});
		// The server may end a connection before it has read what broke it.
		this.socket.on('error', () => undefined);
		const over = () => {
			this.isClosed = true;
			this.#onNews();
		};
		this.socket.on('end', over).on('close', over);
	}
	/** Settles when more has come, or the connection has ended, or nothing came for so long. */
	news(ms: number): Promise<void> {
		const before = this.bytes;
		return new Promise((resolve) => {
			const timer = setTimeout(resolve, ms);
			this.#onNews = () => {
				clearTimeout(timer);
				resolve();
			};
			if (this.isClosed || this.bytes > before) this.#onNews();
		});
	}
	/** Settles when it has ended, or is quiet. */
	async quiet({ firstMs, quietMs, until }: Talk): Promise<void> {
		const end = performance.now() + firstMs + mostMs;
		for (let before = -1; !this.isClosed && this.bytes !== before;) {
			if (performance.now() > end || (until && this.text.includes(until))) return;
			before = this.bytes;
			await this.news(before === 0 ? firstMs : quietMs);
		}
	}
}

/** Writes to a new connection and gives back all that was answered until it ended or nothing more came. */
export async function told(port: number, talk: Talk): Promise<Answer> {
	const { pieces, firstMs, isOwed, betweenMs = 0, isPolite = false } = talk;
	const client = new Listener(port, talk.reads);
	const { socket } = client;
	try {
		for (const [i, piece] of pieces.entries()) {
			if (i === 1 && isPolite) await client.news(firstMs);
			else if (i > 0 && betweenMs > 0) await pause(betweenMs);
			if (socket.writable) socket.write(piece);
		}
		await client.quiet(talk);
		if (isOwed && client.bytes === 0 && !client.isClosed) throw new Error('no answer');
		if (talk.leaves === 'end') await endHalf(client, talk);
		return { text: client.text, bytes: client.bytes };
	} finally {
		if (talk.leaves === 'reset') socket.resetAndDestroy();
		else socket.destroy();
	}
}

async function endHalf(client: Listener, talk: Talk): Promise<void> {
	client.socket.end();
	client.socket.resume();
	await client.quiet(talk);
}

/** Rejects when a server's connections outlive their clients for longer than this. */
export async function allLeft(
	server: Server,
	patienceMs: number,
	meanwhile: () => void = () => undefined,
): Promise<void> {
	const end = performance.now() + patienceMs;
	const count = () =>
		new Promise<number>((resolve) => server.getConnections((_, found) => resolve(found)));
	for (;;) {
		const left = await count();
		if (left === 0) return;
		if (performance.now() > end) throw new Error(`${left} connections are left`);
		meanwhile();
		await pause(1);
	}
}
