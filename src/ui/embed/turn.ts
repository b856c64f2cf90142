const channelName = 'drydock/turn';

/**
 * One cluster at a time among the embedded lessons that can hear each other: frames of one origin, whose browser
 * lets them. Others are told by the course page's script (src/embed/turns.ts).
 */
export class Turn {
	readonly #own = crypto.randomUUID();
	readonly #channel: BroadcastChannel | undefined;

	/** `giveWay` is called when another lesson's machines start or go on. */
	constructor(giveWay: () => void) {
		try {
			this.#channel = new BroadcastChannel(channelName);
		} catch {
			this.#channel = undefined;
		}
		this.#channel?.addEventListener('message', ({ data }: MessageEvent<unknown>) => {
			if (typeof data === 'string' && data !== this.#own) giveWay();
		});
	}
	take(): void {
		this.#channel?.postMessage(this.#own);
	}
	close(): void {
		this.#channel?.close();
	}
}
