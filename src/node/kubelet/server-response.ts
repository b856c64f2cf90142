import type { HttpResponse } from '../../api/transport.ts';
import { toStatus } from '../../client/status.ts';

export function jsonResponse(value: unknown, status = 200): HttpResponse {
	const headers = { 'content-type': 'application/json' };
	return { status, headers, body: JSON.stringify(value) };
}

/** A refusal, as a Status so that the API server can hand it on. */
export function errorResponse(error: unknown): HttpResponse {
	const status = toStatus(error);
	return jsonResponse(status, status.code ?? 500);
}

export function textResponse(text: string, status = 200): HttpResponse {
	return { status, headers: { 'content-type': 'text/plain; charset=utf-8' }, body: text };
}
