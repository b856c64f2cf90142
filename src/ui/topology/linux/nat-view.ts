import type { NodeInspection, RuleFact } from '../../../api/inspect.ts';

export type GateKind = 'dnat' | 'redirect' | 'snat' | 'masquerade' | 'drop' | 'reject';

/** One rule that rewrites or refuses packets. */
export interface GateRule {
	id: string;
	table: string;
	chain: string;
	kind: GateKind;
	/** What it takes: `tcp :8080`, `10.0.0.0/24`. */
	match: string;
	/** What is written instead. */
	to: string;
	rule: string;
	packets: number;
	/** Packets since the reading before. */
	fresh: number;
}

export interface GateView {
	rules: GateRule[];
	/** Rules of the engine, kube-proxy and the pod network, which are not drawn. */
	folded: number;
	/** Chains of the node's own that let nothing through by default. */
	closed: string[];
}

const kinds: Record<string, GateKind> = {
	DNAT: 'dnat',
	REDIRECT: 'redirect',
	SNAT: 'snat',
	MASQUERADE: 'masquerade',
	DROP: 'drop',
	REJECT: 'reject',
};
const plumbing = /^(KUBE-|CNI-|DOCKER-(USER|ISOLATION))/;

const option = (rule: string, name: string): string | undefined =>
	new RegExp(`(?:^| )${name} (\\S+)`).exec(rule)?.[1];

/** `-d`, `--dport` … in the words of an address label. */
export function matchText(rule: string): string {
	const not = (name: string) => (new RegExp(`! ${name} `).test(rule) ? 'not ' : '');
	const protocol = option(rule, '-p');
	const port = option(rule, '--dport') ?? option(rule, '--dports');
	const to = option(rule, '-d')?.replace(/\/32$/, '');
	const from = option(rule, '-s')?.replace(/\/32$/, '');
	const into = option(rule, '-i');
	const out = option(rule, '-o');
	const destination =
		to !== undefined || port !== undefined
			? `${not('-d')}${to ?? ''}${port === undefined ? '' : `:${port}`}`
			: '';
	return [
		protocol,
		from === undefined ? '' : `${not('-s')}${from} →`,
		destination,
		into === undefined ? '' : `in ${not('-i')}${into}`,
		out === undefined ? '' : `out ${not('-o')}${out}`,
	]
		.filter(Boolean)
		.join(' ');
}

function toText(rule: string, kind: GateKind): string {
	if (kind === 'dnat') return option(rule, '--to-destination') ?? '';
	if (kind === 'snat') return option(rule, '--to-source') ?? '';
	if (kind === 'redirect') return `:${option(rule, '--to-ports') ?? ''}`;
	return '';
}

const identity = ({ table, chain, rule }: RuleFact): string => `${table} ${chain} ${rule}`;

/** Rules that change an address or refuse a packet, in the order in which the kernel keeps them. */
export function gateView(
	node: string,
	now: NodeInspection['rules'],
	before: NodeInspection['rules'],
): GateView {
	const old = new Map((before?.rules ?? []).map((one) => [identity(one), one.packets]));
	const rules: GateRule[] = [];
	let folded = 0;
	for (const [index, fact] of (now?.rules ?? []).entries()) {
		const kind = kinds[option(fact.rule, '-j') ?? ''];
		const ours = plumbing.test(fact.chain) || plumbing.test(option(fact.rule, '-j') ?? '');
		if (ours) folded++;
		if (!kind || ours) continue;
		const was = old.get(identity(fact));
		rules.push({
			id: `rule/${node}/${index}`,
			table: fact.table,
			chain: fact.chain,
			kind,
			match: matchText(fact.rule),
			to: toText(fact.rule, kind),
			rule: fact.rule,
			packets: fact.packets,
			fresh: was === undefined ? 0 : Math.max(0, fact.packets - was),
		});
	}
	const closed = (now?.chains ?? [])
		.filter(({ policy }) => policy === 'DROP')
		.map(({ table, chain }) => `${table} ${chain}`);
	return { rules, folded, closed };
}
