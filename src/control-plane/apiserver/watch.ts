import type { KubeObject, WatchEventType } from '../../api/kubernetes.ts';
import { booleanQuery, integerQuery } from '../../client/query.ts';
import { expired, invalid } from '../../client/status.ts';
import type { Timer } from '../../util/clock.ts';
import type { Etcd } from '../etcd/etcd.ts';
import { CompactedError, type EtcdEvent } from '../etcd/key-value.ts';
import type { Codec } from './codec.ts';
import { forbiddenField } from './field-error.ts';
import { listPage, revisionOf, type Matcher, type Selection } from './list.ts';
import type { Served } from './served.ts';
import { typeMeta } from './served.ts';
import type { Context } from './strategy.ts';
import { WatchQueue } from './watch-queue.ts';

/** Turns one event into a line; a shape other than the plain object has its own. */
export type LineWriter = (type: WatchEventType, object: KubeObject) => string;

interface WatchRequest {
	served: Served;
	namespace: string;
	query: URLSearchParams;
	selection: Selection;
	/** Absent for plain objects, whose lines are shared between watchers. */
	write: LineWriter | undefined;
	signal: AbortSignal | undefined;
}

const bookmarkInterval = 60_000;
const bookmarkBeforeEnd = 2_000;
const minRequestTimeout = 1_800;
/** What a timer can wait, in seconds. */
const longestTimeout = 2_147_483;

/**
 * One watch: the state at the start if asked for, then every change, until the client leaves or time is up.
 * After apiserver/pkg/storage/cacher/cache_watcher.go
 */
export class Watch {
	readonly lines: WatchQueue;
	readonly #etcd: Etcd;
	readonly #context: Context;
	readonly #request: WatchRequest;
	readonly #timers: Timer[] = [];
	#cancel: () => void = () => undefined;

	constructor(etcd: Etcd, context: Context, request: WatchRequest) {
		this.#etcd = etcd;
		this.#context = context;
		this.#request = request;
		this.lines = new WatchQueue(() => this.#stop());
	}

	start(): this {
		const { signal, query } = this.#request;
		if (signal?.aborted) {
			this.lines.end();
			return this;
		}
		// What may be refused is read before anything is begun that would have to be ended.
		const revision = revisionOf(query.get('resourceVersion'));
		const seconds = integerQuery(query, 'timeoutSeconds');
		const isAsked = query.has('sendInitialEvents');
		const sends = isAsked ? booleanQuery(query, 'sendInitialEvents') : revision === 0;
		signal?.addEventListener('abort', this.#onAbort);
		this.#startTimers(seconds);
		if (sends) this.#sendState(isAsked);
		this.#follow((sends || revision === 0 ? this.#etcd.revision : revision) + 1);
		return this;
	}

	#sendState(endMark: boolean): void {
		const { served, namespace, selection } = this.#request;
		const all = new URLSearchParams();
		const page = listPage(this.#etcd, served.registry, served.codec, namespace, all, selection);
		for (const kv of page.kvs) {
			const { write } = this.#request;
			const line = write
				? write('ADDED', served.codec.object(kv))
				: `{"type":"ADDED","object":${served.codec.json(kv)}}\n`;
			this.lines.push(line);
		}
		if (endMark && booleanQuery(this.#request.query, 'allowWatchBookmarks'))
			this.#bookmark({ 'k8s.io/initial-events-end': 'true' });
	}

	#follow(from: number): void {
		const { served, namespace } = this.#request;
		const { prefix, resource } = served.registry;
		const scope = resource.namespaced && namespace ? `${prefix}${namespace}/` : prefix;
		try {
			this.#cancel = this.#etcd.watch(scope, from, (event) => this.#deliver(event));
		} catch (error) {
			if (!(error instanceof CompactedError)) throw error;
			const text = `too old resource version: ${from - 1} (${this.#etcd.compactedRevision})`;
			this.lines.push(`${JSON.stringify({ type: 'ERROR', object: expired(text).status })}\n`);
			this.lines.end();
		}
	}

	#deliver(event: EtcdEvent): void {
		const { served, selection, write } = this.#request;
		const type = transition(event, served.codec, selection.matches);
		if (!type) return;
		if (!write) return this.lines.push(served.codec.line(type, event));
		const object =
			type === 'DELETED' || !event.kv ? served.codec.gone(event) : served.codec.object(event.kv);
		this.lines.push(write(type, object));
	}

	#startTimers(asked: number | undefined): void {
		const { query } = this.#request;
		const { clock, rng } = this.#context;
		const seconds = asked || minRequestTimeout * (1 + rng.next());
		const end = Math.min(seconds, longestTimeout) * 1000;
		this.#timers.push(clock.after(end, () => this.lines.end()));
		if (!booleanQuery(query, 'allowWatchBookmarks')) return;
		this.#timers.push(clock.every(bookmarkInterval, () => this.#bookmark()));
		if (end > bookmarkBeforeEnd)
			this.#timers.push(clock.after(end - bookmarkBeforeEnd, () => this.#bookmark()));
	}

	#bookmark(annotations?: Record<string, string>): void {
		const { served, write } = this.#request;
		const object = {
			...typeMeta(served.resource),
			metadata: {
				resourceVersion: String(this.#etcd.revision),
				creationTimestamp: null,
				...(annotations ? { annotations } : {}),
			},
		} as unknown as KubeObject;
		if (write) return this.lines.push(write('BOOKMARK', object));
		this.lines.push(`${JSON.stringify({ type: 'BOOKMARK', object })}\n`);
	}

	readonly #onAbort = (): void => this.lines.end();

	#stop(): void {
		this.#cancel();
		for (const timer of this.#timers) timer.cancel();
		this.#request.signal?.removeEventListener('abort', this.#onAbort);
	}
}

/** A selector watch sees objects come into and go out of its selection. */
function transition(event: EtcdEvent, codec: Codec, matches: Matcher): WatchEventType | undefined {
	const now = event.kv !== undefined && (!matches || matches(codec.object(event.kv)));
	const before = event.prev !== undefined && (!matches || matches(codec.object(event.prev)));
	if (now) return before ? 'MODIFIED' : 'ADDED';
	return before ? 'DELETED' : undefined;
}

/** After apimachinery/pkg/apis/meta/internalversion/validation: ValidateListOptions for watches. */
export function checkWatchOptions(query: URLSearchParams): void {
	integerQuery(query, 'limit');
	if (!query.has('sendInitialEvents')) {
		if (query.get('resourceVersionMatch'))
			throw invalid({ group: 'meta.k8s.io', kind: 'ListOptions' }, '', [
				forbiddenField(
					'resourceVersionMatch',
					'resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided',
				),
			]);
		return;
	}
	if (query.get('resourceVersionMatch') !== 'NotOlderThan')
		throw invalid({ group: 'meta.k8s.io', kind: 'ListOptions' }, '', [
			forbiddenField(
				'resourceVersionMatch',
				'sendInitialEvents requires setting resourceVersionMatch to NotOlderThan',
			),
		]);
}
