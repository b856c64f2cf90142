import type { Pod } from '../../api/kubernetes.ts';
import type { Connection, HttpResponse, Transport } from '../../api/transport.ts';
import { bodyText } from '../../client/body.ts';
import { badRequest, notFound, serviceUnavailable, StatusError } from '../../client/status.ts';
import { own } from '../../util/own.ts';
import { checkLogOptions } from './log-options.ts';
import type { Call } from './resource-handler.ts';
import type { Context } from './strategy.ts';

const paths: Record<string, string> = {
	exec: 'exec',
	attach: 'attach',
	portforward: 'portForward',
};

/**
 * Log, exec, attach and portforward: finds the pod's node and passes the request on to its kubelet.
 * After k/k pkg/registry/core/pod/rest
 */
export class KubeletProxy {
	readonly #context: Context;
	readonly #nodes: (name: string) => Transport | undefined;

	constructor(context: Context, nodes: (name: string) => Transport | undefined) {
		this.#context = context;
		this.#nodes = nodes;
	}

	/** GET …/log: the log as text, followed as long as the client stays. */
	async log(call: Call): Promise<HttpResponse> {
		const { query } = call.info;
		checkLogOptions(query, call.name);
		const pod = this.#pod(call);
		const container = containerOf(pod, query.get('container'), call.name);
		const kubelet = this.#kubelet(pod, call);
		const passed = new URLSearchParams(query);
		passed.delete('container');
		const path = `/containerLogs/${call.namespace}/${call.name}/${container}${tail(passed)}`;
		const response = await kubelet.request({ method: 'GET', path }, call.signal);
		if (response.status < 300) {
			const headers = { 'content-type': 'text/plain', 'cache-control': 'no-cache, private' };
			return { status: 200, headers, body: response.body };
		}
		const text = await bodyText(response.body);
		throw statusIn(text) ?? badRequest(text || `the kubelet answered ${response.status}`);
	}

	/** exec, attach and portforward. */
	async upgrade(call: Call): Promise<Connection> {
		const { served, subresource, namespace, name } = call;
		const verb = own(paths, subresource);
		if (served.resource.kind !== 'Pod' || !verb)
			throw badRequest(`${served.resource.resource}/${subresource} cannot be upgraded`);
		const pod = this.#pod(call);
		const { query } = call.info;
		const kubelet = this.#kubelet(pod, call);
		const passed = new URLSearchParams(query);
		let path = `/${verb}/${namespace}/${name}`;
		if (verb !== 'portForward') {
			path += `/${containerOf(pod, query.get('container'), name)}`;
			passed.delete('container');
			if (verb === 'exec' && !query.getAll('command').length)
				throw badRequest('you must specify at least 1 command for the container');
		}
		const { headers } = call.request;
		const request = { method: 'POST', path: path + tail(passed), ...(headers ? { headers } : {}) };
		return kubelet.upgrade(request, call.signal);
	}

	#pod(call: Call): Pod {
		const kv = call.served.registry.kv(call.namespace, call.name);
		return call.served.registry.codec.object(kv) as Pod;
	}

	#kubelet(pod: Pod, call: Call): Transport {
		const { nodeName } = pod.spec;
		if (!nodeName) throw badRequest(`pod ${call.name} does not have a host assigned`);
		if (!this.#context.get('nodes', '', nodeName))
			throw notFound({ group: '', resource: 'nodes' }, nodeName);
		const kubelet = this.#nodes(nodeName);
		if (!kubelet)
			throw serviceUnavailable(
				`error dialing backend: dial tcp ${nodeName}:10250: connect: no route to host`,
			);
		return kubelet;
	}
}

function tail(query: URLSearchParams): string {
	const text = query.toString();
	return text === '' ? '' : `?${text}`;
}

/** The container a request means; only a pod with one container lets it be left out. */
function containerOf(pod: Pod, asked: string | null, podName: string): string {
	const { containers, initContainers = [], ephemeralContainers = [] } = pod.spec;
	if (asked) {
		const known = [...containers, ...initContainers, ...ephemeralContainers];
		if (known.some(({ name }) => name === asked)) return asked;
		throw badRequest(`container ${asked} is not valid for pod ${podName}`);
	}
	const preferred = pod.metadata.annotations?.['kubectl.kubernetes.io/default-container'];
	if (preferred && containers.some(({ name }) => name === preferred)) return preferred;
	const [first] = containers;
	if (containers.length === 1 && first) return first.name;
	const names = containers.map(({ name }) => name).join(' ');
	const inits = initContainers.map(({ name }) => name).join(' ');
	const more = inits ? ` or one of the init containers: [${inits}]` : '';
	throw badRequest(
		`a container name must be specified for pod ${podName}, choose one of: [${names}]${more}`,
	);
}

/** A kubelet of ours answers errors with a Status. */
function statusIn(text: string): StatusError | undefined {
	if (!text.startsWith('{')) return undefined;
	try {
		const value = JSON.parse(text) as { kind?: string };
		return value.kind === 'Status'
			? new StatusError(value as ConstructorParameters<typeof StatusError>[0])
			: undefined;
	} catch {
		return undefined;
	}
}
