import type { Body } from '../api/transport.ts';

export type Bytes = Uint8Array<ArrayBuffer>;

/** A body as bytes, however it came. */
export async function* bytesOf(body: Body): AsyncGenerator<Bytes> {
	if (body instanceof Uint8Array) yield body;
	else if (typeof body === 'string') yield new TextEncoder().encode(body);
	else
		for await (const piece of body)
			yield typeof piece === 'string' ? new TextEncoder().encode(piece) : piece;
}

const formats: Record<string, CompressionFormat> = {
	gzip: 'gzip',
	'x-gzip': 'gzip',
	deflate: 'deflate',
};

function streamOf(body: AsyncIterator<Bytes>): ReadableStream<Bytes> {
	return new ReadableStream<Bytes>({
		pull: async (controller) => {
			const next = await body.next();
			if (next.done) controller.close();
			else controller.enqueue(next.value);
		},
		cancel: async () => {
			await body.return?.();
		},
	});
}

/** Unpacks a body that was packed for the way (`Content-Encoding`); other encodings come as they are. */
export function decompressed(
	body: AsyncIterable<Bytes>,
	encoding: string | undefined,
): AsyncIterable<Bytes> {
	const format = formats[encoding?.trim().toLowerCase() ?? ''];
	return format ? unpack(body, format) : body;
}

async function* unpack(
	body: AsyncIterable<Bytes>,
	format: CompressionFormat,
): AsyncGenerator<Bytes> {
	const stream = streamOf(body[Symbol.asyncIterator]()).pipeThrough<Bytes>(
		new DecompressionStream(format),
	);
	const reader = stream.getReader();
	try {
		for (;;) {
			const next = await reader.read();
			if (next.done) return;
			yield next.value;
		}
	} finally {
		await reader.cancel().catch(() => undefined);
	}
}

/** The whole body, or undefined when it is longer than `max` bytes. */
export async function collect(body: AsyncIterable<Bytes>, max: number): Promise<Bytes | undefined> {
	const pieces: Bytes[] = [];
	let length = 0;
	for await (const piece of body) {
		pieces.push(piece);
		length += piece.length;
		if (length > max) return undefined;
	}
	return new Uint8Array(await new Blob(pieces).arrayBuffer());
}

/** A body and its first piece, which is still to be read from it. The first piece of an empty body is empty. */
export async function peeked(
	body: AsyncIterable<Bytes>,
): Promise<{ first: Bytes; body: AsyncIterable<Bytes> }> {
	const iterator = body[Symbol.asyncIterator]();
	const next = await iterator.next();
	if (next.done) return { first: new Uint8Array(), body: bytesOf(new Uint8Array()) };
	return { first: next.value, body: after(next.value, iterator) };
}

async function* after(first: Bytes, rest: AsyncIterator<Bytes>): AsyncGenerator<Bytes> {
	try {
		yield first;
		for (let next = await rest.next(); !next.done; next = await rest.next()) yield next.value;
	} finally {
		await rest.return?.();
	}
}

/** The letters of a body, as they come. */
export async function* textOf(
	body: AsyncIterable<Bytes>,
	decoder: TextDecoder,
): AsyncGenerator<string> {
	for await (const piece of body) yield decoder.decode(piece, { stream: true });
	yield decoder.decode();
}
