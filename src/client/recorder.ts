import type { Event, KubeObject, ObjectReference } from '../api/kubernetes.ts';
import type { Clock } from '../util/clock.ts';
import type { Rng } from '../util/rng.ts';
import { EventCorrelator } from './event-correlator.ts';
import type { Client, Draft } from './rest.ts';
import { isAlreadyExists, isNamespaceTerminating, isNotFound, StatusError } from './status.ts';
import { rfc3339 } from './time.ts';

export interface RecorderOptions {
	/** `kubelet`, `deployment-controller`, … */
	component: string;
	/** The node, for what runs on one. */
	host?: string;
	clock: Clock;
	rng: Rng;
	/** Told of each event that could not be written: it is dropped then, and nobody waits for it. */
	onError: (error: unknown) => void;
	/** Ends the tries of an event that cannot be sent. */
	signal?: AbortSignal;
}

// After client-go/tools/record/event.go
const maxTries = 12;
const retryMs = 10_000;
const maxQueued = 1000;

/** The reference by which an event names its object. */
function referenceTo(object: KubeObject | ObjectReference, fieldPath?: string): ObjectReference {
	const path = fieldPath === undefined ? {} : { fieldPath };
	if (!('metadata' in object)) return { ...object, ...path };
	const { namespace, name, uid, resourceVersion } = object.metadata;
	const { kind, apiVersion } = object;
	return {
		kind,
		...(namespace ? { namespace } : {}),
		name,
		uid,
		apiVersion,
		resourceVersion,
		...path,
	};
}

/** Writes events about objects; equal ones become one event with a count. After client-go/tools/record */
export class EventRecorder {
	readonly #client: Client;
	readonly #options: RecorderOptions;
	readonly #correlator: EventCorrelator;
	#last: Promise<void> = Promise.resolve();
	#queued = 0;
	#lastNanos = 0n;

	constructor(client: Client, options: RecorderOptions) {
		this.#client = client;
		this.#options = options;
		this.#correlator = new EventCorrelator(options.clock);
	}
	/** Records without waiting and never fails; `fieldPath` names a part, as `spec.containers{nginx}`. */
	event(
		object: KubeObject | ObjectReference,
		type: 'Normal' | 'Warning',
		reason: string,
		message: string,
		fieldPath?: string,
	): void {
		const event = this.#make(referenceTo(object, fieldPath), type, reason, message);
		if (this.#queued >= maxQueued) return;
		this.#queued++;
		// Even one who cannot bear to be told of a failure ends nothing here.
		this.#last = this.#last.then(() => this.#record(event)).catch(() => undefined);
	}
	/** Settles when all recorded so far is written, or dropped. */
	flush(): Promise<void> {
		return this.#last;
	}
	#make(
		involvedObject: ObjectReference,
		type: 'Normal' | 'Warning',
		reason: string,
		message: string,
	): Draft<Event> {
		const { clock, component, host } = this.#options;
		const time = rfc3339(clock.now());
		return {
			apiVersion: 'v1',
			kind: 'Event',
			metadata: {
				name: `${involvedObject.name}.${this.#nanos().toString(16)}`,
				namespace: involvedObject.namespace ?? 'default',
			},
			involvedObject,
			reason,
			message,
			source: { component, ...(host ? { host } : {}) },
			firstTimestamp: time,
			lastTimestamp: time,
			count: 1,
			type,
			eventTime: null,
			reportingComponent: component,
			reportingInstance: host ?? '',
		};
	}
	/** A time no earlier event of this recorder has, as names are made of it. */
	#nanos(): bigint {
		const now = BigInt(Math.floor(this.#options.clock.now())) * 1_000_000n;
		const fine = BigInt(Math.floor(this.#options.rng.next() * 1_000_000));
		this.#lastNanos = now + fine > this.#lastNanos ? now + fine : this.#lastNanos + 1n;
		return this.#lastNanos;
	}
	/** After event.go: recordToSink */
	async #record(draft: Draft<Event>): Promise<void> {
		try {
			const { event, repeats } = this.#correlator.correlate(draft);
			if (event) await this.#deliver(event, repeats);
		} catch (error) {
			if (!isExpected(error) && !this.#options.signal?.aborted) this.#options.onError(error);
		} finally {
			this.#queued--;
		}
	}
	/** A server that does not answer is asked again; what it has refused stays refused. */
	async #deliver(event: Draft<Event>, repeats: boolean): Promise<void> {
		const { clock, rng, signal } = this.#options;
		for (let tries = 1; ; tries++) {
			try {
				await this.#write(event, repeats);
				return;
			} catch (error) {
				if (error instanceof StatusError || tries >= maxTries || signal?.aborted) throw error;
				// The first pause is a random part, so that not all come back at once.
				await clock.sleep(tries === 1 ? rng.next() * retryMs : retryMs, signal);
			}
		}
	}
	async #write(event: Draft<Event>, repeats: boolean): Promise<void> {
		const events = this.#client.events(event.metadata.namespace);
		if (repeats) {
			const { count, lastTimestamp, message } = event;
			try {
				const patch = { count, lastTimestamp, message };
				await events.patch(event.metadata.name ?? '', patch, 'merge');
				return;
			} catch (error) {
				if (!isNotFound(error)) throw error;
			}
		}
		await events.create(event);
	}
}

/** An earlier try got through, or the object's namespace is going away: nothing to speak of. */
function isExpected(error: unknown): boolean {
	return isAlreadyExists(error) || isNamespaceTerminating(error);
}
