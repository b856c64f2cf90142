import { WebSocketServer, type WebSocket } from 'ws';
import type { Body } from '../api/transport.ts';
import { bodyLines, bodyText } from '../client/body.ts';
import { booleanQuery } from '../client/query.ts';
import { errorOf } from '../client/rest.ts';
import { badRequest } from '../client/status.ts';
import { carry, plainHeaders, urlOf, type Upgrade } from './front.ts';
import { guard, offeredBy, roomIn, serverError } from './websocket.ts';

/** Frames are the bytes themselves, or their base64 as text. */
const protocols = ['binary.k8s.io', 'base64.binary.k8s.io'];

const server = new WebSocketServer({
	noServer: true,
	handleProtocols: (offered) => protocols.find((name) => offered.has(name)) ?? false,
	// A client has nothing to say here.
	maxPayload: 1 << 10,
});

type Frames = AsyncIterable<string | Uint8Array>;

/** Whether the answer to a GET may come as frames: a log, a watch. */
export function comesInFrames({ from }: Upgrade): boolean {
	const { pathname, searchParams } = urlOf(from);
	return isLog(pathname) || booleanQuery(searchParams, 'watch');
}

const isLog = (path: string) => /\/pods\/[^/]+\/log$/.test(path);

/**
 * The answer to a GET as frames: a log's bytes as they come, behind an empty frame that says that it begins; a
 * watch's events as one text each. After apiserver/pkg/util/wsstream and apiserver/pkg/endpoints/handlers/watch.go
 */
export async function serveBody(upgrade: Upgrade): Promise<void> {
	const { front, from, socket, head, gone } = upgrade;
	const offered = offeredBy(from);
	if (offered.length > 0 && !protocols.some((name) => offered.includes(name)))
		throw badRequest(`unable to upgrade: no supported subprotocol in "${offered.join(', ')}"`);
	const path = from.url ?? '/';
	const headers = plainHeaders(from);
	// A refusal has to be an HTTP answer: it is asked before the handshake.
	const { status, body } = await front.api.request({ method: 'GET', path, headers }, gone);
	if (status >= 300) throw errorOf(status, await bodyText(body));
	server.handleUpgrade(from, socket, head, (client) => {
		guard(client);
		const frames = isLog(urlOf(from).pathname) ? chunksOf(body) : bodyLines(body);
		carry(upgrade, pump(client, frames), () => client.close(serverError));
	});
}

async function pump(client: WebSocket, frames: Frames): Promise<void> {
	const inText = client.protocol.startsWith('base64');
	for await (const frame of frames) {
		client.send(inText ? Buffer.from(frame).toString('base64') : frame);
		await roomIn(client);
		if (client.readyState !== client.OPEN) return;
	}
	client.close(1000);
}

async function* chunksOf(body: Body): Frames {
	yield new Uint8Array();
	if (typeof body === 'string' || body instanceof Uint8Array) yield Buffer.from(body);
	else for await (const chunk of body) yield Buffer.from(chunk);
}
