import type { Engine } from '../../api/engine.ts';
import type { Connection, HttpRequest, HttpResponse, Transport } from '../../api/transport.ts';
import { EngineError } from '../../client/engine-error.ts';
import type { Clock } from '../../util/clock.ts';
import { absentRoutes } from './absent.ts';
import { containerRoutes } from './containers.ts';
import { execRoutes, ExecTable } from './execs.ts';
import { imageRoutes } from './images.ts';
import { answer, type Call, type Route } from './route.ts';
import { apiVersion, minApiVersion, systemRoutes } from './system.ts';

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
		...absentRoutes(engine),
	];
	return {
		request: async (request, signal) => {
			try {
				const call = parse(request, signal);
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
	const [target = '', query = ''] = splitOnce(request.path, '?');
	const whole = unescaped(target);
	const version = /^\/v(\d+\.\d+)\//.exec(whole)?.[1];
	const path = version === undefined ? whole : whole.slice(`/v${version}`.length);
	if (version !== undefined) checkVersion(version);
	refuseBadEscapes(query);
	const body = request.body ?? '';
	return {
		method: request.method,
		path,
		query: new URLSearchParams(query),
		headers: request.headers ?? {},
		body: typeof body === 'string' ? body : new TextDecoder().decode(body),
		params: [],
		...(signal ? { signal } : {}),
	};
}

function splitOnce(text: string, separator: string): [string, string] {
	const at = text.indexOf(separator);
	return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)];
}

function unescaped(path: string): string {
	refuseBadEscapes(path);
	try {
		return decodeURIComponent(path);
	} catch {
		throw new EngineError(400, `invalid URL escape "${path}"`);
	}
}

function refuseBadEscapes(text: string): void {
	const odd = /%(?![0-9a-f]{2}).{0,2}/i.exec(text)?.[0];
	if (odd !== undefined) throw new EngineError(400, `invalid URL escape "${odd}"`);
}

/** After moby api/server/middleware/version.go. */
function checkVersion(version: string): void {
	const [major = 0, minor = 0] = version.split('.').map(Number);
	const isBelow = (other: string) => {
		const [otherMajor = 0, otherMinor = 0] = other.split('.').map(Number);
		return major < otherMajor || (major === otherMajor && minor < otherMinor);
	};
	if (isBelow(minApiVersion))
		throw new EngineError(
			400,
			`client version ${version} is too old. Minimum supported API version is ${minApiVersion}, ` +
				'please upgrade your client to a newer version',
		);
	if (version !== apiVersion && !isBelow(apiVersion))
		throw new EngineError(
			400,
			`client version ${version} is too new. Maximum supported API version is ${apiVersion}`,
		);
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
