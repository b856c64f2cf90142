import type { Agent, GuestSocket } from '../../api/agent.ts';
import { concatBytes } from '../agent/bytes.ts';
import { Reader } from './decode.ts';
import { recordTypes } from './message.ts';

const internet = 1;
const recursionDesired = 0x0100;
const headerLength = 12;

function word(value: number): [number, number] {
	return [value >> 8, value & 255];
}

/** A question for the IPv4 addresses of a name, with its length before it as over TCP; undefined for what no name can be. */
export function encodeQuestion(id: number, name: string): Uint8Array<ArrayBuffer> | undefined {
	const labels = name.split('.').filter(Boolean);
	if (labels.some((label) => label.length > 63) || name.length > 253) return undefined;
	const bytes = labels.flatMap((label) => [
		label.length,
		...[...label].map((char) => char.charCodeAt(0) & 255),
	]);
	const message = [
		...[id, recursionDesired, 1, 0, 0, 0].flatMap(word),
		...bytes,
		0,
		...[recordTypes.A, internet].flatMap(word),
	];
	return Uint8Array.from([...word(message.length), ...message]);
}

/** The first IPv4 address of an answer, without the length before it; undefined when it has none. */
export function firstAddress(message: Uint8Array): string | undefined {
	const reader = new Reader(message);
	reader.skip(4);
	const [questions, answers] = [reader.word(), reader.word()];
	reader.skip(headerLength - reader.at);
	for (let index = 0; index < questions; index++) {
		reader.name();
		reader.skip(4);
	}
	for (let index = 0; index < answers; index++) {
		reader.name();
		const type = reader.word();
		reader.skip(6);
		const length = reader.word();
		if (type === recordTypes.A)
			return [reader.byte(), reader.byte(), reader.byte(), reader.byte()].join('.');
		reader.skip(length);
	}
	return undefined;
}

async function readMessage(socket: GuestSocket): Promise<Uint8Array<ArrayBuffer>> {
	let bytes: Uint8Array<ArrayBuffer> = new Uint8Array();
	for await (const piece of socket.data) {
		bytes = concatBytes([bytes, piece]);
		const length = ((bytes[0] ?? 0) << 8) | (bytes[1] ?? 0);
		if (bytes.length >= 2 + length && bytes.length >= 2) return bytes.slice(2, 2 + length);
	}
	throw new Error('the name server ended the connection');
}

/** Asks a name server for the IPv4 address of a name, over TCP; undefined when there is no such name. */
export async function lookup(
	agent: Pick<Agent, 'dial'>,
	server: string,
	name: string,
	timeoutMs: number,
): Promise<string | undefined> {
	const question = encodeQuestion(1, name);
	if (!question) return undefined;
	const socket = await agent.dial({ address: server, port: 53, timeoutMs });
	try {
		await socket.write(question);
		return firstAddress(await readMessage(socket));
	} finally {
		socket.close();
	}
}
