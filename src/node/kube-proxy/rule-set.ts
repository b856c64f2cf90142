export type Table = 'nat' | 'filter';

/** Chains of a table and their rules, each as in `-A CHAIN <rule>`. */
export type Chains = Map<string, string[]>;

export type RuleSet = Record<Table, Chains>;

export function emptyRuleSet(): RuleSet {
	return { nat: new Map(), filter: new Map() };
}

/** Appends a rule, making its chain. */
export function append(chains: Chains, chain: string, ...rules: string[]): void {
	const known = chains.get(chain);
	if (known) known.push(...rules);
	else chains.set(chain, rules);
}

function sameRules(a: string[] | undefined, b: string[]): boolean {
	return a !== undefined && a.length === b.length && a.every((rule, index) => rule === b[index]);
}

/**
 * The input of `iptables-restore --noflush` from what is loaded to what is wanted. Chains whose rules
 * stay are not named, so their packet counters go on; an empty text means there is nothing to do.
 */
export function restoreInput(loaded: RuleSet, wanted: RuleSet): string {
	return (['filter', 'nat'] as const)
		.map((table) => tableInput(table, loaded[table], wanted[table]))
		.join('');
}

function tableInput(table: Table, loaded: Chains, wanted: Chains): string {
	const changed = [...wanted].filter(([chain, rules]) => !sameRules(loaded.get(chain), rules));
	const gone = [...loaded.keys()].filter((chain) => !wanted.has(chain));
	if (changed.length === 0 && gone.length === 0) return '';
	const lines = [
		`*${table}`,
		...[...changed.map(([chain]) => chain), ...gone].map((chain) => `:${chain} - [0:0]`),
		...changed.flatMap(([chain, rules]) => rules.map((rule) => `-A ${chain} ${rule}`)),
		...gone.map((chain) => `-X ${chain}`),
		'COMMIT',
	];
	return `${lines.join('\n')}\n`;
}
