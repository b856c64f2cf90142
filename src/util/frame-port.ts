/**
 * Ethernet frames over a MessagePort: those of one turn travel as one message with their buffers
 * transferred, so a busy wire costs one task per burst and copies nothing.
 */
export class FramePort {
	readonly #port: MessagePort;
	#pending: Uint8Array<ArrayBuffer>[] = [];

	constructor(port: MessagePort, onFrame: (frame: Uint8Array<ArrayBuffer>) => void) {
		this.#port = port;
		port.onmessage = (event: MessageEvent<Uint8Array<ArrayBuffer>[]>) =>
			event.data.forEach(onFrame);
	}

	/** Takes the frame's buffer over: the caller must not use it again. */
	send(frame: Uint8Array<ArrayBuffer>): void {
		if (this.#pending.push(frame) === 1) queueMicrotask(() => this.#flush());
	}

	close(): void {
		this.#port.close();
	}

	#flush(): void {
		const frames = this.#pending;
		this.#pending = [];
		this.#port.postMessage(
			frames,
			frames.map((frame) => frame.buffer),
		);
	}
}
