import type { Headers, Transport } from '../api/transport.ts';
import { BrowseError, browseError } from './browse-error.ts';
import { bytesOf, decompressed, type Bytes } from './body.ts';
import type { CookieJar } from './cookie-jar.ts';

/** What a page, a form or a script asks for. */
export interface PageRequest {
	/** A whole `http:` address. */
	url: string;
	/** Default `GET`. */
	method?: string;
	headers?: Headers;
	body?: Bytes;
}

export interface PageAnswer {
	/** Where the answer came from, after redirects. */
	url: string;
	/** How it was asked for there. */
	method: string;
	status: number;
	headers: Headers;
	/** Unpacked, as it comes. */
	body: AsyncIterable<Bytes>;
}

/** The way to the machines, and what their servers asked to be told again. */
export interface Asker {
	web: Transport;
	jar: CookieJar;
}

const redirectsMax = 20;
const redirecting = new Set([301, 302, 303, 307, 308]);

/**
 * Asks as a browser does: with cookies, and again wherever a redirect leads. Every status is an answer. Throws
 * {@link BrowseError}, or the signal's reason.
 */
export async function ask(
	asker: Asker,
	request: PageRequest,
	signal: AbortSignal,
): Promise<PageAnswer> {
	let next = request;
	for (let redirects = 0; redirects <= redirectsMax; redirects++) {
		const answer = await askOnce(asker, next, signal);
		const to = answer.headers['location'];
		if (!redirecting.has(answer.status) || to === undefined) return answer;
		await drop(answer.body);
		next = redirected(next, answer.status, to);
	}
	throw new BrowseError('redirects', request.url, `more than ${redirectsMax} redirects`);
}

async function askOnce(
	{ web, jar }: Asker,
	{ url, method = 'GET', headers, body }: PageRequest,
	signal: AbortSignal,
): Promise<PageAnswer> {
	const cookie = jar.header(url);
	const sent = {
		accept: '*/*',
		'accept-encoding': 'gzip, deflate',
		...headers,
		...(cookie === '' ? {} : { cookie }),
	};
	const { hash } = new URL(url);
	const path = hash === '' ? url : url.slice(0, -hash.length);
	const request = { method, path, headers: sent, ...(body ? { body } : {}) };
	try {
		const answer = await web.request(request, signal);
		jar.set(url, answer.headers['set-cookie']);
		const bytes = decompressed(bytesOf(answer.body), answer.headers['content-encoding']);
		return { url, method, status: answer.status, headers: answer.headers, body: bytes };
	} catch (error) {
		signal.throwIfAborted();
		throw browseError(error, url);
	}
}

/** A form that was sent is read with GET afterwards; 307 and 308 send it again. */
function redirected(request: PageRequest, status: number, location: string): PageRequest {
	const before = new URL(request.url);
	if (!URL.canParse(location, before))
		throw new BrowseError('invalid', request.url, `a redirect to "${location}"`);
	const to = new URL(location, before);
	if (to.hash === '') to.hash = before.hash;
	const { method = 'GET' } = request;
	const keeps = status >= 307 || method === 'HEAD' || (method === 'GET' && status !== 303);
	if (keeps) return { ...request, url: to.href };
	const { accept } = request.headers ?? {};
	return { url: to.href, ...(accept === undefined ? {} : { headers: { accept } }) };
}

/** Nobody reads it: the connection may go. */
async function drop(body: AsyncIterable<Bytes>): Promise<void> {
	await body[Symbol.asyncIterator]().return?.();
}
