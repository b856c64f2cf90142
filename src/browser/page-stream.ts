import { laterAttribute } from './frame-messages.ts';
import type { Resources } from './resources.ts';
import { attributeOf, changedTag, escaped, TagScanner, type Piece, type StartTag } from './tags.ts';

type Changes = Record<string, string | undefined>;
type Written = string | Promise<string>;

/** Attributes with addresses of what is loaded for the page, by element. */
const later: Record<string, string> = {
	img: 'src',
	source: 'src',
	audio: 'src',
	video: 'src',
	input: 'src',
	track: 'src',
};
/** What would fetch, or rule, by itself. */
const dropped = /^(preload|prefetch|modulepreload|preconnect|dns-prefetch|manifest|.*icon)$/i;

/**
 * A page with what it refers to inside it, while it still comes: style sheets and scripts hold up what comes after them, as
 * in a browser; pictures are left to the frame.
 */
export class PageStream {
	readonly #resources: Resources;
	/** `<meta http-equiv="refresh">` of the page: after so many seconds it wants to be there. */
	readonly #onRefresh: (seconds: number, url: string) => void;
	readonly #scanner = new TagScanner();
	#base: string;
	#isBased = false;

	constructor(
		resources: Resources,
		url: string,
		onRefresh: (seconds: number, url: string) => void,
	) {
		this.#resources = resources;
		this.#base = url;
		this.#onRefresh = onRefresh;
	}

	/** The page as the frame is to write it. */
	async *written(text: AsyncIterable<string>): AsyncGenerator<string> {
		for await (const piece of text) yield* this.#pieces(this.#scanner.push(piece));
		yield* this.#pieces(this.#scanner.end());
	}

	/** What is ready goes on its way; what is fetched is asked for at once, and waited for in its turn. */
	async *#pieces(pieces: Piece[]): AsyncGenerator<string> {
		let ready = '';
		for (const written of pieces.map((piece) => this.#write(piece))) {
			if (typeof written === 'string') ready += written;
			else {
				if (ready !== '') yield ready;
				ready = await written;
			}
		}
		if (ready !== '') yield ready;
	}

	#write(piece: Piece): Written {
		if (typeof piece === 'string') return piece;
		if ('css' in piece) return this.#resources.style(piece.css, this.#base);
		// Not before the document type: without one first, a browser lays pages out as it did in the nineties.
		if (this.#isBased || piece.name === 'html' || piece.name === 'head')
			return this.#element(piece);
		this.#isBased = true;
		const base = `<base href="${escaped(this.#base)}">`;
		const written = this.#element(piece);
		return typeof written === 'string' ? base + written : written.then((text) => base + text);
	}

	#element(piece: StartTag): Written {
		const style = attributeOf(piece, 'style');
		if (style?.toLowerCase().includes('url(')) return this.#styled(piece, style);
		return this.#tag(piece);
	}

	async #styled(tag: StartTag, css: string): Promise<string> {
		const style = await this.#resources.style(css, this.#base);
		const attributes = tag.attributes.map((one) =>
			one.name === 'style' ? { name: 'style', value: escaped(style) } : one,
		);
		const text = changedTag({ ...tag, attributes }, {});
		return this.#tag({ ...tag, attributes, text });
	}

	#tag(tag: StartTag): Written {
		if (tag.name === 'link') return this.#link(tag);
		if (tag.name === 'script') return this.#script(tag);
		if (tag.name === 'meta') return this.#meta(tag);
		if (tag.name === 'base') return this.#baseTag(tag);
		const attribute = later[tag.name];
		return attribute === undefined ? tag.text : this.#later(tag, attribute);
	}

	#resolved(tag: StartTag, attribute: string): string | undefined {
		const value = attributeOf(tag, attribute);
		if (value === undefined || value === '' || !URL.canParse(value, this.#base)) return undefined;
		const { href, protocol } = new URL(value, this.#base);
		return protocol === 'http:' || protocol === 'https:' ? href : undefined;
	}

	#link(tag: StartTag): Written {
		const kinds = (attributeOf(tag, 'rel') ?? '').split(/\s+/);
		const url = this.#resolved(tag, 'href');
		if (kinds.some((kind) => dropped.test(kind))) return '';
		if (url === undefined || !kinds.some((kind) => kind.toLowerCase() === 'stylesheet'))
			return tag.text;
		return this.#inside(tag, 'href', url, this.#resources.styleUrl(url));
	}

	#script(tag: StartTag): Written {
		const url = this.#resolved(tag, 'src');
		if (url === undefined) return tag.text;
		const script = this.#resources.dataUrl(url, 'text/javascript;charset=utf-8');
		return this.#inside(tag, 'src', url, script);
	}

	/** What cannot be had keeps its address: the frame's policy lets it fail, as it would in a browser. */
	async #inside(
		tag: StartTag,
		attribute: string,
		url: string,
		found: Promise<string | undefined>,
	): Promise<string> {
		const address = (await found) ?? url;
		const changes: Changes = { [attribute]: address, integrity: undefined, crossorigin: undefined };
		return changedTag(tag, changes);
	}

	#later(tag: StartTag, attribute: string): string {
		const url = this.#resolved(tag, attribute);
		const hasChoice = tag.attributes.some(({ name }) => name === 'srcset');
		if (url === undefined) return hasChoice ? changedTag(tag, { srcset: undefined }) : tag.text;
		const changes: Changes = { [attribute]: undefined, srcset: undefined, crossorigin: undefined };
		return changedTag(tag, { ...changes, [laterAttribute]: url });
	}

	#meta(tag: StartTag): string {
		const what = attributeOf(tag, 'http-equiv')?.toLowerCase();
		// The page's own policy is about addresses that it does not have here.
		if (what === 'content-security-policy') return '';
		if (what !== 'refresh') return tag.text;
		const [, seconds = '', , url = ''] =
			/^\s*(\d+(?:\.\d+)?)\s*([;,]\s*(?:url\s*=)?\s*["']?([^"']*))?/i.exec(
				attributeOf(tag, 'content') ?? '',
			) ?? [];
		if (seconds !== '' && URL.canParse(url, this.#base))
			this.#onRefresh(Number(seconds), new URL(url, this.#base).href);
		return '';
	}

	/** The first `base` of a document counts, and that is ours: it is made to say the page's. */
	#baseTag(tag: StartTag): string {
		const url = this.#resolved(tag, 'href');
		if (url === undefined) return changedTag(tag, { href: undefined });
		this.#base = url;
		const text = JSON.stringify(url).replaceAll('<', '\\u003c');
		return `<script>document.querySelector('base').href=${text};document.currentScript.remove()</script>${changedTag(tag, { href: undefined })}`;
	}
}

/** Text as a browser shows it: in one block, in its own lines. */
export async function* textPage(text: AsyncIterable<string>): AsyncGenerator<string> {
	yield '<!doctype html><meta name="color-scheme" content="light dark"><pre style="margin:.75rem;font-size:13px;overflow-wrap:anywhere;white-space:pre-wrap">';
	for await (const piece of text) yield escaped(piece);
}

/** A picture alone; `url` is a `data:` address. */
export function imagePage(url: string): string {
	const body = 'margin:0;min-height:100vh;display:grid;place-items:center;background:#16191c';
	return `<!doctype html><body style="${body}"><img src="${escaped(url)}" style="max-width:100%" alt="">`;
}
