import type { IncomingMessage } from 'node:http';
import { forbidden, StatusError } from '../client/status.ts';

/** Further clients than programs of this machine; all are exact texts. */
export interface Guests {
	/** `my.machine`, with or without a port. */
	hosts: string[];
	/** `https://pages.example` */
	origins: string[];
}

/** 127.0.0.0/8, ::1, localhost and every name below it, which resolve to this machine and nowhere else. */
const loopback = /^(?:(?:[a-z\d-]+\.)*localhost|127(?:\.\d{1,3}){3}|\[::1\])\.?(?::\d{1,5})?$/i;

/** Bodies of these types, or of none, are sent by a form or a `fetch` of any page without asking first. */
const unasked =
	/^\s*(?:text\/plain|multipart\/form-data|application\/x-www-form-urlencoded)\s*(?:;|$)/i;

const methods = 'GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS';

/**
 * Decides who may talk to an API that asks for no password: programs of this machine may, the pages in its
 * browser may not. A page is known by the Host it was led to by its own name server, by its Origin, and by
 * what the browser says of where a request came from.
 */
export class Door {
	readonly #hosts: ReadonlySet<string>;
	readonly #origins: ReadonlySet<string>;

	constructor({ hosts, origins }: Guests = { hosts: [], origins: [] }) {
		this.#hosts = new Set(hosts.map((host) => host.toLowerCase()));
		this.#origins = new Set(origins.map((origin) => origin.toLowerCase().replace(/\/$/, '')));
	}

	/** Throws what a request is refused with, before anything of it is carried out. */
	check({ headers }: IncomingMessage): void {
		const { host = '', origin } = headers;
		if (!this.#isOurs(host))
			throw refused(`no API is served as "${host}": use localhost, or start with --allow-host`);
		if (origin !== undefined) {
			if (!this.#isWelcome(origin, host))
				throw refused(`pages of "${origin}" may not use this API: start with --allow-origin`);
		} else if (headers['sec-fetch-site'] === 'cross-site')
			throw refused('pages of other sites may not use this API: start with --allow-origin');
	}

	/**
	 * Throws for a body that a browser would send for any page. After the 415 that Kubernetes gives to most of them.
	 * Unlike Kubernetes: a body without a Content-Type is not taken for JSON.
	 */
	checkBody({ headers }: IncomingMessage): void {
		const type = headers['content-type'] ?? '';
		if (type !== '' && !unasked.test(type)) return;
		const what = type === '' ? 'without a Content-Type' : `of the type ${type}`;
		throw new StatusError({
			kind: 'Status',
			apiVersion: 'v1',
			metadata: {},
			status: 'Failure',
			message:
				`a body ${what} is not taken, since any web page could have sent it: ` +
				'name its type, for example with the header "Content-Type: application/json"',
			reason: 'UnsupportedMediaType',
			code: 415,
		});
	}

	/** What a browser has to hear before it shows an answer to a page. */
	headersFor({ headers }: IncomingMessage): Record<string, string> | undefined {
		const { origin } = headers;
		if (origin === undefined || !this.#origins.has(origin.toLowerCase())) return undefined;
		return {
			'access-control-allow-origin': origin,
			'access-control-expose-headers': 'Date, Warning, Audit-Id',
			vary: 'Origin',
		};
	}

	/** The answer to a browser that asks before it sends; undefined when this is no such question. */
	preflight(from: IncomingMessage): Record<string, string> | undefined {
		const { method, headers } = from;
		if (method !== 'OPTIONS' || !headers['access-control-request-method']) return undefined;
		const wanted = headers['access-control-request-headers'];
		return {
			...this.headersFor(from),
			'access-control-allow-methods': methods,
			...(wanted ? { 'access-control-allow-headers': wanted } : {}),
			'access-control-max-age': '600',
		};
	}

	#isOurs(host: string): boolean {
		if (loopback.test(host)) return true;
		const name = host.toLowerCase();
		return this.#hosts.has(name) || this.#hosts.has(name.replace(/:\d+$/, ''));
	}

	/** A page that came from here, or one that was named. */
	#isWelcome(origin: string, host: string): boolean {
		const name = origin.toLowerCase();
		return name.replace(/^https?:\/\//, '') === host.toLowerCase() || this.#origins.has(name);
	}
}

function refused(message: string): StatusError {
	return forbidden({ group: '', resource: '' }, '', message);
}
