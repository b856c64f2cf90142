import type { Engine } from '../../api/engine.ts';
import type { HttpResponse } from '../../api/transport.ts';
import { param, type Call } from './route.ts';

/**
 * POST /containers/{id}/wait: `not-running` (default), `next-exit` or `removed`. The head of the answer is sent at
 * once: a client starts the container only when it has seen it. After moby/daemon/server/router/container.
 */
export function wait(engine: Engine, call: Call): HttpResponse {
	const { id, state, exitCode } = engine.container(param(call));
	const condition = call.query.get('condition') || 'not-running';
	const over = condition === 'not-running' && state !== 'running' && state !== 'paused';
	const code = over ? Promise.resolve(exitCode) : ended(engine, id, condition === 'removed', call);
	return { status: 200, headers: { 'content-type': 'application/json' }, body: said(code) };
}

async function* said(code: Promise<number>): AsyncIterable<string> {
	yield `${JSON.stringify({ StatusCode: await code })}\n`;
}

/** The next exit code of a container, told when it has ended or when it is gone altogether. */
function ended(engine: Engine, id: string, removed: boolean, call: Call): Promise<number> {
	return new Promise((resolve) => {
		let code = engine.container(id).exitCode;
		const stop = engine.subscribe((event) => {
			if (event.type !== 'container' || event.id !== id) return;
			if (event.action === 'die') code = event.exitCode ?? 0;
			if (event.action !== (removed ? 'destroy' : 'die')) return;
			stop();
			resolve(code);
		});
		call.signal?.addEventListener('abort', () => {
			stop();
			// Nobody reads it: the client has gone.
			resolve(code);
		});
	});
}
