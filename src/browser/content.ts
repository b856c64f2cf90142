import type { Headers } from '../api/transport.ts';
import type { Bytes } from './body.ts';

/** How a body is shown: as a page, as text, as a picture, or not at all: then it is a file to keep. */
export type Shows = 'page' | 'text' | 'image' | 'file';

export interface Content {
	shows: Shows;
	/** `text/html`, lower case; empty when the server does not say. */
	type: string;
	charset: string | undefined;
}

const texts = /^(text\/|application\/(.*\+)?(json|xml|javascript|yaml|x-yaml|x-sh|x-ndjson)$)/;
const pages = new Set(['text/html', 'application/xhtml+xml']);
const images = /^image\/(png|jpeg|gif|webp|avif|bmp|svg\+xml|x-icon|vnd\.microsoft\.icon)$/;

/** What the head of an answer says about its body; a type that is not there is guessed from the first bytes. */
export function contentOf(headers: Headers, first: Bytes): Content {
	const [type = '', ...parameters] = (headers['content-type'] ?? '').split(';');
	const named = type.trim().toLowerCase();
	const charset = parameters
		.map((one) => /^\s*charset\s*=\s*"?([^"\s]+)/i.exec(one)?.[1])
		.find((one) => one !== undefined);
	const isKept = /^\s*attachment\b/i.test(headers['content-disposition'] ?? '');
	return { type: named, charset, shows: isKept ? 'file' : showsAs(named, first) };
}

function showsAs(type: string, first: Bytes): Shows {
	if (type === '') return guess(first);
	if (pages.has(type)) return 'page';
	if (images.test(type)) return 'image';
	return texts.test(type) ? 'text' : 'file';
}

function guess(first: Bytes): Shows {
	if (first.includes(0)) return 'file';
	const text = new TextDecoder('latin1').decode(first.subarray(0, 512)).trimStart();
	return /^<(!doctype|!--|html|head|body|title|h1|p|div|table|script|style|a|br|b|iframe|font)\b/i.test(
		text,
	)
		? 'page'
		: 'text';
}

/** The name that a file is kept under. */
export function fileName(url: string, headers: Headers): string {
	const said = /filename\s*=\s*(?:"([^"]*)"|([^;\s]+))/i.exec(headers['content-disposition'] ?? '');
	const last = new URL(url).pathname.split('/').at(-1) ?? '';
	const name = (said?.[1] ?? said?.[2] ?? last).replaceAll(/[\\/\p{Cc}]/gu, '_').slice(0, 100);
	return name === '' ? 'download' : name;
}

/** The letters of a body: the server's charset, a byte order mark, the page's own `meta`, or UTF-8. */
export function decoderFor({ charset, shows }: Content, first: Bytes): TextDecoder {
	const head = new TextDecoder('latin1').decode(first.subarray(0, 1024));
	const own = shows === 'page' ? /\bcharset=["']?([\w-]+)/i.exec(head)?.[1] : undefined;
	for (const label of [charset, own])
		try {
			if (label !== undefined) return new TextDecoder(label);
		} catch {
			// Not one that browsers know.
		}
	return new TextDecoder();
}
