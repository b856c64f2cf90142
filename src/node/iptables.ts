import type { Agent, KernelOp, KernelResult } from '../api/agent.ts';
import { findAttribute, readAttributes } from './agent/attributes.ts';
import { attribute } from './agent/protocol.ts';
import { runProgram } from './engine/kernel.ts';

/**
 * The node's rules, for all of its components: written one change at a time, so that what others (who are root on
 * this node) change can be told from it.
 */
export class Iptables {
	readonly #agent: Agent;
	/** The kernel's number of the last known change. */
	#generation: number | undefined;
	#byOthers = 0;
	#last: Promise<unknown> = Promise.resolve();

	constructor(agent: Agent) {
		this.#agent = agent;
	}
	/** All rules; throws what the program said when it failed. */
	save(): Promise<string> {
		return this.#run(['iptables-save']);
	}
	/** One atomic change of all tables named in `input`; throws what the program said when it failed. */
	restore(input: string): Promise<void> {
		return this.#inTurn(async () => {
			await this.#look();
			try {
				await this.#run(['iptables-restore', '--noflush'], input);
			} finally {
				this.#generation = (await this.#ask()).now ?? this.#generation;
			}
		});
	}
	/**
	 * `changes` rises when somebody else has changed the rules. One question to the kernel together with those of who
	 * asks; no program is run.
	 */
	changesByOthers(also: KernelOp[] = []): Promise<{ changes: number; answers: KernelResult[] }> {
		return this.#inTurn(() => this.#look(also));
	}
	async #look(also: KernelOp[] = []): Promise<{ changes: number; answers: KernelResult[] }> {
		const { now, answers } = await this.#ask(also);
		if (now !== undefined && this.#generation !== undefined && now !== this.#generation)
			this.#byOthers++;
		this.#generation = now ?? this.#generation;
		return { changes: this.#byOthers, answers };
	}
	/** Undefined when the kernel does not tell. */
	async #ask(also: KernelOp[] = []): Promise<{ now: number | undefined; answers: KernelResult[] }> {
		const asked: KernelOp[] = [...also, { op: 'rule-counters' }];
		const answers = await this.#agent.batch(asked, { keepGoing: true });
		const told = answers.pop();
		const now = told?.ok && told.data && findAttribute(readAttributes(told.data), attribute.count);
		return { now: now ? now.u32 : undefined, answers };
	}
	async #run(argv: string[], input?: string): Promise<string> {
		const { code, stdout, stderr } = await runProgram(this.#agent, argv, input);
		if (code === 0) return stdout;
		throw new Error(`${argv.join(' ')}: exit status ${code}: ${stderr.trim()}`);
	}
	#inTurn<T>(work: () => Promise<T>): Promise<T> {
		const turn = this.#last.then(work);
		this.#last = turn.catch(() => undefined);
		return turn;
	}
}
