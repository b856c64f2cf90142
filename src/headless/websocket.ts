import type { IncomingMessage } from 'node:http';
import type { WebSocket } from 'ws';

/** The code of a close that is not the client's fault. */
export const serverError = 1011;

const highWater = 1 << 20;
/** A client that sends and never reads is left at this. */
const floodWater = 8 << 20;
const drainPollMs = 5;

/** The subprotocols that a client knows. */
export function offeredBy(from: IncomingMessage): string[] {
	const names = (from.headers['sec-websocket-protocol'] ?? '').split(',');
	return names.map((name) => name.trim()).filter((name) => name !== '');
}

/** What `ws` answers by itself is kept for a client that does not read. */
export function guard(client: WebSocket): void {
	client.on('error', () => client.terminate());
	client.on('ping', () => {
		if (client.bufferedAmount > floodWater) client.terminate();
	});
}

/** Settles when more may be sent. `ws` has no drain event: its buffer is looked at until half of it is gone. */
export async function roomIn(client: WebSocket): Promise<void> {
	if (client.bufferedAmount <= highWater) return;
	while (client.readyState === client.OPEN && client.bufferedAmount > highWater / 2)
		await new Promise((resolve) => setTimeout(resolve, drainPollMs));
}
