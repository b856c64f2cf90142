export interface Attribute {
	/** Lower case. */
	name: string;
	/** As it was written, with its `&amp;`. */
	value: string;
}

export interface StartTag {
	/** Lower case. */
	name: string;
	attributes: Attribute[];
	/** The tag as it was written. */
	text: string;
}

/** What a style sheet in the page says, whole. */
export interface StyleText {
	css: string;
}

/** Text that stays as it is, a start tag, or the text of a `<style>`. */
export type Piece = string | StartTag | StyleText;

/** Elements whose content is no markup. */
const raw = new Set([
	'script',
	'style',
	'textarea',
	'title',
	'xmp',
	'iframe',
	'noembed',
	'noframes',
]);
const tagMax = 1 << 20;
const blank = /\s/;

/** Finds the start tags in HTML that comes piece by piece; where one ends is found as the HTML standard's tokenizer does. */
export class TagScanner {
	#rest = '';
	/** The element whose raw text comes. */
	#inside = '';

	push(text: string): Piece[] {
		this.#rest += text;
		return this.#scan(false);
	}

	/** What was held back, as there is no more. */
	end(): Piece[] {
		const pieces = this.#scan(true);
		if (this.#rest !== '') pieces.push(this.#rest);
		this.#rest = '';
		return pieces;
	}

	#scan(isEnd: boolean): Piece[] {
		const pieces: Piece[] = [];
		while (this.#rest !== '') {
			const found = this.#inside === '' ? this.#markup() : this.#raw(isEnd);
			if (!found) break;
			const [piece, length] = found;
			this.#rest = this.#rest.slice(length);
			if (piece !== '') pieces.push(piece);
		}
		return pieces;
	}

	/** The next piece, and how long it is in the text; undefined while more is needed. */
	#markup(): [Piece, number] | undefined {
		const text = this.#rest;
		const at = text.indexOf('<');
		if (at !== 0) return at < 0 ? [text, text.length] : [text.slice(0, at), at];
		const second = text[1];
		if (second === undefined) return undefined;
		if (/[a-z]/i.test(second)) return this.#startTag();
		if (text.startsWith('<!--') || '<!--'.startsWith(text)) return upTo(text, '-->');
		if (/[!?/]/.test(second)) return upTo(text, '>');
		return ['<', 1];
	}

	#startTag(): [Piece, number] | undefined {
		const tag = readTag(this.#rest);
		if (!tag) return this.#rest.length > tagMax ? [this.#rest, this.#rest.length] : undefined;
		if (raw.has(tag.name)) this.#inside = tag.name;
		return [tag, tag.text.length];
	}

	#raw(isEnd: boolean): [Piece, number] | undefined {
		const text = this.#rest;
		const name = this.#inside;
		const isStyle = name === 'style';
		const end = text.search(new RegExp(`</${name}[\\s/>]`, 'i'));
		if (end < 0 && !isEnd) {
			// What may be the beginning of the end tag waits; a style sheet is wanted whole.
			const sure = isStyle ? 0 : text.length - name.length - 2;
			return sure > 0 ? [text.slice(0, sure), sure] : undefined;
		}
		this.#inside = '';
		const content = end < 0 ? text : text.slice(0, end);
		return [isStyle && content !== '' ? { css: content } : content, content.length];
	}
}

function upTo(text: string, end: string): [Piece, number] | undefined {
	const at = text.indexOf(end);
	return at < 0 ? undefined : [text.slice(0, at + end.length), at + end.length];
}

/** A start tag at the beginning of the text; undefined while its end is missing. */
function readTag(text: string): StartTag | undefined {
	let at = 1;
	const until = (stops: RegExp): string => {
		const begin = at;
		while (at < text.length && !stops.test(text[at] ?? '')) at++;
		return text.slice(begin, at);
	};
	const skip = (what: RegExp) => {
		while (at < text.length && what.test(text[at] ?? '')) at++;
	};
	const value = (): string | undefined => {
		skip(blank);
		const quote = text[at];
		if (quote !== '"' && quote !== "'") return until(/[\s>]/);
		const end = text.indexOf(quote, at + 1);
		if (end < 0) return undefined;
		const inside = text.slice(at + 1, end);
		at = end + 1;
		return inside;
	};
	const name = until(/[\s/>]/).toLowerCase();
	const attributes = new Map<string, Attribute>();
	for (;;) {
		skip(/[\s/]/);
		if (at >= text.length) return undefined;
		if (text[at] === '>')
			return { name, attributes: [...attributes.values()], text: text.slice(0, at + 1) };
		const begin = at++;
		until(/[\s/>=]/);
		const attribute = text.slice(begin, at).toLowerCase();
		skip(blank);
		let written: string | undefined = '';
		if (text[at] === '=') {
			at++;
			written = value();
			if (written === undefined) return undefined;
		}
		// Of an attribute that is there twice, the first counts.
		if (!attributes.has(attribute)) attributes.set(attribute, { name: attribute, value: written });
	}
}

const entities: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

/** An attribute's value with the entities that addresses are written with. */
export function decoded(value: string): string {
	return value
		.replaceAll(
			/&(?:#x([0-9a-f]{1,6})|#(\d{1,7})|(amp|lt|gt|quot|apos));/gi,
			(whole, hex?: string, decimal?: string, name?: string) => {
				if (name !== undefined) return entities[name.toLowerCase()] ?? whole;
				const code = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16);
				return code <= 0x10ffff ? String.fromCodePoint(code) : whole;
			},
		)
		.trim();
}

/** Text that stands for itself in HTML, also in an attribute's quotes. */
export function escaped(text: string): string {
	return text
		.replaceAll('&', '&amp;')
		.replaceAll('<', '&lt;')
		.replaceAll('>', '&gt;')
		.replaceAll('"', '&quot;');
}

export function attributeOf({ attributes }: StartTag, name: string): string | undefined {
	const found = attributes.find((one) => one.name === name);
	return found && decoded(found.value);
}

/** The tag with other attributes: those of `changes`, undefined for those that go. */
export function changedTag(tag: StartTag, changes: Record<string, string | undefined>): string {
	const kept = tag.attributes
		.filter(({ name }) => !Object.hasOwn(changes, name))
		.map(({ name, value }) => ` ${name}="${value.replaceAll('"', '&quot;')}"`);
	const added = Object.entries(changes).flatMap(([name, value]) =>
		value === undefined ? [] : [` ${name}="${escaped(value)}"`],
	);
	return `<${tag.name}${kept.join('')}${added.join('')}>`;
}
