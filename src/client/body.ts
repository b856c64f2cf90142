import type { Body } from '../api/transport.ts';

/** The whole body as text. */
export async function bodyText(body: Body): Promise<string> {
	if (typeof body === 'string') return body;
	const decoder = new TextDecoder();
	if (body instanceof Uint8Array) return decoder.decode(body);
	let text = '';
	for await (const chunk of body)
		text += typeof chunk === 'string' ? chunk : decoder.decode(chunk, { stream: true });
	return text + decoder.decode();
}

/** The lines of a body as they arrive, without their ends; an unfinished last line counts. */
export async function* bodyLines(body: Body): AsyncGenerator<string> {
	const decoder = new TextDecoder();
	let rest = '';
	for await (const chunk of chunksOf(body)) {
		rest += typeof chunk === 'string' ? chunk : decoder.decode(chunk, { stream: true });
		const lines = rest.split('\n');
		rest = lines.pop() ?? '';
		for (const line of lines) if (line !== '') yield line;
	}
	rest += decoder.decode();
	if (rest !== '') yield rest;
}

async function* chunksOf(body: Body): AsyncGenerator<string | Uint8Array> {
	if (typeof body === 'string' || body instanceof Uint8Array) yield body;
	else yield* body;
}
