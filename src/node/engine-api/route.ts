import type { Connection, HttpResponse } from '../../api/transport.ts';
import { EngineError } from '../../client/engine-error.ts';

export interface Call {
	method: string;
	/** Without the version prefix. */
	path: string;
	query: URLSearchParams;
	/** Names in lower case. */
	headers: Record<string, string>;
	/** The body as it came. */
	body: string;
	/** Groups of the route's pattern. */
	params: string[];
	signal?: AbortSignal;
}

export interface Route {
	method: string;
	pattern: RegExp;
	handle?: (call: Call) => Promise<HttpResponse> | HttpResponse;
	/** Hijacked connections: channel 0 carries the raw bytes both ways. */
	upgrade?: (call: Call) => Promise<Connection>;
}

/** A JSON answer; `undefined` has no body. */
export function answer(value: unknown, status = value === undefined ? 204 : 200): HttpResponse {
	const body = value === undefined ? '' : `${JSON.stringify(value)}\n`;
	return { status, headers: { 'content-type': 'application/json' }, body };
}

/** Docker's query booleans. After moby api/server/httputils: BoolValue. */
export function flag(call: Call, name: string, fallback = false): boolean {
	const text = call.query.get(name);
	if (text === null) return fallback;
	return !['', '0', 'no', 'false', 'none'].includes(text.trim().toLowerCase());
}

/** An integer of the query within these bounds; undefined when it is not said. */
export function integer(
	call: Call,
	name: string,
	{ least = -(2 ** 31), most = 2 ** 31 - 1 } = {},
): number | undefined {
	const text = call.query.get(name) ?? '';
	if (text === '') return undefined;
	const refuse = (why: string) =>
		new EngineError(400, `strconv.Atoi: parsing ${JSON.stringify(text)}: ${why}`);
	if (!/^[+-]?\d+$/.test(text)) throw refuse('invalid syntax');
	const value = Number(text);
	if (value < least || value > most) throw refuse('value out of range');
	return value;
}

/** A moment in seconds since 1970 with a fraction, in milliseconds; 0 and nothing are none. */
export function unixTime(call: Call, name: string): number | undefined {
	const text = call.query.get(name) ?? '';
	if (text !== '' && !/^-?\d+(\.\d+)?$/.test(text))
		throw new EngineError(400, `strconv.ParseInt: parsing ${JSON.stringify(text)}: invalid syntax`);
	return Number(text) * 1000 || undefined;
}

/** The size of a terminal. */
export function terminalSize(call: Call): { rows: number; columns: number } {
	const side = (name: string) => {
		const value = integer(call, name, { least: 0, most: 65_535 });
		if (value !== undefined) return value;
		throw new EngineError(400, 'strconv.Atoi: parsing "": invalid syntax');
	};
	return { rows: side('h'), columns: side('w') };
}

export function param(call: Call, index = 0): string {
	return call.params[index] ?? '';
}

/** RFC 3339 with nanoseconds, or Go's zero time. */
export function goTime(ms: number): string {
	return ms === 0 ? '0001-01-01T00:00:00Z' : new Date(ms).toISOString().replace('Z', '000000Z');
}

/** docker's eight-byte header before each piece of a stream without a terminal. */
export function multiplexed(
	stream: 'stdout' | 'stderr',
	data: Uint8Array,
): Uint8Array<ArrayBuffer> {
	const framed = new Uint8Array(8 + data.length);
	framed[0] = stream === 'stdout' ? 1 : 2;
	new DataView(framed.buffer).setUint32(4, data.length);
	framed.set(data, 8);
	return framed;
}
