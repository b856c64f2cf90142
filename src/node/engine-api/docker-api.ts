import type { Engine } from '../../api/engine.ts';
import type { Connection, HttpRequest, HttpResponse, Transport } from '../../api/transport.ts';
import { EngineError } from '../../client/engine-error.ts';
import type { Clock } from '../../util/clock.ts';
import { containerRoutes } from './containers.ts';
import { execRoutes, ExecTable } from './execs.ts';
import { imageRoutes } from './images.ts';
import { answer, type Call, type Route } from './route.ts';
import { systemRoutes } from './system.ts';

/**
 * A node's Docker Engine API over its engine. After moby/api/swagger.yaml, version 1.43; what is not
 * served answers 501 and says so.
 */
export function dockerApi(engine: Engine, clock: Clock): Transport {
	const execs = new ExecTable(engine);
	const routes: Route[] = [
		...systemRoutes(engine, clock),
		...containerRoutes(engine, () => clock.now()),
		...execRoutes(execs),
		...imageRoutes(engine),
	];
	return {
		request: async (request, signal) => {
			const call = parse(request, signal);
			try {
				const route = find(routes, call);
				if (!route.handle) throw new EngineError(400, `${call.path} has to be upgraded`);
				return await route.handle(call);
			} catch (error) {
				return failure(error);
			}
		},
		upgrade: async (request, signal): Promise<Connection> => {
			const call = parse(request, signal);
			const route = find(routes, call);
			if (!route.upgrade) throw new EngineError(400, `${call.path} cannot be upgraded`);
			return route.upgrade(call);
		},
	};
}

function parse(request: HttpRequest, signal?: AbortSignal): Call {
	const url = new URL(request.path, 'http://localhost');
	const body = request.body ?? '';
	const text = typeof body === 'string' ? body : new TextDecoder().decode(body);
	let json: unknown;
	try {
		json = text === '' ? undefined : JSON.parse(text);
	} catch {
		json = undefined;
	}
	return {
		method: request.method,
		path: decodeURIComponent(url.pathname).replace(/^\/v\d+\.\d+(?=\/)/, ''),
		query: url.searchParams,
		body: (json ?? {}) as Record<string, unknown>,
		params: [],
		...(signal ? { signal } : {}),
	};
}

/** Fills in the call's parameters from the pattern that matched. */
function find(routes: Route[], call: Call): Route {
	for (const route of routes) {
		const match = route.method === call.method ? route.pattern.exec(call.path) : null;
		if (!match) continue;
		call.params = match.slice(1);
		return route;
	}
	throw new EngineError(501, `${call.method} ${call.path} is not served by this engine`);
}

function failure(error: unknown): HttpResponse {
	const status = error instanceof EngineError ? error.status : 500;
	return answer({ message: error instanceof Error ? error.message : String(error) }, status);
}
