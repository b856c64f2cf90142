import type { Agent, KernelOp } from '../../api/agent.ts';
import type { RuleChainFact, RuleFact } from '../../api/inspect.ts';
import type { Clock } from '../../util/clock.ts';
import { findAttribute, readAttributes } from '../agent/attributes.ts';
import { attribute as a } from '../agent/protocol.ts';
import { runProgram } from '../engine/kernel.ts';

/** Counters of unchanged rules may be this old. */
const freshMs = 1500;

export interface Rules {
	chains: RuleChainFact[];
	rules: RuleFact[];
}

/** Asked before the rules are, since to list them takes a program of its own. */
export const generationOp: KernelOp = { op: 'rules-generation' };

/** The node's iptables rules, listed again when they changed or their counters are old. */
export class RuleReader {
	readonly #agent: Agent;
	readonly #clock: Clock;
	#last: { generation: number; at: number; rules: Rules } | undefined;

	constructor(agent: Agent, clock: Clock) {
		this.#agent = agent;
		this.#clock = clock;
	}

	/** `answer` is that to {@link generationOp}; undefined when the kernel gave none. */
	async read(answer: Uint8Array<ArrayBuffer> | undefined): Promise<Rules> {
		const generation = answer ? (findAttribute(readAttributes(answer), a.count)?.u32 ?? -1) : -1;
		const at = this.#clock.now();
		const last = this.#last;
		if (last && generation !== -1 && last.generation === generation && at - last.at < freshMs)
			return last.rules;
		const { code, stdout, stderr } = await runProgram(this.#agent, ['iptables-save', '-c']);
		if (code !== 0) throw new Error(`iptables-save: ${stderr.trim()}`);
		const rules = parseRules(stdout);
		this.#last = { generation, at, rules };
		return rules;
	}
}

/** What `iptables-save -c` prints. */
export function parseRules(text: string): Rules {
	const chains: RuleChainFact[] = [];
	const rules: RuleFact[] = [];
	let table = '';
	for (const line of text.split('\n')) {
		if (line.startsWith('*')) table = line.slice(1);
		const chain = /^:(\S+) (\S+)/.exec(line);
		if (chain) chains.push({ table, chain: chain[1] ?? '', policy: chain[2] ?? '-' });
		const rule = /^\[(\d+):(\d+)\] -A (\S+) ?(.*)$/.exec(line);
		if (rule)
			rules.push({
				table,
				chain: rule[3] ?? '',
				rule: rule[4] ?? '',
				packets: Number(rule[1]),
				bytes: Number(rule[2]),
			});
	}
	return { chains, rules };
}
