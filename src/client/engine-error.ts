/** A refusal of the container engine; `status` is the code of Docker's HTTP API. */
export class EngineError extends Error {
	readonly status: number;

	constructor(status: number, message: string) {
		super(message);
		this.name = 'EngineError';
		this.status = status;
	}
}

/** Why a process did not start, as docker says it, with the exit code its container or exec is given. */
export class StartError extends EngineError {
	readonly exitCode: number;

	constructor(status: number, message: string, exitCode: number) {
		super(status, message);
		this.exitCode = exitCode;
	}
}
