import type { KubeObject, WatchEventType } from '../../api/kubernetes.ts';
import type { EtcdEvent, KeyValue } from '../etcd/key-value.ts';

/** How one served version shows a stored object; identity for all but Events. */
export interface Conversion {
	toWire(object: KubeObject): KubeObject;
	fromWire(object: KubeObject): KubeObject;
	/** The name that a field selector's path has in the stored form. */
	storedField(path: string): string;
}

const texts = new WeakMap<KubeObject, string>();

/** The JSON of an object that nobody changes any more; made once. */
export function jsonText(object: KubeObject): string {
	let text = texts.get(object);
	if (text === undefined) {
		text = JSON.stringify(object);
		texts.set(object, text);
	}
	return text;
}

/** Turns stored values into objects and text, each at most once however many clients ask. */
export class Codec {
	readonly #objects = new WeakMap<KeyValue, KubeObject>();
	readonly #gone = new WeakMap<EtcdEvent, KubeObject>();
	readonly #lines = new WeakMap<EtcdEvent, Map<WatchEventType, string>>();
	readonly #conversion: Conversion | undefined;

	constructor(conversion?: Conversion) {
		this.#conversion = conversion;
	}

	/** The object with its resourceVersion; shared, never to be changed. */
	object(kv: KeyValue): KubeObject {
		let object = this.#objects.get(kv);
		if (!object) {
			const stored = withRevision(kv.value as KubeObject, kv.modRevision);
			object = this.#conversion ? this.#conversion.toWire(stored) : stored;
			this.#objects.set(kv, object);
		}
		return object;
	}

	json(kv: KeyValue): string {
		return jsonText(this.object(kv));
	}

	/** The object before the event, under the event's own revision. */
	gone(event: EtcdEvent): KubeObject {
		let object = this.#gone.get(event);
		if (!object) {
			const before = event.prev ?? event.kv;
			object = withRevision(before ? this.object(before) : ({} as KubeObject), event.revision);
			this.#gone.set(event, object);
		}
		return object;
	}

	/** One line of a watch: the event is serialised once for all watchers. */
	line(type: WatchEventType, event: EtcdEvent): string {
		let lines = this.#lines.get(event);
		if (!lines) {
			lines = new Map<WatchEventType, string>();
			this.#lines.set(event, lines);
		}
		let line = lines.get(type);
		if (line === undefined) {
			const json = jsonText(
				type === 'DELETED' || !event.kv ? this.gone(event) : this.object(event.kv),
			);
			line = `{"type":"${type}","object":${json}}\n`;
			lines.set(type, line);
		}
		return line;
	}
}

/** The same object under a revision; everything but metadata is shared. */
export function withRevision<T extends KubeObject>(object: T, revision: number): T {
	return { ...object, metadata: { ...object.metadata, resourceVersion: String(revision) } };
}
