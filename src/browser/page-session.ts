import type { Asker, PageAnswer, PageRequest } from './ask.ts';
import { collect, peeked, textOf, type Bytes } from './body.ts';
import { decoderFor, type Content } from './content.ts';
import { fromFrame, type FromFrame, type ToFrame } from './frame-messages.ts';
import { imagePage, PageStream, textPage } from './page-stream.ts';
import { dataUrl, Resources } from './resources.ts';

/** What a shown page wants of the browser around it. */
export interface PageEvents {
	navigate(request: PageRequest): void;
	title(title: string): void;
	/** The link under the pointer; empty when there is none. */
	over(url: string): void;
	/** `<meta http-equiv="refresh">` */
	refresh(seconds: number, url: string): void;
}

export interface ShownPage {
	answer: PageAnswer;
	content: Content;
}

/** Of scripts, at the same time. */
const fetchesMax = 256;
/** Letters of one page. */
const lengthMax = 32 << 20;
const imageMax = 32 << 20;

/**
 * One page in one frame: writes the page into it while it comes, and fetches what the page's scripts and pictures ask for.
 * The frame has no origin and a policy that lets it reach nothing: this port is its only way out.
 */
export class PageSession {
	readonly #port: MessagePort;
	readonly #asker: Asker;
	readonly #events: PageEvents;
	readonly #end = new AbortController();
	readonly #resources: Resources;
	readonly #fetches = new Map<number, AbortController>();
	#url = 'about:blank';

	constructor(port: MessagePort, asker: Asker, events: PageEvents) {
		this.#port = port;
		this.#asker = asker;
		this.#events = events;
		this.#resources = new Resources(asker, this.#end.signal);
		port.onmessage = ({ data }: MessageEvent<unknown>) => {
			const message = fromFrame(data);
			if (message && !this.#end.signal.aborted) this.#hear(message);
		};
	}

	/** The page is left: what is being loaded for it ends. */
	close(): void {
		this.#end.abort(new DOMException('the page was left', 'AbortError'));
		this.#port.close();
	}

	/**
	 * Settles when the page has come to its end, and rejects when it broke off: what came stays. `began` hears when its first
	 * letters are in the frame.
	 */
	async show({ answer, content }: ShownPage, began: () => void): Promise<void> {
		const { url } = answer;
		this.#url = url;
		this.#post({ kind: 'open', url, cookie: this.#asker.jar.readable(url) });
		let length = 0;
		try {
			for await (const html of this.#html(answer, content)) {
				if (this.#end.signal.aborted || length > lengthMax) break;
				this.#post({ kind: 'write', html });
				if (length === 0) began();
				length += html.length;
			}
		} finally {
			this.#post({ kind: 'end' });
			began();
		}
	}

	async *#html({ url, body }: PageAnswer, content: Content): AsyncGenerator<string> {
		if (content.shows === 'image') {
			const bytes = await collect(body, imageMax);
			if (bytes) yield imagePage(dataUrl(bytes, content.type));
			return;
		}
		const { first, body: whole } = await peeked(body);
		const text = textOf(whole, decoderFor(content, first));
		if (content.shows === 'text') yield* textPage(text);
		else {
			const refresh = (seconds: number, to: string) => this.#events.refresh(seconds, to);
			yield* new PageStream(this.#resources, url, refresh).written(text);
		}
	}

	#hear(message: FromFrame): void {
		switch (message.kind) {
			case 'navigate':
				return this.#events.navigate(navigation(message));
			case 'fetch':
				this.#fetch(message).catch(() =>
					this.#post({ kind: 'close', id: message.id, failed: true }),
				);
				return;
			case 'abort':
				this.#fetches.get(message.id)?.abort();
				return;
			case 'title':
				return this.#events.title(message.title.slice(0, 200));
			case 'cookie':
				return this.#asker.jar.set(this.#url, message.cookie.replaceAll('\n', ''), true);
			case 'over':
				return this.#events.over(message.url.slice(0, 500));
		}
	}

	async #fetch(message: Extract<FromFrame, { kind: 'fetch' }>): Promise<void> {
		const { id, url, method, headers, body, isResource } = message;
		if (this.#fetches.size >= fetchesMax || this.#fetches.has(id)) throw new Error('too many');
		const own = new AbortController();
		this.#fetches.set(id, own);
		try {
			const signal = AbortSignal.any([own.signal, this.#end.signal]);
			const { origin } = new URL(this.#url);
			const isOwn = new URL(url).origin === origin;
			const sent = isOwn && method === 'GET' ? headers : { ...headers, origin };
			const request = { url, method, headers: sent, ...(body ? { body } : {}) };
			const answer = await this.#resources.ask(request, signal);
			if (!isResource && !mayRead(answer, origin)) throw new Error('another origin');
			await this.#answer(id, answer);
		} finally {
			this.#fetches.delete(id);
		}
	}

	async #answer(id: number, { url, status, headers, body }: PageAnswer): Promise<void> {
		this.#post({ kind: 'head', id, url, status, headers });
		this.#post({ kind: 'cookie', cookie: this.#asker.jar.readable(this.#url) });
		for await (const data of body) this.#post({ kind: 'piece', id, data });
		this.#post({ kind: 'close', id, failed: false });
	}

	#post(message: ToFrame): void {
		if (!this.#end.signal.aborted) this.#port.postMessage(message);
	}
}

function navigation({
	url,
	method,
	type,
	body,
}: Extract<FromFrame, { kind: 'navigate' }>): PageRequest {
	if (method.toUpperCase() !== 'POST') return { url };
	const bytes: Bytes = body ?? new Uint8Array();
	return { url, method: 'POST', body: bytes, headers: { 'content-type': type } };
}

/** Scripts read what comes from their own origin, and what others say they may. */
function mayRead({ url, headers }: PageAnswer, origin: string): boolean {
	const allowed = headers['access-control-allow-origin'];
	return new URL(url).origin === origin || allowed === '*' || allowed === origin;
}
