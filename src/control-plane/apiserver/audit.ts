import type { AuditEvent } from '../../api/node.ts';
import type { Body, HttpRequest, Transport } from '../../api/transport.ts';
import type { Clock } from '../../util/clock.ts';
import { Recent } from '../../util/recent.ts';
import type { RequestInfo } from './request-info.ts';

/** Set by the port of a node; no client sends it. */
const nodeHeader = 'x-drydock-node';

const verbs: Record<string, string> = {
	POST: 'create',
	PUT: 'update',
	PATCH: 'patch',
	DELETE: 'delete',
};

/**
 * What the API server was asked to write, after apiserver/pkg/audit at level Metadata.
 * Unlike Kubernetes: reads and the heartbeats' leases are left out, and only the last 2000 are kept.
 */
export class AuditLog {
	readonly #clock: Clock;
	readonly #events = new Recent<AuditEvent>();

	constructor(clock: Clock) {
		this.#clock = clock;
	}

	/** What is to be called with the answer; nothing for a request that is not kept. */
	begin(
		request: HttpRequest,
		{ method, path, resource }: RequestInfo,
		verb = verbs[method],
	): ((code: number, body?: Body) => void) | undefined {
		if (!verb || !resource || resource.resource === 'leases') return undefined;
		const { namespace, name, subresource } = resource;
		const { [nodeHeader]: node, 'user-agent': agent = '' } = request.headers ?? {};
		const time = this.#clock.now();
		return (code, body) =>
			this.#events.add({
				time,
				took: this.#clock.now() - time,
				verb: verb === 'delete' && name === '' ? 'deletecollection' : verb,
				resource: subresource ? `${resource.resource}/${subresource}` : resource.resource,
				namespace,
				name: name || nameIn(body),
				path,
				code,
				userAgent: serviceAccount(agent) ?? agent,
				...(node ? { node } : {}),
			});
	}

	/** From entry `since` on, oldest first. */
	since(since: number): { next: number; entries: AuditEvent[] } {
		return this.#events.since(since);
	}
}

/** A controller signs as `kube-controller-manager/… system:serviceaccount:kube-system:NAME`: its name says enough. */
function serviceAccount(agent: string): string | undefined {
	const [, ...names] = agent.split('system:serviceaccount:kube-system:');
	const name = names.at(-1);
	return name !== undefined && /^\S+$/.test(name) ? name : undefined;
}

/** The API server as it is reached from a node. */
export function fromNode(api: Transport, node: string): Transport {
	const signed = (request: HttpRequest): HttpRequest => ({
		...request,
		headers: { ...request.headers, [nodeHeader]: node },
	});
	return {
		request: (request, signal) => api.request(signed(request), signal),
		upgrade: (request, signal) => api.upgrade(signed(request), signal),
	};
}

/** A created object's name is in the answer, and a refused one's in its Status. */
function nameIn(body: Body | undefined): string {
	if (typeof body !== 'string' || !body.startsWith('{')) return '';
	const { metadata, details } = JSON.parse(body) as Partial<Record<string, { name?: string }>>;
	return metadata?.name ?? details?.name ?? '';
}
