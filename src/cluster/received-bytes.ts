/** Bytes that come over a raw port, while another one tells how many there are. */
export class ReceivedBytes {
	readonly #parts: Uint8Array<ArrayBuffer>[] = [];
	#bytes = 0;
	#wanted: number | undefined;
	#whole: () => void = () => undefined;

	constructor(port: MessagePort, told: (bytes: number) => void) {
		port.onmessage = ({ data }: MessageEvent<Uint8Array<ArrayBuffer>>) => {
			this.#parts.push(data);
			this.#bytes += data.byteLength;
			told(this.#bytes);
			if (this.#bytes === this.#wanted) this.#whole();
		};
	}
	/** Settles when as many have come. */
	async all(bytes: number): Promise<Blob> {
		this.#wanted = bytes;
		if (this.#bytes < bytes) await new Promise<void>((resolve) => (this.#whole = resolve));
		return new Blob(this.#parts);
	}
}
