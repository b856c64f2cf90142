import type { Status } from '../../api/kubernetes.ts';
import type { Headers, HttpResponse, Transport } from '../../api/transport.ts';
import { ManualClock } from '../../util/clock.ts';
import { SeededRng } from '../../util/rng.ts';
import { Etcd } from '../etcd/etcd.ts';
import { ApiServer } from './api-server.ts';
import type { ApiServerOptions } from './strategy.ts';

/** Answers as tests look at them. */
export interface Answer {
	status: number;
	headers: Headers;
	// eslint-disable-next-line @typescript-eslint/no-explicit-any
	body: any;
}

/** A server on a clock that stands still, with shorthand for requests; for tests only. */
export class TestServer {
	readonly clock = new ManualClock(Date.parse('2026-01-01T00:00:00Z'));
	readonly store = new Etcd();
	readonly kubelets = new Map<string, Transport>();
	readonly api: ApiServer;

	constructor(options: Partial<ApiServerOptions> = {}) {
		this.api = new ApiServer({
			store: this.store,
			clock: this.clock,
			rng: new SeededRng(7),
			nodes: (name) => this.kubelets.get(name),
			options,
		});
	}

	async send(method: string, path: string, body?: unknown, headers: Headers = {}): Promise<Answer> {
		const text = typeof body === 'string' ? body : JSON.stringify(body);
		const request = { method, path, headers, ...(body === undefined ? {} : { body: text }) };
		const response = await this.api.request(request);
		return { ...response, body: parsed(response) };
	}

	get(path: string, headers?: Headers): Promise<Answer> {
		return this.send('GET', path, undefined, headers);
	}

	post(path: string, body: unknown): Promise<Answer> {
		return this.send('POST', path, body);
	}

	put(path: string, body: unknown): Promise<Answer> {
		return this.send('PUT', path, body);
	}

	patch(path: string, body: unknown, type = 'merge-patch+json'): Promise<Answer> {
		return this.send('PATCH', path, body, { 'content-type': `application/${type}` });
	}

	delete(path: string, body?: unknown): Promise<Answer> {
		return this.send('DELETE', path, body);
	}

	/** Rows of a table, cells only. */
	async table(path: string): Promise<unknown[][]> {
		const accept = 'application/json;as=Table;v=v1;g=meta.k8s.io';
		const answer = await this.get(path, { accept });
		const { rows } = answer.body as { rows: { cells: unknown[] }[] };
		return rows.map((row) => row.cells);
	}

	/** The events of a watch that are there already; the watch is left afterwards. */
	async watch(
		path: string,
		during?: () => Promise<unknown>,
		headers: Headers = {},
	): Promise<WatchLine[]> {
		const abort = new AbortController();
		const response = await this.api.request({ method: 'GET', path, headers }, abort.signal);
		if (typeof response.body === 'string') throw new Error(response.body);
		await during?.();
		abort.abort();
		let text = '';
		for await (const chunk of response.body as AsyncIterable<string>) text += chunk;
		return text
			.split('\n')
			.filter((line) => line !== '')
			.map((line) => JSON.parse(line) as WatchLine);
	}
}

export interface WatchLine {
	type: string;
	// eslint-disable-next-line @typescript-eslint/no-explicit-any
	object: any;
}

function parsed({ body }: HttpResponse): unknown {
	if (typeof body !== 'string') return body;
	try {
		return JSON.parse(body) as unknown;
	} catch {
		return body;
	}
}

export const pods = '/api/v1/namespaces/default/pods';
export const deployments = '/apis/apps/v1/namespaces/default/deployments';
export const configMaps = '/api/v1/namespaces/default/configmaps';
export const services = '/api/v1/namespaces/default/services';

export function pod(name: string, spec: object = {}): object {
	return {
		apiVersion: 'v1',
		kind: 'Pod',
		metadata: { name, labels: { app: name } },
		spec: { containers: [{ name: 'main', image: 'nginx:1.27' }], ...spec },
	};
}

export function deployment(name: string, replicas = 2): object {
	return {
		apiVersion: 'apps/v1',
		kind: 'Deployment',
		metadata: { name },
		spec: {
			replicas,
			selector: { matchLabels: { app: name } },
			template: {
				metadata: { labels: { app: name } },
				spec: { containers: [{ name: 'main', image: 'nginx:1.27' }] },
			},
		},
	};
}

export function configMap(name: string, data: Record<string, string>): object {
	return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name }, data };
}

/** The message of a failed request. */
export function message(answer: Answer): string {
	return (answer.body as Status).message ?? '';
}
