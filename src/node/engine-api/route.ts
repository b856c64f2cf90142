import type { Connection, HttpResponse } from '../../api/transport.ts';

export interface Call {
	method: string;
	/** Without the version prefix. */
	path: string;
	query: URLSearchParams;
	/** The JSON body, empty without one. */
	body: Record<string, unknown>;
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

/** Docker's query booleans. */
export function flag(call: Call, name: string): boolean {
	return ['1', 'true', 'True'].includes(call.query.get(name) ?? '');
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
