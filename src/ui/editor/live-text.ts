import { isMap, isScalar, isSeq, stringify, type Document, type Node, type YAMLMap } from 'yaml';
import { deepEqual } from '../../util/deep-equal.ts';

interface Edit {
	from: number;
	to: number;
	text: string;
}

const isObject = (value: unknown): value is Record<string, unknown> =>
	typeof value === 'object' && value !== null && !Array.isArray(value);

/** Lists whose items have names are merged by them; any other list is one value. */
const named = (item: unknown): string | undefined => {
	const name = isMap(item) ? item.get('name') : isObject(item) ? item['name'] : undefined;
	return typeof name === 'string' ? name : undefined;
};

/** One document rewritten with what the cluster holds in its place. Its layout and comments stay. */
class Rewriting {
	readonly edits: Edit[] = [];
	readonly #text: string;

	constructor(text: string) {
		this.#text = text;
	}
	node(node: Node | null, live: unknown): void {
		if (isMap(node) && isObject(live)) this.#map(node, live);
		else if (isSeq(node) && Array.isArray(live) && node.items.every(named))
			this.#list(node.items as YAMLMap[], live);
		else if (node?.range && !deepEqual(node.toJSON(), live)) {
			const [from, to] = node.range;
			this.edits.push({ from, to, text: this.#written(live, node) + this.#lineEnd(from, to) });
		}
	}
	#map(map: YAMLMap, live: Record<string, unknown>): void {
		for (const { key, value } of map.items) {
			if (!isScalar(key) || !key.range) continue;
			const now = live[String(key.value)];
			const node = value as Node | null;
			if (now === undefined) this.#drop(key.range[0], node?.range?.[1] ?? key.range[1]);
			else this.node(node, now);
		}
	}
	#list(items: readonly YAMLMap[], live: readonly unknown[]): void {
		for (const item of items) {
			const now = live.find((one) => named(one) === named(item));
			const [from = 0, to = 0] = item.range ?? [];
			if (now === undefined) this.#drop(from, to);
			else this.node(item, now);
		}
	}
	/** What is not there, with the whole lines that it stands on. */
	#drop(from: number, to: number): void {
		const start = this.#text.lastIndexOf('\n', from - 1) + 1;
		const end = this.#text.indexOf('\n', Math.max(from, to - 1));
		const before = this.#text.slice(start, from);
		// Beside other things in its line (`- name: a`, `{a: 1}`) nothing else may go with it.
		if (!/^[\s-]*$/.test(before) || (before.includes('-') && !this.#isItem(from, to)))
			return void this.edits.push({ from, to, text: '' });
		this.edits.push({ from: start, to: end === -1 ? this.#text.length : end + 1, text: '' });
	}
	/** Whether a list's whole item begins here: what comes after it is not indented as far. */
	#isItem(from: number, to: number): boolean {
		const column = from - (this.#text.lastIndexOf('\n', from - 1) + 1);
		const next = /^[^\S\n]*(?:\n( *))?\S/.exec(this.#text.slice(to));
		return (next?.[1]?.length ?? 0) < column;
	}
	/** A block scalar's range takes the end of its line along. */
	#lineEnd(from: number, to: number): string {
		return this.#text.slice(from, to).endsWith('\n') ? '\n' : '';
	}
	/** In the quotes that the text has. */
	#written(live: unknown, node: Node): string {
		const at = node.range?.[0] ?? 0;
		const start = this.#text.lastIndexOf('\n', at - 1) + 1;
		const line = this.#text.slice(start, at);
		const indent = ' '.repeat(line.search(/[^\s-]|$/) + 2);
		if (typeof live === 'string' && live.includes('\n')) {
			const lines = live.replace(/\n$/, '').split('\n');
			return `|${live.endsWith('\n') ? '' : '-'}\n${lines.map((one) => (one ? indent + one : one)).join('\n')}`;
		}
		if (typeof live === 'object') return JSON.stringify(live);
		const style = isScalar(node) && /^QUOTE/.test(node.type ?? '') ? node.type : 'PLAIN';
		const defaultStringType = style as 'PLAIN' | 'QUOTE_DOUBLE' | 'QUOTE_SINGLE';
		return stringify(live, { lineWidth: 0, defaultStringType }).trimEnd();
	}
}

/**
 * The text as the cluster has its objects: every field that a document names with its live value, and without those
 * that are not there. What others have set beside it (defaults, status, other managers' fields) is left out, as
 * applying the text would leave it alone. A document whose object is not there is left out whole.
 */
export function liveText(
	text: string,
	documents: readonly { document: Document.Parsed; live: unknown }[],
): string {
	const rewriting = new Rewriting(text);
	for (const { document, live } of documents) {
		const [from, , to] = document.range;
		if (live === undefined) rewriting.edits.push({ from, to, text: '' });
		else rewriting.node(document.contents, live);
	}
	let at = 0;
	let written = '';
	for (const edit of rewriting.edits.sort((a, b) => a.from - b.from)) {
		written += text.slice(at, edit.from) + edit.text;
		at = edit.to;
	}
	return written + text.slice(at);
}
