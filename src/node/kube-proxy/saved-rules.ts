import { jumps } from './base-rules.ts';
import type { RuleSet, Table } from './rule-set.ts';
import { append, emptyRuleSet } from './rule-set.ts';

/** What is in the kernel of ours: chains by name with as many rules as they have, which match none of ours, and the jumps that are missing. */
export interface Found {
	chains: RuleSet;
	missingJumps: typeof jumps;
}

/** Reads `iptables-save`. */
export function parseSave(text: string): Found {
	const chains = emptyRuleSet();
	const present = new Set<string>();
	let table: Table | undefined;
	for (const line of text.split('\n')) {
		if (line.startsWith('*'))
			table = line === '*nat' ? 'nat' : line === '*filter' ? 'filter' : undefined;
		const chain = /^:(KUBE-\S+)/.exec(line)?.[1];
		if (table && chain) chains[table].set(chain, []);
		const rule = /^-A (KUBE-\S+)/.exec(line)?.[1];
		if (table && rule) append(chains[table], rule, 'found');
		const jump = /^-A ([A-Z]+) (?:.* )?-j (KUBE-\S+)$/.exec(line);
		if (table && jump) present.add(`${table} ${jump[1]} ${jump[2]}`);
	}
	const missingJumps = jumps.filter(({ table: of, from, rule }) => {
		const target = rule.slice(rule.lastIndexOf(' ') + 1);
		return !present.has(`${of} ${from} ${target}`);
	});
	return { chains, missingJumps };
}

/** Puts jumps before the last line of their table, which makes the chains they lead to. */
export function withJumps(input: string, missing: typeof jumps): string {
	let text = input;
	for (const table of ['filter', 'nat'] as const) {
		const lines = missing
			.filter((jump) => jump.table === table)
			.map(({ from, rule }) => `-I ${from} 1 ${rule}\n`)
			.join('');
		if (lines === '') continue;
		const head = `*${table}\n`;
		const start = text.indexOf(head);
		if (start < 0) text += `${head}${lines}COMMIT\n`;
		else {
			const end = text.indexOf('COMMIT\n', start);
			text = text.slice(0, end) + lines + text.slice(end);
		}
	}
	return text;
}

/**
 * What of the rules that were loaded is still there. A chain counts as whole when it has as many rules as it was
 * given: the kernel prints rules in words of its own.
 */
export function stillLoaded(loaded: RuleSet, found: RuleSet): RuleSet {
	const rest = emptyRuleSet();
	for (const table of ['nat', 'filter'] as const)
		for (const [chain, rules] of found[table]) {
			const given = loaded[table].get(chain);
			rest[table].set(chain, given?.length === rules.length ? given : rules);
		}
	return rest;
}
