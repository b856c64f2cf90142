import { setMaxListeners } from 'node:events';
import type { HttpRequest, HttpResponse, Transport } from '../../src/api/transport.ts';
import { resourcePath } from '../../src/client/resources.ts';
import { ApiServer } from '../../src/control-plane/apiserver/api-server.ts';
import { servedKinds, type ServedKind } from '../../src/control-plane/apiserver/served-kinds.ts';
import { Etcd } from '../../src/control-plane/etcd/etcd.ts';
import { ManualClock } from '../../src/util/clock.ts';
import { SeededRng } from '../../src/util/rng.ts';
import { goodObject } from './api-objects.ts';
import { hostileRequest } from './api-requests.ts';
import type { Random } from './random.ts';
import type { Target } from './soak.ts';

/**
 * Answers of 500 and more that upstream gives, too: a node that is not there, a revision yet to come, or set too early,
 * and strategic merge patches that contradict themselves. After apiserver/pkg/endpoints/handlers/patch.go:
 * interpretStrategicMergePatchError
 */
export const allowed = new RegExp(
	[
		'^Timeout: Too large resource version',
		'no route to host',
		'^resourceVersion should not be set on objects to be created',
		'^unknown patch type: ',
		'^map: .* does not contain declared merge key: ',
		"^The order in patch list:[^]* doesn't match \\$setElementOrder list:",
	].join('|'),
);

/** Follows one resource from the first revision on and keeps what the events make of it. */
class Follower {
	readonly state = new Map<string, unknown>();
	readonly served: ServedKind;
	problem = '';
	#last = 0;

	constructor(served: ServedKind, response: HttpResponse) {
		this.served = served;
		this.#read(response.body as AsyncIterable<string>).catch((error: unknown) => {
			this.problem ||= `the watch failed: ${String(error)}`;
		});
	}

	async #read(body: AsyncIterable<string>): Promise<void> {
		for await (const chunk of body)
			for (const line of chunk.split('\n')) if (line !== '') this.#take(JSON.parse(line));
		this.problem ||= 'the watch ended';
	}

	#take({ type, object }: { type: string; object: WatchedObject }): void {
		if (type === 'ERROR') return void (this.problem = JSON.stringify(object));
		const { namespace = '', name, resourceVersion } = object.metadata;
		// Before the first revision stands the state at the start, in the order of its keys.
		if (this.#last > 0 && Number(resourceVersion) < this.#last && type !== 'ADDED')
			this.problem = `revision ${resourceVersion} after ${this.#last}`;
		this.#last = Math.max(this.#last, Number(resourceVersion));
		const key = `${namespace}/${name}`;
		if (type === 'DELETED') this.state.delete(key);
		else this.state.set(key, object);
	}
}

interface WatchedObject {
	metadata: { namespace?: string; name: string; resourceVersion: string };
}

/** The API server in this process under requests that no good client sends. */
export class ApiTarget implements Target {
	readonly #clock = manualClock();
	readonly #store = new Etcd();
	readonly #api: ApiServer;
	readonly #followers: Follower[] = [];
	readonly #leaving = new AbortController();
	#last: HttpRequest | undefined;
	#revision = 0;

	constructor() {
		setMaxListeners(0, this.#leaving.signal);
		this.#api = hostileApi(this.#clock, this.#store);
	}

	async step(random: Random): Promise<void> {
		if (this.#followers.length === 0) await this.#follow();
		const request = hostileRequest(random);
		this.#last = request;
		await this.#ask(request);
		if (this.#store.revision < this.#revision) throw new Error('the revision went back');
		this.#revision = this.#store.revision;
		this.#clean();
		if (random.chance(0.02)) await this.#clock.advance(random.int(5000));
	}

	describe(): string {
		return JSON.stringify(this.#last).slice(0, 1500);
	}

	async check(): Promise<void> {
		await new Promise((resolve) => setTimeout(resolve, 50));
		for (const follower of this.#followers) await this.#compare(follower);
		this.#leaving.abort();
		await this.#isWhole();
	}

	/** Sends a request and reads the answer; a watch is left after its first events. */
	async #ask(request: HttpRequest): Promise<HttpResponse & { text: string }> {
		const leave = new AbortController();
		const response = await this.#api.request(request, leave.signal);
		const { body, status } = response;
		leave.abort();
		let text = '';
		if (typeof body === 'string') text = body;
		else if (!(body instanceof Uint8Array)) for await (const chunk of body) text += String(chunk);
		if (!(status >= 200 && status < 600)) throw new Error(`answered with status ${status}`);
		if (status >= 500 && !allowed.test(messageOf(text)))
			throw new Error(`answered ${status}: ${messageOf(text)}`);
		if (response.headers['content-type'] === 'application/json' && typeof body === 'string')
			JSON.parse(text);
		return { ...response, text };
	}

	async #follow(): Promise<void> {
		for (const served of servedKinds) {
			const path = `${resourcePath(served.resource)}?watch=1&resourceVersion=0`;
			const response = await this.#api.request({ method: 'GET', path }, this.#leaving.signal);
			this.#followers.push(new Follower(served, response));
		}
	}

	#clean(): void {
		if (Object.keys(Object.prototype).length > 0) throw new Error('Object.prototype was changed');
	}

	async #compare({ served, state, problem }: Follower): Promise<void> {
		const path = resourcePath(served.resource);
		if (problem) throw new Error(`watch of ${path}: ${problem}`);
		const { text } = await this.#ask({ method: 'GET', path });
		const { items } = JSON.parse(text) as { items: WatchedObject[] };
		const listed = items.map(({ metadata }) => `${metadata.namespace ?? ''}/${metadata.name}`);
		const seen = [...state.keys()].sort();
		if (seen.join() !== listed.sort().join())
			throw new Error(`watch of ${path} tells of ${seen.join()}, the list of ${listed.join()}`);
		for (const item of items) {
			const same = state.get(`${item.metadata.namespace ?? ''}/${item.metadata.name}`);
			if (JSON.stringify(same) !== JSON.stringify(item))
				throw new Error(`watch and list of ${path} differ in ${item.metadata.name}`);
		}
	}

	/** A good client is served as ever. */
	async #isWhole(): Promise<void> {
		for (const served of servedKinds.filter(({ resource }) =>
			/^(Pod|Deployment)$/.test(resource.kind),
		)) {
			const body = JSON.stringify(goodObject(served, 'whole', 'default'));
			const path = resourcePath(served.resource, 'default');
			const { status, text } = await this.#ask({ method: 'POST', path, body });
			if (status !== 201) throw new Error(`a good ${served.resource.kind} is refused: ${text}`);
		}
	}
}

function manualClock(): ManualClock {
	return new ManualClock(Date.parse('2026-01-01T00:00:00Z'));
}

/** An API server with one node, in this process. */
export function hostileApi(clock = manualClock(), store = new Etcd()): ApiServer {
	return new ApiServer({
		store,
		clock,
		rng: new SeededRng(7),
		nodes: (name) => (name === 'a' ? echoingKubelet : undefined),
		options: { watchHistory: 1000 },
	});
}

const echoingKubelet: Transport = {
	request: ({ path }) => Promise.resolve({ status: 200, headers: {}, body: path }),
	upgrade: () => Promise.reject(new Error('no streams here')),
};

export function messageOf(text: string): string {
	try {
		return (JSON.parse(text) as { message?: string }).message ?? text;
	} catch {
		return text;
	}
}
