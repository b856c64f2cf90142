import type { KubeObject, WatchEventType } from '../../src/api/kubernetes.ts';
import type { HttpRequest, HttpResponse, Transport } from '../../src/api/transport.ts';
import { resources } from '../../src/client/resources.ts';

interface Watcher {
	kind: string;
	push: (line: string) => void;
}

/** List and watch over a plain map of objects: enough API for pictures and probes, and nothing more. */
export class FixtureApi implements Transport {
	readonly #objects = new Map<string, KubeObject>();
	readonly #watchers = new Set<Watcher>();
	#revision = 1;

	set(object: KubeObject): void {
		const key = keyOf(object);
		const type = this.#objects.has(key) ? 'MODIFIED' : 'ADDED';
		const metadata = { ...object.metadata, resourceVersion: String(++this.#revision) };
		const stored = { ...object, metadata };
		if (type === 'MODIFIED' && same(this.#objects.get(key), stored)) return;
		this.#objects.set(key, stored);
		this.#tell(type, stored);
	}
	/** Makes exactly these the objects of the cluster. */
	become(objects: readonly KubeObject[]): void {
		const wanted = new Set(objects.map(keyOf));
		for (const [key, object] of this.#objects) {
			if (wanted.has(key)) continue;
			this.#objects.delete(key);
			this.#tell('DELETED', object);
		}
		for (const object of objects) this.set(object);
	}
	async request(request: HttpRequest, signal?: AbortSignal): Promise<HttpResponse> {
		const url = new URL(request.path, 'http://fixture');
		const plural = url.pathname.split('/').at(-1) ?? '';
		const resource = Object.values(resources).find((one) => one.resource === plural);
		if (!resource || request.method !== 'GET')
			return { status: 405, headers: {}, body: '{"kind":"Status","status":"Failure","code":405}' };
		const { kind } = resource;
		if (url.searchParams.has('watch')) return this.#watch(kind, signal);
		const items = [...this.#objects.values()].filter((one) => one.kind === kind);
		const apiVersion = resource.group ? `${resource.group}/${resource.version}` : resource.version;
		const list = {
			apiVersion,
			kind: `${kind}List`,
			metadata: { resourceVersion: String(this.#revision) },
			items,
		};
		const headers = { 'content-type': 'application/json' };
		return { status: 200, headers, body: JSON.stringify(list) };
	}
	upgrade(): Promise<never> {
		return Promise.reject(new Error('the fixture upgrades nothing'));
	}

	#watch(kind: string, signal?: AbortSignal): HttpResponse {
		const lines: string[] = [];
		let wake: () => void = () => undefined;
		const watcher: Watcher = {
			kind,
			push: (line) => {
				lines.push(line);
				wake();
			},
		};
		this.#watchers.add(watcher);
		const stop = () => {
			this.#watchers.delete(watcher);
			wake();
		};
		signal?.addEventListener('abort', stop);
		async function* body() {
			while (!signal?.aborted) {
				while (lines.length > 0) yield lines.shift() ?? '';
				await new Promise<void>((resolve) => (wake = resolve));
			}
		}
		return { status: 200, headers: { 'content-type': 'application/json' }, body: body() };
	}
	#tell(type: WatchEventType, object: KubeObject): void {
		const line = `${JSON.stringify({ type, object })}\n`;
		for (const watcher of this.#watchers) if (watcher.kind === object.kind) watcher.push(line);
	}
}

function keyOf({ kind, metadata }: KubeObject): string {
	return `${kind}/${metadata.namespace ?? ''}/${metadata.name}`;
}

function same(one: KubeObject | undefined, other: KubeObject): boolean {
	const bare = (object: KubeObject | undefined) =>
		JSON.stringify({ ...object, metadata: { ...object?.metadata, resourceVersion: '' } });
	return bare(one) === bare(other);
}
