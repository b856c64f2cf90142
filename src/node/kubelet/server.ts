import type { Container as EngineContainer } from '../../api/engine.ts';
import type { Pod } from '../../api/kubernetes.ts';
import type { Connection, HttpRequest, HttpResponse, Transport } from '../../api/transport.ts';
import { decodePath, parseQuery } from '../../client/query.ts';
import { resources } from '../../client/resources.ts';
import { badRequest, notFound } from '../../client/status.ts';
import { logged } from '../../util/log.ts';
import type { KubeletDeps } from './config.ts';
import { connectionPair, type NearEnd } from './connection-pair.ts';
import { namespaceOf } from './pod-ref.ts';
import { isRunning, latest, readPodRuntime, readySandbox } from './pod-runtime.ts';
import type { PodWorkers } from './pod-workers.ts';
import { containerLogs } from './server-logs.ts';
import { errorResponse, jsonResponse, textResponse } from './server-response.ts';
import { StatsSummary } from './server-stats.ts';
import {
	execConfig,
	serveAttach,
	serveExec,
	servePortForward,
	streamOptions,
} from './server-streams.ts';
import type { StatusWriter } from './status-writer.ts';

const sighup = 1;

interface Route {
	verb: string;
	parts: string[];
	query: URLSearchParams;
}

function route(path: string): Route {
	const [place = '', search = ''] = path.split('?', 2);
	const [verb = '', ...parts] = decodePath(place).split('/').filter(Boolean);
	return { verb, parts, query: parseQuery(search) };
}

/** The kubelet's own API, by which the API server reaches into pods. After pkg/kubelet/server/server.go */
export class KubeletServer implements Transport {
	readonly #deps: KubeletDeps;
	readonly #workers: PodWorkers;
	readonly #writer: StatusWriter;
	readonly #stats: StatsSummary;

	constructor(deps: KubeletDeps, workers: PodWorkers, writer: StatusWriter) {
		this.#deps = deps;
		this.#workers = workers;
		this.#writer = writer;
		this.#stats = new StatsSummary(deps);
	}
	async request(request: HttpRequest, signal?: AbortSignal): Promise<HttpResponse> {
		try {
			return await this.#answer(route(request.path), signal);
		} catch (error) {
			return errorResponse(error);
		}
	}
	async upgrade(request: HttpRequest, signal?: AbortSignal): Promise<Connection> {
		const { verb, parts, query } = route(request.path);
		const [namespace = '', podName = '', container = ''] = parts.slice(0);
		const pod = this.#pod(namespace, podName);
		const [near, far] = connectionPair();
		signal?.addEventListener('abort', () => near.close(), { once: true });
		if (verb === 'exec') this.#exec(near, this.#running(pod, container), query);
		else if (verb === 'attach') this.#attach(near, this.#attachable(pod, container), query);
		else if (verb === 'portForward' || verb === 'portforward') this.#portForward(near, pod, query);
		else throw badRequest(`the kubelet has no stream "${verb}"`);
		return far;
	}
	async #answer({ verb, parts, query }: Route, signal?: AbortSignal): Promise<HttpResponse> {
		if (verb === 'healthz') return textResponse('ok');
		if (verb === 'pods') return jsonResponse(this.#podList());
		if (verb === 'stats' && parts[0] === 'summary')
			return jsonResponse(await this.#stats.summary(this.#workers.pods()));
		if (verb !== 'containerLogs') return textResponse('404 page not found\n', 404);
		const [namespace = '', name = '', container = ''] = parts;
		const pod = this.#pod(namespace, name);
		const target = { pod, status: this.#writer.latest(pod), container };
		const { engine, clock } = this.#deps;
		const body = containerLogs(engine, clock.now(), target, query, signal);
		return { status: 200, headers: { 'content-type': 'text/plain' }, body };
	}
	#podList(): object {
		const items = this.#workers.pods().map((pod) => ({ ...pod, status: this.#writer.latest(pod) }));
		return { kind: 'PodList', apiVersion: 'v1', metadata: {}, items };
	}
	#pod(namespace: string, name: string): Pod {
		const found = this.#workers
			.pods()
			.filter((pod) => pod.metadata.name === name && namespaceOf(pod) === namespace)
			.at(-1);
		if (!found) throw notFound(resources.pods, name);
		return found;
	}
	#running(pod: Pod, container: string): EngineContainer {
		const run = latest(readPodRuntime(this.#deps.engine, pod.metadata.uid), container);
		if (run && isRunning(run)) return run;
		throw badRequest(`container not found ("${container}")`);
	}
	/** Unlike Kubernetes: one that was too quick for `kubectl run -i` can still be read, once. */
	#attachable(pod: Pod, container: string): EngineContainer {
		const { engine } = this.#deps;
		const runs = readPodRuntime(engine, pod.metadata.uid).containers.get(container) ?? [];
		const unread = runs.find((run) => engine.hasUnreadOutput(run.id));
		return isRunning(runs[0]) || !unread ? this.#running(pod, container) : unread;
	}
	#exec(connection: NearEnd, run: EngineContainer, query: URLSearchParams): void {
		const options = streamOptions(query);
		if (options.command.length === 0)
			throw badRequest('you must specify at least 1 command for the container');
		const start = () => this.#deps.engine.exec(run.id, execConfig(options));
		// A client that leaves takes a terminal's processes along, as closing a terminal does.
		const hangUp = ({ pid }: { pid: number }) => {
			if (!options.tty) return;
			const signalled = this.#deps.agent.batch([{ op: 'kill', pid, signal: sighup }]);
			signalled.catch(logged(this.#deps.log, 'kubelet', 'hanging up a terminal'));
		};
		this.#carry('exec', connection, serveExec(connection, start, options, hangUp));
	}
	/** A stream that fails is closed; the others, and the kubelet, go on. */
	#carry(verb: string, connection: Connection, stream: Promise<void>): void {
		stream.catch((error: unknown) => {
			this.#deps.log.warn('kubelet', `a stream of ${verb} failed`, error);
			connection.close();
		});
	}
	#attach(connection: NearEnd, run: EngineContainer, query: URLSearchParams): void {
		const attachment = this.#deps.engine.attach(run.id);
		const stream = serveAttach(connection, attachment, streamOptions(query), run.config);
		this.#carry('attach', connection, stream);
	}
	#portForward(connection: NearEnd, pod: Pod, query: URLSearchParams): void {
		const sandbox = readySandbox(readPodRuntime(this.#deps.engine, pod.metadata.uid));
		if (!sandbox) throw badRequest(`pod ${pod.metadata.name} is not running`);
		const ports = [...query.getAll('port'), ...query.getAll('ports')]
			.flatMap((text) => text.split(','))
			.map(Number);
		if (ports.length === 0 || ports.some((port) => !(port > 0 && port < 65_536)))
			throw badRequest(`query parameter "port" must name at least one port`);
		const netns = pod.spec.hostNetwork ? undefined : sandbox.netns;
		const stream = servePortForward(connection, this.#deps.agent, netns, ports);
		this.#carry('port-forward', connection, stream);
	}
}
