type Message = { ask: string } | { held: string } | { take: string };

const answerMs = 250;

/** A channel may be refused (a frame with an opaque origin): then every tab is alone. */
function openChannel(name: string): BroadcastChannel | undefined {
	try {
		return new BroadcastChannel(name);
	} catch {
		return undefined;
	}
}

/**
 * One tab a lesson: two of them would keep one progress record and pay for two racks. The tab that has the
 * lesson answers who asks; where there are Web Locks, a tab that is too busy to answer still holds its lock.
 */
export class TabClaim {
	/** This tab has the lesson. */
	held = $state(false);
	/** Called when another tab takes the lesson. */
	onTaken: () => void = () => undefined;
	readonly #name: string;
	readonly #own = Math.random().toString(36).slice(2);
	readonly #channel: BroadcastChannel | undefined;
	#answered = false;
	#release: () => void = () => undefined;

	constructor(lesson: string) {
		this.#name = `drydock/lesson/${lesson}`;
		this.#channel = openChannel(this.#name);
		this.#channel?.addEventListener('message', (event: MessageEvent<Message>) =>
			this.#heard(event.data),
		);
	}
	/** False when another tab has it. */
	async claim(): Promise<boolean> {
		if (!this.#channel) return (this.held = true);
		this.#answered = false;
		this.#post({ ask: this.#own });
		await new Promise((resolve) => setTimeout(resolve, answerMs));
		if (this.#answered || !(await this.#lock(false))) return false;
		return (this.held = true);
	}
	/** Takes it from the tab that has it. */
	async take(): Promise<void> {
		this.#post({ take: this.#own });
		await this.#lock(true);
		this.held = true;
	}
	close(): void {
		this.#release();
		this.#channel?.close();
	}

	#post(message: Message): void {
		this.#channel?.postMessage(message);
	}
	#heard(message: Message): void {
		if ('ask' in message && this.held) this.#post({ held: this.#own });
		else if ('held' in message) this.#answered = true;
		else if ('take' in message && this.held) this.#lose();
	}
	#lose(): void {
		this.held = false;
		this.#release();
		this.onTaken();
	}
	/** Settles when it is known whether the lock is this tab's; without locks it counts as given. */
	#lock(steal: boolean): Promise<boolean> {
		return new Promise((resolve) => {
			const hold = (lock: Lock | null) => {
				resolve(lock !== null);
				return lock ? new Promise<void>((release) => (this.#release = release)) : undefined;
			};
			try {
				navigator.locks
					.request(this.#name, steal ? { steal } : { ifAvailable: true }, hold)
					// A stolen lock ends in an AbortError; a refused one in a SecurityError.
					.catch((error: unknown) => {
						resolve(true);
						if ((error as DOMException).name === 'AbortError' && this.held) this.#lose();
					});
			} catch {
				resolve(true);
			}
		});
	}
}
