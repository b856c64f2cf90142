import type { HttpRequest, HttpResponse, Transport } from '../api/transport.ts';
import { CookieJar } from './cookie-jar.ts';
import type { Asker } from './ask.ts';

export type Site = Record<
	string,
	Partial<HttpResponse> | ((request: HttpRequest) => Partial<HttpResponse>)
>;

/** An asker whose servers are this table, by address; what was asked is kept. Other addresses refuse. */
export function siteOf(site: Site): Asker & { asked: HttpRequest[] } {
	const asked: HttpRequest[] = [];
	const web: Transport = {
		request: async (request) => {
			asked.push(request);
			const found = site[request.path];
			if (!found) throw Object.assign(new Error('refused'), { errno: 'ECONNREFUSED' });
			const answer = typeof found === 'function' ? found(request) : found;
			return { status: 200, headers: {}, body: '', ...answer };
		},
		upgrade: async () => Promise.reject(new Error('no upgrades')),
	};
	return { web, jar: new CookieJar(() => 0), asked };
}

/** Text in pieces of this many letters. */
export async function* inPieces(text: string, size: number): AsyncGenerator<string> {
	for (let at = 0; at < text.length; at += size) yield text.slice(at, at + size);
}

export async function joined(pieces: AsyncIterable<string>): Promise<string> {
	let text = '';
	for await (const piece of pieces) text += piece;
	return text;
}
