import type { ExitStatus } from '../../api/agent.ts';
import { CliError } from './errors.ts';
import { StreamSession } from './stream-session.ts';
import type { Call } from './verb.ts';

/** What `attach` and `exec` end with after the detach keys. After moby/term: EscapeError. */
export const escapeSequence = 'read escape sequence';
const forcedAfter = 3;
const patienceMs = 10_000;

/** How a container is watched from the terminal. */
export interface ForegroundOptions {
	tty: boolean;
	stdin: boolean;
	/** Hands signals of the terminal on to the container. */
	proxySignals: boolean;
	detachKeys: readonly number[];
	/** Whether leaving by the detach keys is told. */
	tellsDetach?: boolean;
	streams?: { stdout: boolean; stderr: boolean };
	/** Called when the streams are connected: starts the container. */
	begin: () => Promise<void>;
}

/** Watches a container until it ends; answers its exit code, or 0 after the detach keys. */
export async function runForeground(
	call: Call,
	id: string,
	options: ForegroundOptions,
): Promise<number> {
	const { engine, io } = call;
	const attachment = engine.attach(id);
	const session = new StreamSession(io, attachment, options.tty, options.detachKeys);
	const exit = engine.waitContainer(id, 'next-exit');
	exit.catch(() => undefined);
	session.showOutput(options.streams);
	const signals = new SignalProxy(call, id, options.proxySignals);
	try {
		await session.takeTerminal();
		await options.begin();
		signals.begin();
		if (options.stdin) session.carryInput().catch(() => undefined);
		return await ended(exit, session, signals, options);
	} finally {
		signals.stop();
		await session.end();
		attachment.detach();
	}
}

async function ended(
	exit: Promise<ExitStatus>,
	session: StreamSession,
	signals: SignalProxy,
	{ tellsDetach = false }: ForegroundOptions,
): Promise<number> {
	const first = await Promise.race([exit, session.detached, signals.gaveUp]);
	if (first !== 'detached') return first.code;
	if (tellsDetach) throw new CliError(escapeSequence);
	return 0;
}

/** Sends the terminal's signals to the container; leaves it alone after three that did not end it. */
class SignalProxy {
	readonly gaveUp: Promise<ExitStatus>;
	readonly #call: Call;
	readonly #id: string;
	readonly #stop = new AbortController();
	readonly #begun: Promise<void>;
	/** From here on the container can take signals; those before are kept for it. */
	begin: () => void = () => undefined;

	constructor(call: Call, id: string, proxy: boolean) {
		this.#call = call;
		this.#id = id;
		this.#begun = new Promise((resolve) => (this.begin = resolve));
		this.gaveUp = new Promise((resolve) => {
			let count = 0;
			const receive = (signal: number) => {
				if (!proxy) return resolve({ code: 128 + signal });
				this.#send(signal).catch(() => undefined);
				if (++count === forcedAfter) this.#force(resolve);
				else if (!call.io.onSignal) this.#leaveAfter(() => resolve({ code: 130 }));
			};
			listen(call, receive, this.#stop.signal);
		});
	}
	async #send(signal: number): Promise<void> {
		await this.#begun;
		await this.#call.engine.killContainer(this.#id, String(signal)).catch(() => undefined);
	}
	#force(resolve: (status: ExitStatus) => void): void {
		const text = `\ngot ${forcedAfter} SIGTERM/SIGINTs, forcefully exiting\n`;
		this.#call.io.err(text).catch(() => undefined);
		resolve({ code: 1 });
	}
	/** Where only the first signal can be seen, a container that does not heed it is left after a while. */
	#leaveAfter(leave: () => void): void {
		const { clock } = this.#call.services;
		void clock.sleep(patienceMs, this.#stop.signal).then(leave, () => undefined);
	}
	stop(): void {
		this.#stop.abort();
	}
}

function listen(call: Call, receive: (signal: number) => void, until: AbortSignal): void {
	const { io } = call;
	if (io.onSignal) return io.onSignal((signal) => void (until.aborted || receive(signal)));
	const first = () => receive((io.signal.reason as { signal?: number } | undefined)?.signal ?? 2);
	if (io.signal.aborted) first();
	else io.signal.addEventListener('abort', first, { signal: until });
}
