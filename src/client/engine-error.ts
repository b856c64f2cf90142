/** A refusal of the container engine; `status` is the code of Docker's HTTP API. */
export class EngineError extends Error {
	readonly status: number;

	constructor(status: number, message: string) {
		super(message);
		this.name = 'EngineError';
		this.status = status;
	}
}
