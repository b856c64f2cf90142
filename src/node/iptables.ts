import type { Agent } from '../api/agent.ts';
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
				this.#generation = (await this.#ask()) ?? this.#generation;
			}
		});
	}
	/** Rises when somebody else has changed the rules. One question to the kernel, no program is run. */
	changesByOthers(): Promise<number> {
		return this.#inTurn(() => this.#look());
	}
	async #look(): Promise<number> {
		const now = await this.#ask();
		if (now !== undefined && this.#generation !== undefined && now !== this.#generation)
			this.#byOthers++;
		this.#generation = now ?? this.#generation;
		return this.#byOthers;
	}
	/** Undefined when the kernel does not tell. */
	async #ask(): Promise<number | undefined> {
		const [answer] = await this.#agent.batch([{ op: 'rule-counters' }], { keepGoing: true });
		if (!answer?.ok || !answer.data) return undefined;
		return findAttribute(readAttributes(answer.data), attribute.count)?.u32;
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
