import type { Event, KubeObject, ObjectReference } from '../api/kubernetes.ts';
import type { Clock } from '../util/clock.ts';
import type { Rng } from '../util/rng.ts';
import { EventCorrelator } from './event-correlator.ts';
import type { Client, Draft } from './rest.ts';
import { isNotFound } from './status.ts';
import { rfc3339 } from './time.ts';

export interface RecorderOptions {
	/** `kubelet`, `deployment-controller`, … */
	component: string;
	/** The node, for what runs on one. */
	host?: string;
	clock: Clock;
	rng: Rng;
	/** Told when an event could not be written; it is then dropped. */
	onError?: (error: unknown) => void;
}

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
	#lastNanos = 0n;

	constructor(client: Client, options: RecorderOptions) {
		this.#client = client;
		this.#options = options;
		this.#correlator = new EventCorrelator(options.clock);
	}
	/** Records without waiting; `fieldPath` names a part, as `spec.containers{nginx}`. */
	event(
		object: KubeObject | ObjectReference,
		type: 'Normal' | 'Warning',
		reason: string,
		message: string,
		fieldPath?: string,
	): void {
		const event = this.#make(referenceTo(object, fieldPath), type, reason, message);
		this.#last = this.#last.then(() => this.#write(event)).catch(this.#options.onError);
	}
	/** Settles when all recorded so far is written. */
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
	async #write(draft: Draft<Event>): Promise<void> {
		const { event, repeats } = this.#correlator.correlate(draft);
		if (!event) return;
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
