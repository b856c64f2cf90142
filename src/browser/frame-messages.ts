import type { Headers } from '../api/transport.ts';
import type { Bytes } from './body.ts';

/** What the frame says to whoever made it, once: it waits for a port. */
export const frameReady = 'drydock-frame';

/** Where the frame finds the address of what it has to fetch by itself. */
export const laterAttribute = 'data-drydock-src';

/** To the document that shows a page of the machines. */
export type ToFrame =
	/** A page begins: where it is, and what `document.cookie` says. */
	| { kind: 'open'; url: string; cookie: string }
	| { kind: 'write'; html: string }
	| { kind: 'end' }
	| { kind: 'cookie'; cookie: string }
	/** The answer to a `fetch`: its head, its body piece by piece, its end. */
	| { kind: 'head'; id: number; url: string; status: number; headers: Headers }
	| { kind: 'piece'; id: number; data: Bytes }
	| { kind: 'close'; id: number; failed: boolean };

/** From that document, in which scripts of strangers run: none of it is to be trusted. */
export type FromFrame =
	| { kind: 'navigate'; url: string; method: string; type: string; body: Bytes | undefined }
	| {
			kind: 'fetch';
			id: number;
			url: string;
			method: string;
			headers: Headers;
			body: Bytes | undefined;
			/** A picture of the page: any host may be asked, and no script reads it. */
			isResource: boolean;
	  }
	| { kind: 'abort'; id: number }
	| { kind: 'title'; title: string }
	| { kind: 'cookie'; cookie: string }
	/** The link under the pointer; empty when there is none. */
	| { kind: 'over'; url: string };

const textMax = 8192;

const isText = (value: unknown): value is string =>
	typeof value === 'string' && value.length <= textMax;
const isBody = (value: unknown): value is Bytes | undefined =>
	value === undefined || value instanceof Uint8Array;
const isUrl = (value: unknown): value is string => isText(value) && URL.canParse(value);
const isHeaders = (value: unknown): value is Headers =>
	typeof value === 'object' && value !== null && Object.values(value).every(isText);

const checks: { [K in FromFrame['kind']]: (message: Record<string, unknown>) => boolean } = {
	navigate: ({ url, method, type, body }) =>
		isUrl(url) && isText(method) && isText(type) && isBody(body),
	fetch: ({ id, url, method, headers, body, isResource }) =>
		Number.isInteger(id) &&
		isUrl(url) &&
		isText(method) &&
		isHeaders(headers) &&
		isBody(body) &&
		typeof isResource === 'boolean',
	abort: ({ id }) => Number.isInteger(id),
	title: ({ title }) => isText(title),
	cookie: ({ cookie }) => isText(cookie),
	over: ({ url }) => isText(url),
};

/** A message of the frame; undefined for what is none. */
export function fromFrame(data: unknown): FromFrame | undefined {
	if (typeof data !== 'object' || data === null) return undefined;
	const message = data as Record<string, unknown>;
	const { kind } = message;
	if (typeof kind !== 'string' || !Object.hasOwn(checks, kind)) return undefined;
	return checks[kind as FromFrame['kind']](message) ? (message as FromFrame) : undefined;
}
