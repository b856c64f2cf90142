import { append, type RuleSet, type Table } from './rule-set.ts';

/** The bit that marks packets to be masqueraded. After proxier.go: masqueradeBit 14 */
const mark = '0x00004000/0x00004000';

function comment(text: string): string {
	return `-m comment --comment "${text}"`;
}

/** A jump from one of the kernel's chains to one of ours. */
export interface Jump {
	table: Table;
	from: string;
	rule: string;
}

const fresh = '-m conntrack --ctstate NEW';

/** After proxier.go: iptablesJumpChains */
export const jumps: Jump[] = [
	{
		table: 'filter',
		from: 'INPUT',
		rule: `${fresh} ${comment('kubernetes externally-visible service portals')} -j KUBE-EXTERNAL-SERVICES`,
	},
	{
		table: 'filter',
		from: 'FORWARD',
		rule: `${fresh} ${comment('kubernetes externally-visible service portals')} -j KUBE-EXTERNAL-SERVICES`,
	},
	{
		table: 'filter',
		from: 'INPUT',
		rule: `${comment('kubernetes health check service ports')} -j KUBE-NODEPORTS`,
	},
	{
		table: 'filter',
		from: 'FORWARD',
		rule: `${fresh} ${comment('kubernetes service portals')} -j KUBE-SERVICES`,
	},
	{
		table: 'filter',
		from: 'OUTPUT',
		rule: `${fresh} ${comment('kubernetes service portals')} -j KUBE-SERVICES`,
	},
	{
		table: 'filter',
		from: 'FORWARD',
		rule: `${comment('kubernetes forwarding rules')} -j KUBE-FORWARD`,
	},
	{ table: 'filter', from: 'INPUT', rule: '-j KUBE-FIREWALL' },
	{ table: 'filter', from: 'OUTPUT', rule: '-j KUBE-FIREWALL' },
	{
		table: 'nat',
		from: 'OUTPUT',
		rule: `${comment('kubernetes service portals')} -j KUBE-SERVICES`,
	},
	{
		table: 'nat',
		from: 'PREROUTING',
		rule: `${comment('kubernetes service portals')} -j KUBE-SERVICES`,
	},
	{
		table: 'nat',
		from: 'POSTROUTING',
		rule: `${comment('kubernetes postrouting rules')} -j KUBE-POSTROUTING`,
	},
];

/** What stands whatever Services there are. */
export function addBaseRules(rules: RuleSet): void {
	for (const chain of ['KUBE-SERVICES', 'KUBE-EXTERNAL-SERVICES', 'KUBE-NODEPORTS'])
		append(rules.filter, chain);
	append(
		rules.filter,
		'KUBE-FORWARD',
		'-m conntrack --ctstate INVALID -j DROP',
		`${comment('kubernetes forwarding rules')} -m mark --mark ${mark} -j ACCEPT`,
		`${comment('kubernetes forwarding conntrack rule')} -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT`,
	);
	append(
		rules.filter,
		'KUBE-FIREWALL',
		`${comment('block incoming localnet connections')} -d 127.0.0.0/8 ! -s 127.0.0.0/8 -m conntrack ! --ctstate RELATED,ESTABLISHED,DNAT -j DROP`,
	);
	append(rules.nat, 'KUBE-SERVICES');
	append(rules.nat, 'KUBE-NODEPORTS');
	append(rules.nat, 'KUBE-MARK-MASQ', `-j MARK --or-mark 0x00004000`);
	append(
		rules.nat,
		'KUBE-POSTROUTING',
		`-m mark ! --mark ${mark} -j RETURN`,
		`-j MARK --xor-mark 0x00004000`,
		`${comment('kubernetes service traffic requiring SNAT')} -j MASQUERADE --random-fully`,
	);
}
