import type { Engine } from '../../api/engine.ts';
import { EngineError } from '../../client/engine-error.ts';
import { param, type Call, type Route } from './route.ts';

/**
 * What this node has none of, as docker says it: `docker inspect` asks for a name everywhere before it answers that
 * there is no such object. What is there is not told yet.
 */
export function absentRoutes(engine: Engine): Route[] {
	const volumes = () => engine.listVolumes().map(({ name }) => name);
	const networks = () => engine.listNetworks().flatMap(({ id, name }) => [id, name]);
	return [
		missing(/^\/networks\/([^/]+)$/, networks, (name) => `network ${name} not found`),
		missing(/^\/volumes\/([^/]+)$/, volumes, (name) => `get ${name}: no such volume`),
		missing(
			/^\/plugins\/([^/]+)\/json$/,
			() => [],
			(name) => `plugin "${name}" not found`,
		),
		{
			method: 'GET',
			pattern: /^\/(?:services|tasks|nodes|secrets|configs|swarm)(?:\/[^/]+)?$/,
			handle: () => {
				throw new EngineError(503, notInSwarm);
			},
		},
	];
}

const notInSwarm =
	'This node is not a swarm manager. Use "docker swarm init" or "docker swarm join" to connect this node to swarm and try again.';

function missing(pattern: RegExp, known: () => string[], text: (name: string) => string): Route {
	const handle = (call: Call): never => {
		const name = param(call);
		if (!known().includes(name)) throw new EngineError(404, text(name));
		throw new EngineError(501, `${call.method} ${call.path} is not served by this engine`);
	};
	return { method: 'GET', pattern, handle };
}
