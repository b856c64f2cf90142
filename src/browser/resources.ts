import { ask, type Asker, type PageAnswer } from './ask.ts';
import { collect, type Bytes } from './body.ts';
import { filledStyle } from './styles.ts';

/** As browsers have to one host. */
const atOnce = 6;
const sizeMax = 16 << 20;
/** Style sheets that import style sheets. */
const depthMax = 5;

interface Loaded {
	/** Where it came from, after redirects. */
	url: string;
	type: string;
	bytes: Bytes;
}

/** What a page refers to, fetched as it is needed; each address once a page. */
export class Resources {
	readonly #asker: Asker;
	readonly #signal: AbortSignal;
	readonly #loaded = new Map<string, Promise<Loaded | undefined>>();
	#open = 0;
	readonly #waiting: (() => void)[] = [];

	/** `signal` ends when the page is left. */
	constructor(asker: Asker, signal: AbortSignal) {
		this.#asker = asker;
		this.#signal = signal;
	}

	/** A `data:` address with the script or picture at `url`; undefined when it cannot be had. */
	async dataUrl(url: string, type?: string): Promise<string | undefined> {
		const loaded = await this.#load(url);
		return loaded && dataUrl(loaded.bytes, type ?? loaded.type);
	}

	/** A `data:` address with the style sheet at `url`, and all that it refers to. */
	async styleUrl(url: string, depth = 0): Promise<string | undefined> {
		const loaded = depth > depthMax ? undefined : await this.#load(url);
		if (!loaded) return undefined;
		const css = await this.style(new TextDecoder().decode(loaded.bytes), loaded.url, depth);
		return dataUrl(new TextEncoder().encode(css), 'text/css;charset=utf-8');
	}

	/** The text of a style sheet with all that it refers to. */
	style(css: string, base: string, depth = 0): Promise<string> {
		return filledStyle(css, base, (url, isSheet) =>
			isSheet ? this.styleUrl(url, depth + 1) : this.dataUrl(url),
		);
	}

	/** Asks when a place is free; the answer's body still has to be read. */
	async ask(request: Parameters<typeof ask>[1], signal = this.#signal): Promise<PageAnswer> {
		await this.#place();
		try {
			return await ask(this.#asker, request, signal);
		} finally {
			this.#open--;
			this.#waiting.shift()?.();
		}
	}

	async #place(): Promise<void> {
		while (this.#open >= atOnce) await new Promise<void>((resolve) => this.#waiting.push(resolve));
		this.#signal.throwIfAborted();
		this.#open++;
	}

	#load(url: string): Promise<Loaded | undefined> {
		const known = this.#loaded.get(url);
		if (known) return known;
		const loading = this.#fetch(url).catch(() => undefined);
		this.#loaded.set(url, loading);
		return loading;
	}

	async #fetch(url: string): Promise<Loaded | undefined> {
		if (!url.startsWith('http:')) return undefined;
		const answer = await this.ask({ url });
		const bytes = answer.status < 400 ? await collect(answer.body, sizeMax) : undefined;
		const type = answer.headers['content-type']?.split(';')[0]?.trim();
		return bytes && { url: answer.url, type: type ?? 'application/octet-stream', bytes };
	}
}

const step = 0x8000;

/** These bytes as an address of their own. */
export function dataUrl(bytes: Bytes, type: string): string {
	let text = '';
	for (let at = 0; at < bytes.length; at += step)
		text += String.fromCharCode(...bytes.subarray(at, at + step));
	return `data:${type.replaceAll(/[^\w/;=+.-]/g, '')};base64,${btoa(text)}`;
}
