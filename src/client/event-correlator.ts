import type { Event } from '../api/kubernetes.ts';
import type { Clock } from '../util/clock.ts';
import type { Draft } from './rest.ts';

interface Bucket {
	tokens: number;
	filledAt: number;
}

interface Aggregate {
	messages: Set<string>;
	lastAt: number;
}

/** What is known of events that were written: the first one's name and how often it occurred. */
interface Known {
	name: string;
	firstTimestamp: string | null | undefined;
	count: number;
}

const burst = 25;
const refillMs = 300_000;
const similarBeforeCombined = 10;
const similarWindowMs = 600_000;
const cacheSize = 4096;

/**
 * Decides what becomes of an event: dropped as spam, combined with similar ones, counted as a
 * repetition, or new. After client-go/tools/record/events_cache.go: EventCorrelator
 */
export class EventCorrelator {
	readonly #clock: Clock;
	readonly #buckets = new Map<string, Bucket>();
	readonly #aggregates = new Map<string, Aggregate>();
	readonly #known = new Map<string, Known>();

	constructor(clock: Clock) {
		this.#clock = clock;
	}
	/** The event to write, if any; `repeats` when it is to be patched into one that exists. */
	correlate(draft: Draft<Event>): { event: Draft<Event> | undefined; repeats: boolean } {
		const { event, key } = this.#aggregate(draft);
		const known = this.#known.get(key);
		const count = (known?.count ?? 0) + 1;
		if (!this.#allow(event)) return { event: undefined, repeats: false };
		const name = known?.name ?? event.metadata.name ?? '';
		const firstTimestamp = known?.firstTimestamp ?? event.firstTimestamp;
		remember(this.#known, key, { name, firstTimestamp, count });
		if (!known) return { event, repeats: false };
		const counted = { ...event, metadata: { ...event.metadata, name }, count };
		return { event: { ...counted, firstTimestamp: firstTimestamp ?? null }, repeats: true };
	}
	/** Many events that differ in their message only become one. */
	#aggregate(event: Draft<Event>): { event: Draft<Event>; key: string } {
		const group = groupKey(event);
		const message = event.message ?? '';
		const now = this.#clock.now();
		const old = this.#aggregates.get(group);
		const fresh = old && now - old.lastAt <= similarWindowMs;
		const aggregate = fresh ? old : { messages: new Set<string>(), lastAt: now };
		aggregate.messages.add(message);
		aggregate.lastAt = now;
		remember(this.#aggregates, group, aggregate);
		if (aggregate.messages.size < similarBeforeCombined)
			return { event, key: JSON.stringify([group, message]) };
		aggregate.messages.delete(aggregate.messages.values().next().value ?? '');
		const combined = `(combined from similar events): ${message}`;
		return { event: { ...event, message: combined }, key: group };
	}
	/** A token bucket for each source and object. */
	#allow(event: Draft<Event>): boolean {
		const key = JSON.stringify([event.source, event.involvedObject.uid, event.involvedObject.name]);
		const now = this.#clock.now();
		const bucket = this.#buckets.get(key) ?? { tokens: burst, filledAt: now };
		bucket.tokens = Math.min(burst, bucket.tokens + (now - bucket.filledAt) / refillMs);
		bucket.filledAt = now;
		remember(this.#buckets, key, bucket);
		if (bucket.tokens < 1) return false;
		bucket.tokens--;
		return true;
	}
}

function groupKey(event: Draft<Event>): string {
	const { kind, namespace, name, uid, apiVersion, fieldPath } = event.involvedObject;
	const object = [kind, namespace, name, uid, apiVersion, fieldPath];
	return JSON.stringify([event.source, object, event.type, event.reason]);
}

/** Keeps the newest entries only. */
function remember<V>(cache: Map<string, V>, key: string, value: V): void {
	cache.delete(key);
	cache.set(key, value);
	const [oldest] = cache.keys();
	if (cache.size > cacheSize && oldest !== undefined) cache.delete(oldest);
}
