import type { Server } from 'node:http';
import { toStatus } from '../client/status.ts';
import { serve, type Front, type Upgrade } from './front.ts';
import { isSpdy, serveSpdy } from './spdy-front.ts';
import { comesInFrames, serveBody } from './websocket-body.ts';
import { serveStreams } from './websocket-streams.ts';

/**
 * Serves the Kubernetes API to real clients. Streams (watch, followed logs) are flushed event by event, or are
 * frames of a WebSocket; exec, attach and portforward are upgraded to WebSocket or SPDY/3.1.
 */
export function serveHttp(
	front: Pick<Front, 'api' | 'door' | 'log'>,
	port: number,
): Promise<Server> {
	return serve(
		{
			...front,
			name: 'kubernetes-api',
			told: (error) => {
				const status = toStatus(error);
				return { code: status.code ?? 500, body: JSON.stringify(status) };
			},
			upgrade: serveUpgrade,
		},
		port,
	);
}

function serveUpgrade(upgrade: Upgrade): Promise<void> {
	if (isSpdy(upgrade.from)) return serveSpdy(upgrade);
	return comesInFrames(upgrade) ? serveBody(upgrade) : serveStreams(upgrade);
}
