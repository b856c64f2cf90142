import type { Container, EngineEvent } from '../../api/engine.ts';

type ContainerAction = Extract<EngineEvent, { type: 'container' }>['action'];

/** Tells subscribers what happened, in order. */
export class EventBus {
	readonly #now: () => number;
	readonly #listeners = new Set<(event: EngineEvent) => void>();

	constructor(now: () => number) {
		this.#now = now;
	}
	subscribe(listener: (event: EngineEvent) => void): () => void {
		this.#listeners.add(listener);
		return () => this.#listeners.delete(listener);
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
		for (const listener of [...this.#listeners]) listener(event);
	}
}
