import * as Comlink from 'comlink';
import type { WorkerHello } from '../api/node.ts';
import type { Clock } from '../util/clock.ts';
import type { WorkerHandle } from './worker-host.ts';

const helloDeadlineMs = 20_000;
export const portVersion = 1;

/**
 * One worker with its typed port. A call into a terminated worker would never settle: every call has
 * a deadline and is rejected when the worker goes.
 */
export class WorkerLink<Port extends { hello(): WorkerHello }> {
	readonly remote: Comlink.Remote<Port>;
	readonly #name: string;
	readonly #handle: WorkerHandle;
	readonly #clock: Clock;
	readonly #open = new Set<(error: Error) => void>();
	#gone: Error | undefined;

	constructor(name: string, handle: WorkerHandle, clock: Clock) {
		this.#name = name;
		this.#handle = handle;
		this.#clock = clock;
		this.remote = Comlink.wrap<Port>(handle.endpoint);
	}

	/** The handshake: no other call is made before it has succeeded. */
	async hello(): Promise<WorkerHello> {
		const remote = this.remote as unknown as { hello(): Promise<WorkerHello> };
		const hello = await this.call(remote.hello(), helloDeadlineMs, 'hello');
		if (hello.version !== portVersion)
			throw new Error(`${this.#name} speaks version ${hello.version}, wanted ${portVersion}`);
		return hello;
	}

	/** Settles as `promise` does, or rejects at the deadline or when the worker is gone. */
	call<T>(promise: Promise<T>, deadlineMs: number, what: string): Promise<T> {
		if (this.#gone) return Promise.reject(this.#gone);
		return new Promise<T>((resolve, reject) => {
			const timer = this.#clock.after(deadlineMs, () =>
				fail(new Error(`${this.#name} did not answer ${what} within ${deadlineMs / 1000} s`)),
			);
			const settle = () => {
				timer.cancel();
				this.#open.delete(fail);
			};
			const fail = (error: Error) => {
				settle();
				reject(error);
			};
			this.#open.add(fail);
			promise.then((value) => {
				settle();
				resolve(value);
			}, fail);
		});
	}

	onError(listener: (error: Error) => void): void {
		this.#handle.onError(listener);
	}

	terminate(reason: Error): void {
		this.#gone = reason;
		this.#handle.terminate();
		for (const fail of [...this.#open]) fail(reason);
	}
}
