const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** Builds an attribute list: tag, length, value. */
export class AttributeWriter {
	#bytes = new Uint8Array(256);
	#length = 0;

	get length(): number {
		return this.#length;
	}
	bytes(tag: number, value: Uint8Array): this {
		this.#head(tag, value.length);
		this.#bytes.set(value, this.#length);
		this.#length += value.length;
		return this;
	}
	u32(tag: number, value: number): this {
		this.#head(tag, 4);
		this.#put32(value);
		return this;
	}
	/** Skips what is undefined. */
	optionalU32(tag: number, value: number | boolean | undefined): this {
		return value === undefined ? this : this.u32(tag, Number(value));
	}
	u64(tag: number, value: bigint): this {
		const bytes = new Uint8Array(8);
		new DataView(bytes.buffer).setBigUint64(0, value, true);
		return this.bytes(tag, bytes);
	}
	text(tag: number, value: string): this {
		return this.bytes(tag, encoder.encode(`${value}\0`));
	}
	optionalText(tag: number, value: string | undefined): this {
		return value === undefined ? this : this.text(tag, value);
	}
	/** A list as value. */
	list(tag: number, fill: (inner: AttributeWriter) => void): this {
		const inner = new AttributeWriter();
		fill(inner);
		return this.bytes(tag, inner.finish());
	}
	finish(): Uint8Array<ArrayBuffer> {
		return this.#bytes.slice(0, this.#length);
	}
	#head(tag: number, length: number): void {
		const needed = this.#length + 5 + length;
		if (needed > this.#bytes.length) {
			const larger = new Uint8Array(Math.max(needed, 2 * this.#bytes.length));
			larger.set(this.#bytes);
			this.#bytes = larger;
		}
		this.#bytes[this.#length++] = tag;
		this.#put32(length);
	}
	#put32(value: number): void {
		for (let shift = 0; shift < 32; shift += 8)
			this.#bytes[this.#length++] = (value >>> shift) & 0xff;
	}
}

/** One attribute of a list. */
export class Attribute {
	readonly tag: number;
	readonly value: Uint8Array<ArrayBuffer>;
	constructor(tag: number, value: Uint8Array<ArrayBuffer>) {
		this.tag = tag;
		this.value = value;
	}
	get view(): DataView {
		return new DataView(this.value.buffer, this.value.byteOffset, this.value.byteLength);
	}
	get u32(): number {
		return this.value.length >= 4 ? this.view.getUint32(0, true) : 0;
	}
	/** Without the NUL at its end. */
	get text(): string {
		const end = this.value.at(-1) === 0 ? -1 : undefined;
		return decoder.decode(this.value.subarray(0, end));
	}
	get list(): Attribute[] {
		return readAttributes(this.value);
	}
}

/** The attributes of a list; a damaged end is left out. */
export function readAttributes(bytes: Uint8Array<ArrayBuffer>): Attribute[] {
	const list: Attribute[] = [];
	const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
	for (let at = 0; at + 5 <= bytes.length;) {
		const length = view.getUint32(at + 1, true);
		if (length > bytes.length - at - 5) break;
		list.push(new Attribute(bytes[at] ?? 0, bytes.subarray(at + 5, at + 5 + length)));
		at += 5 + length;
	}
	return list;
}

/** The first attribute with this tag. */
export function findAttribute(list: Attribute[], tag: number): Attribute | undefined {
	return list.find((attribute) => attribute.tag === tag);
}
