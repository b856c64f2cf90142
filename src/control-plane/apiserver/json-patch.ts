import { badRequest, StatusError } from '../../client/status.ts';
import { own, setOwn } from '../../util/own.ts';
import { jsonKind } from './decode.ts';
import { cloneJson, equalJson, isDict, type Dict } from './json-value.ts';

// After github.com/evanphx/json-patch: patch.go

const mostOperations = 10_000;
/** Copies of copies grow without end: this many characters may be copied, as many as a body may have. */
const mostCopied = 3 * 2 ** 20;

type Container = Dict | unknown[];

/** Applies RFC 6902 operations to a copy of a document. */
export function jsonPatch(base: Dict, patch: unknown): unknown {
	if (!Array.isArray(patch))
		throw badRequest(
			`error decoding patch: json: cannot unmarshal ${jsonKind(patch)} into Go value of type jsonpatch.Patch`,
		);
	if (patch.length > mostOperations) throw tooMany(patch.length);
	const wrong: unknown = patch.find((item) => item !== null && !isDict(item));
	if (wrong !== undefined)
		throw badRequest(
			`error decoding patch: json: cannot unmarshal ${jsonKind(wrong)} into Go value of type jsonpatch.Operation`,
		);
	const document = new PatchedDocument(cloneJson(base));
	for (const item of patch as (Dict | null)[]) document.apply(item ?? {});
	return document.root;
}

class PatchedDocument {
	root: unknown;
	#copied = 0;

	constructor(root: unknown) {
		this.root = root;
	}

	apply(operation: Dict): void {
		const op = own(operation, 'op');
		if (typeof op !== 'string' || !operations.includes(op)) throw rejected();
		const path = pointerIn(operation, 'path');
		if (op === 'add') this.#add(path, valueIn(operation));
		else if (op === 'remove') this.#remove(path);
		else if (op === 'replace') this.#replace(path, valueIn(operation));
		else if (op === 'test') this.#test(path, own(operation, 'value') ?? null);
		else this.#moveOrCopy(op, pointerIn(operation, 'from'), path);
	}

	#moveOrCopy(op: string, from: string, path: string): void {
		const value = this.#get(from);
		if (op === 'move') this.#remove(from);
		else this.#copied += JSON.stringify(value).length;
		if (this.#copied > mostCopied) throw rejected();
		this.#add(path, op === 'move' ? value : cloneJson(value));
	}

	#add(path: string, value: unknown): void {
		if (path === '') return void (this.root = value);
		const { holder, key } = this.#place(path);
		if (!Array.isArray(holder)) return setOwn(holder, key, value);
		const index = key === '-' ? holder.length : indexIn(holder, key, holder.length);
		holder.splice(index, 0, value);
	}

	#remove(path: string): void {
		const { holder, key } = this.#existing(path);
		if (Array.isArray(holder)) holder.splice(Number(key), 1);
		else delete holder[key];
	}

	#replace(path: string, value: unknown): void {
		if (path === '') return void (this.root = value);
		const { holder, key } = this.#existing(path);
		if (Array.isArray(holder)) holder[Number(key)] = value;
		else setOwn(holder, key, value);
	}

	#test(path: string, wanted: unknown): void {
		let value: unknown = null;
		try {
			value = this.#get(path) ?? null;
		} catch {
			// What is not there is null to a test.
		}
		if (!equalJson(value, wanted)) throw rejected();
	}

	#get(path: string): unknown {
		if (path === '') return this.root;
		const { holder, key } = this.#existing(path);
		return Array.isArray(holder) ? holder[Number(key)] : holder[key];
	}

	/** A place that has a value. */
	#existing(path: string): { holder: Container; key: string } {
		const { holder, key } = this.#place(path);
		if (Array.isArray(holder))
			return { holder, key: String(indexIn(holder, key, holder.length - 1)) };
		if (!Object.hasOwn(holder, key)) throw rejected();
		return { holder, key };
	}

	/** The list or object that holds what a pointer names, and the name in it. */
	#place(path: string): { holder: Container; key: string } {
		const parts = path.split('/');
		if (parts.shift() !== '') throw rejected();
		const key = unescaped(parts.pop() ?? '');
		let holder = this.root;
		for (const part of parts.map(unescaped)) {
			if (Array.isArray(holder))
				holder = (holder as unknown[])[indexIn(holder, part, holder.length - 1)];
			else holder = isDict(holder) ? own(holder, part) : undefined;
		}
		if (!isDict(holder) && !Array.isArray(holder)) throw rejected();
		return { holder, key };
	}
}

const operations = ['add', 'remove', 'replace', 'move', 'copy', 'test'];

function pointerIn(operation: Dict, field: 'path' | 'from'): string {
	const value = own(operation, field);
	if (typeof value === 'string') return value;
	throw rejected();
}

function valueIn(operation: Dict): unknown {
	if (Object.hasOwn(operation, 'value')) return cloneJson(operation.value);
	throw rejected();
}

function unescaped(part: string): string {
	return part.replaceAll('~1', '/').replaceAll('~0', '~');
}

/** A list's index up to `last`; negative ones count from the end. */
function indexIn(list: unknown[], text: string, last: number): number {
	if (!/^-?\d+$/.test(text)) throw rejected();
	const number = Number(text);
	const index = number < 0 ? list.length + number : number;
	if (index >= 0 && index <= last) return index;
	throw rejected();
}

/** Upstream keeps to itself which operation it was. After apimachinery/pkg/api/errors: NewGenericServerResponse */
function rejected(): StatusError {
	return failure(422, 'Invalid', 'the server rejected our request due to an error in our request');
}

function tooMany(count: number): StatusError {
	return failure(
		413,
		'RequestEntityTooLarge',
		`Request entity too large: The allowed maximum operations in a JSON patch is ${mostOperations}, got ${count}`,
	);
}

function failure(code: number, reason: string, message: string): StatusError {
	const status = { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure' } as const;
	return new StatusError({ ...status, message, reason, details: {}, code });
}
