import type { ExitStatus, GuestProcess, GuestSocket, OutputName } from '../../src/api/agent.ts';

type Listener = Parameters<GuestProcess['onOutput']>[0];

const chunk = new Uint8Array(64 << 10);
/** Whoever listened has left. */
const unheard = () => undefined;
/** Pipes and sockets on the way hold a few megabytes; what is printed beyond that lies in somebody's queue. */
const mostUnread = 32 << 20;

/**
 * A program without a kernel, named by its first argument: `cat` answers what it reads, `say` prints and fails,
 * `deaf` reads nothing and stays, `flood` prints until its input ends, `gone` goes away with its machine.
 */
export class Program implements GuestProcess {
	readonly pid: number;
	readonly name: string;
	readonly exited: Promise<ExitStatus>;
	/** What a process has to be spared. */
	wrong = '';
	printed = 0;
	isOver = false;
	#isAtEnd = false;
	#listener: Listener | undefined;
	#settle: (status: ExitStatus | Promise<never>) => void = () => undefined;
	#free: () => void = () => undefined;
	readonly #stuck = new Promise<void>((resolve) => (this.#free = resolve));
	#last: Promise<unknown> = Promise.resolve();

	constructor(pid: number, name: string) {
		this.pid = pid;
		this.name = name;
		this.exited = new Promise((resolve) => (this.#settle = resolve));
		this.exited.catch(() => undefined);
	}
	async write(data: Uint8Array): Promise<void> {
		if (this.#isAtEnd) this.wrong ||= 'input came after its end';
		if (this.isOver) throw new Error('process has ended');
		if (this.name === 'deaf') return this.#stuck;
		if (this.name === 'gone') return this.#vanish();
		if (this.name === 'cat') await this.#print('stdout', new Uint8Array(data));
	}
	closeStdin(): void {
		this.#isAtEnd = true;
		if (this.name === 'cat' || this.name === 'flood') this.exit(0);
	}
	resize(rows: number, columns: number): void {
		const isSize = (side: number) => Number.isInteger(side) && side >= 0 && side <= 0xffff;
		if (!isSize(rows) || !isSize(columns)) this.wrong ||= `a terminal of ${rows} by ${columns}`;
	}
	onOutput(listener: Listener): void {
		this.#listener = listener;
		if (this.name === 'say') {
			this.#print('stderr', new TextEncoder().encode('said\n')).catch(unheard);
			this.exit(3);
		}
		if (this.name === 'flood') this.#flood().catch(unheard);
	}
	exit(code: number): void {
		if (this.isOver) return;
		this.isOver = true;
		this.#free();
		const ended = () => this.#settle({ code });
		this.#last.then(ended, ended);
	}
	#vanish(): void {
		this.isOver = true;
		this.#free();
		this.#settle(Promise.reject(new Error('the guest is gone')));
	}
	#print(stream: OutputName, data: Uint8Array<ArrayBuffer>): Promise<unknown> {
		const taken = Promise.resolve(this.#listener?.(stream, data)).catch(() => undefined);
		this.#last = taken;
		return taken;
	}
	async #flood(): Promise<void> {
		while (!this.isOver) {
			this.printed += chunk.length;
			await this.#print('stdout', chunk.slice());
			await new Promise((resolve) => setImmediate(resolve));
		}
	}
	/** What broke while a client read no more than `read` bytes of it. */
	fault(read: number): string {
		if (this.wrong) return this.wrong;
		const unread = this.printed - read;
		return unread > mostUnread ? `${unread >> 20} MB of output wait for nobody` : '';
	}
}

/** What listens behind a pod's ports: 80 answers what it is sent, 81 takes nothing, 82 floods, others refuse. */
export function socketAt(port: number, refuse: () => Error): GuestSocket {
	if (port < 80 || port > 82) throw refuse();
	const program = new Program(0, { 80: 'cat', 81: 'deaf', 82: 'flood' }[port] ?? '');
	const queue = new TransformStream<Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>>();
	const writer = queue.writable.getWriter();
	program.onOutput((_stream, data) => writer.write(data));
	const close = () => {
		program.exit(0);
		writer.close().catch(() => undefined);
	};
	program.exited.then(close, close);
	return {
		write: (data) => program.write(data),
		data: queue.readable,
		end: () => program.name === 'cat' && close(),
		close,
	};
}
