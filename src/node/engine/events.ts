import type { Container, EngineEvent, EventRange } from '../../api/engine.ts';

type ContainerAction = Extract<EngineEvent, { type: 'container' }>['action'];

/** After daemon/events/events.go: eventsLimit. */
const kept = 256;

/** Tells subscribers what happened, in order, and keeps the last of it. After daemon/events: Events. */
export class EventBus {
	readonly #now: () => number;
	readonly #listeners = new Set<(event: EngineEvent) => void>();
	readonly #last: EngineEvent[] = [];

	constructor(now: () => number) {
		this.#now = now;
	}
	subscribe(listener: (event: EngineEvent) => void): () => void {
		this.#listeners.add(listener);
		return () => this.#listeners.delete(listener);
	}
	/** What is kept of a time. After daemon/events/events.go: loadBufferedEvents. */
	past({ since, until }: EventRange): EngineEvent[] {
		if (since === undefined && until === undefined) return [];
		return this.#last.filter(({ time }) => time >= (since ?? 0) && time <= (until ?? Infinity));
	}
	container(action: ContainerAction, container: Container, exitCode?: number): void {
		this.#emit({
			type: 'container',
			action,
			id: container.id,
			name: container.name,
			image: container.image,
			time: this.#now(),
			labels: container.config.labels ?? {},
			...(exitCode === undefined ? {} : { exitCode }),
		});
	}
	image(action: 'pull' | 'tag' | 'untag' | 'delete', id: string, name: string): void {
		this.#emit({ type: 'image', action, id, name, time: this.#now() });
	}
	sandbox(action: 'start' | 'stop' | 'remove', id: string): void {
		this.#emit({ type: 'sandbox', action, id, time: this.#now() });
	}
	#emit(event: EngineEvent): void {
		this.#last.push(event);
		if (this.#last.length > kept) this.#last.shift();
		for (const listener of [...this.#listeners]) listener(event);
	}
}
