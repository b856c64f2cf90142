/** Why a container could not be started: `reason` is what its Waiting state says. */
export class StartError extends Error {
	readonly reason: string;
	/** Milliseconds after which the next try makes sense; `undefined` leaves it to the pod worker. */
	readonly retryMs: number | undefined;

	constructor(reason: string, message: string, retryMs?: number) {
		super(message);
		this.reason = reason;
		this.retryMs = retryMs;
	}
}

/** Failures a pod keeps between syncs, by container. After pkg/kubelet/reason_cache.go: ReasonCache */
export class ReasonCache {
	readonly #failures = new Map<string, { reason: string; message: string }>();

	get(uid: string, container: string): { reason: string; message: string } | undefined {
		return this.#failures.get(`${uid}/${container}`);
	}
	set(uid: string, container: string, error: StartError): void {
		const { reason, message } = error;
		this.#failures.set(`${uid}/${container}`, { reason, message });
	}
	clear(uid: string, container: string): void {
		this.#failures.delete(`${uid}/${container}`);
	}
	forget(uid: string): void {
		for (const key of this.#failures.keys())
			if (key.startsWith(`${uid}/`)) this.#failures.delete(key);
	}
}
