import type { Status } from '../api/kubernetes.ts';
import { toStatus } from '../client/status.ts';

/** The channel that says how an exec or attach ended. */
export const statusChannel = 3;

/** Since v4 the status is JSON; before, it was a text, and success was silence. */
export function statusFor(protocol: string, data: Uint8Array): Uint8Array {
	if (/^v[45]\./.test(protocol)) return data;
	const status = JSON.parse(new TextDecoder().decode(data)) as Status;
	return new TextEncoder().encode(status.status === 'Success' ? '' : (status.message ?? ''));
}

/** What a client is told whose container went with its node. Without it, an end looks like success. */
export function lostStatus(protocol: string, error: unknown): Uint8Array {
	return statusFor(protocol, new TextEncoder().encode(JSON.stringify(toStatus(error))));
}
