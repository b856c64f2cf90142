import type { Engine, WaitCondition } from '../../api/engine.ts';
import type { HttpResponse } from '../../api/transport.ts';
import { EngineError } from '../../client/engine-error.ts';
import { param, type Call } from './route.ts';

const conditions: readonly string[] = ['not-running', 'next-exit', 'removed'];

/**
 * POST /containers/{id}/wait. The head of the answer is sent at once: a client starts the container only when it has
 * seen it. After moby/daemon/server/router/container.
 */
export function wait(engine: Engine, call: Call): HttpResponse {
	const condition = call.query.get('condition') || 'not-running';
	if (!conditions.includes(condition))
		throw new EngineError(400, `invalid condition: "${condition}"`);
	const { id } = engine.container(param(call));
	const exit = engine.waitContainer(id, condition as WaitCondition).then(({ code }) => code);
	const body = said(Promise.race([exit, gone(call.signal)]));
	return { status: 200, headers: { 'content-type': 'application/json' }, body };
}

async function* said(code: Promise<number>): AsyncIterable<string> {
	yield `${JSON.stringify({ StatusCode: await code })}\n`;
}

/** The client has left, and nobody reads the code any more. */
function gone(signal: AbortSignal | undefined): Promise<number> {
	return new Promise((resolve) => signal?.addEventListener('abort', () => resolve(0)));
}
