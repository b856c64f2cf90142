import type { Agent, ProcessFact } from '../api/agent.ts';
import type { Clock } from '../util/clock.ts';

/** What a picture asks for comes as several calls at once. */
const togetherMs = 5;

/** Gives one list of processes to those who ask for it at the same moment: it is among the dearest answers. */
export class SharedProcesses {
	readonly #agent: Agent;
	readonly #clock: Clock;
	#last: { at: number; list: Promise<ProcessFact[]> } | undefined;

	constructor(agent: Agent, clock: Clock) {
		this.#agent = agent;
		this.#clock = clock;
	}

	read(): Promise<ProcessFact[]> {
		const at = this.#clock.now();
		if (this.#last && at - this.#last.at <= togetherMs) return this.#last.list;
		const list = this.#agent.processes();
		this.#last = { at, list };
		return list;
	}
}
