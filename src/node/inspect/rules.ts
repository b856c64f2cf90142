import type { Agent, KernelOp } from '../../api/agent.ts';
import type { RuleChainFact, RuleFact } from '../../api/inspect.ts';
import { findAttribute, readAttributes } from '../agent/attributes.ts';
import { attribute as a } from '../agent/protocol.ts';
import { runProgram } from '../engine/kernel.ts';

export interface Rules {
	chains: RuleChainFact[];
	rules: RuleFact[];
}

/** What a rule has counted, and where it stands. */
interface Counter {
	table: string;
	chain: string;
	packets: number;
	bytes: number;
}

/** Asked each time, since to list the rules takes a program of its own. */
export const countersOp: KernelOp = { op: 'rule-counters' };

/** The node's iptables rules: listed when they have changed, otherwise only counted anew. */
export class RuleReader {
	readonly #agent: Agent;
	#last: { generation: number; rules: Rules } | undefined;

	constructor(agent: Agent) {
		this.#agent = agent;
	}

	/** `answer` is that to {@link countersOp}; undefined when the kernel gave none. */
	async read(answer: Uint8Array<ArrayBuffer> | undefined): Promise<Rules> {
		const list = answer ? readAttributes(answer) : [];
		const generation = findAttribute(list, a.count)?.u32 ?? -1;
		const last = this.#last;
		if (last && generation !== -1 && last.generation === generation) {
			const counters = list
				.filter(({ tag }) => tag === a.entry)
				.map(({ value }) => readCounter(value));
			const rules = recount(last.rules.rules, counters);
			if (rules) return { chains: last.rules.chains, rules };
		}
		const { code, stdout, stderr } = await runProgram(this.#agent, ['iptables-save', '-c']);
		if (code !== 0) throw new Error(`iptables-save: ${stderr.trim()}`);
		const rules = parseRules(stdout);
		this.#last = { generation, rules };
		return rules;
	}
}

function readCounter(value: Uint8Array): Counter {
	const view = new DataView(value.buffer, value.byteOffset, value.byteLength);
	const [table = '', chain = ''] = new TextDecoder().decode(value.subarray(16)).split('\0');
	const [packets, bytes] = [view.getBigUint64(0), view.getBigUint64(8)].map(Number);
	return { table, chain, packets: packets ?? 0, bytes: bytes ?? 0 };
}

/** The same rules with new counts, which come in the order of each chain; undefined when they do not fit. */
export function recount(
	rules: readonly RuleFact[],
	counters: readonly Counter[],
): RuleFact[] | undefined {
	const chains = new Map<string, Counter[]>();
	for (const counter of counters) {
		const key = `${counter.table} ${counter.chain}`;
		chains.set(key, [...(chains.get(key) ?? []), counter]);
	}
	const result: RuleFact[] = [];
	for (const rule of rules) {
		const counter = chains.get(`${rule.table} ${rule.chain}`)?.shift();
		if (!counter) return undefined;
		const { packets, bytes } = counter;
		const same = packets === rule.packets && bytes === rule.bytes;
		result.push(same ? rule : { ...rule, packets, bytes });
	}
	return counters.length === rules.length ? result : undefined;
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
		const rule = /^\[(\d+):(\d+)\] -A (\S+)(?: (.*))?$/.exec(line);
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
