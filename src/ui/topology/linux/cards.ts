import type { NamespaceKind, ProcessFact } from '../../../api/agent.ts';
import type { NetworkNamespaceFact } from '../../../api/inspect.ts';
import type { NodeFacts } from '../../../api/node.ts';
import { httpUrl } from '../../../browser/address.ts';
import type { CardView } from '../card-view.ts';
import type { PictureSources } from '../pictures.ts';
import { currentGroups } from './cgroups.ts';
import { namespaceKinds } from './flags.ts';
import { bytes, mebibytes } from './format.ts';
import { layersView, type OverlayView, type SheetView } from './layer-view.ts';
import { argsOf } from './process-view.ts';
import { words } from './words.ts';

type Fields = [string, string][];
type Subject = keyof ReturnType<typeof words>['cards'];

interface Asked {
	sources: PictureSources;
	node: string;
	facts: NodeFacts;
	/** What follows the node's name in the id. */
	rest: string;
}

/**
 * The card of an element of a machine's pictures, by its id (`proc/<node>/<pid>`, `ns/…`, `cgroup/…`, `link/…`,
 * `rule/…`, `layer/…`, `mount/…`). Undefined for ids of other pictures, and once the element is gone.
 */
export function linuxCard(sources: PictureSources, id: string): CardView | undefined {
	const [, kind = '', node = '', rest = ''] = /^([a-z]+)\/([^/]+)(?:\/(.*))?$/.exec(id) ?? [];
	const make = makers[kind];
	const facts = sources.state.facts.get(node);
	return make && facts ? make({ sources, node, facts, rest }) : undefined;
}

const makers: Record<string, (asked: Asked) => CardView | undefined> = {
	proc: processCard,
	ns: namespaceCard,
	cgroup: groupCard,
	link: linkCard,
	rule: ruleCard,
	layer: sheetCard,
	mount: mountCard,
};

function card(
	{ node }: Asked,
	subject: Subject,
	name: string,
	fields: Fields,
	command: string,
): CardView {
	return { kind: words().cards[subject], name, fields, command, node, object: undefined };
}

const quoted = (text: string): string =>
	/^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;

function processCard(asked: Asked): CardView | undefined {
	const { facts, rest } = asked;
	const one = facts.processes.find(({ pid }) => String(pid) === rest);
	if (!one) return undefined;
	const fields: Fields = [
		['Args', one.args.join(' ')],
		['Pid', String(one.pid)],
		['NSpid', one.nspid.join(' ')],
		['PPid', String(one.ppid)],
		['State', one.state],
		['Uid', String(one.uid)],
		['VmRSS', `${Math.round(one.rssBytes / 1024)} kB`],
		['cgroup', one.cgroup],
		...namespaceKinds.map((kind): [string, string] => [
			`ns/${kind}`,
			one.ns[kind] === undefined ? '' : `${kind}:[${one.ns[kind]}]`,
		]),
	];
	const command = `grep -E '^(Name|State|Pid|PPid|NSpid|Uid|VmRSS)' /proc/${rest}/status; ls -l /proc/${rest}/ns`;
	return card(asked, 'process', `${one.comm} ${argsOf(one)}`.trim(), fields, command);
}

function namespaceCard(asked: Asked): CardView | undefined {
	const { sources, node, facts, rest } = asked;
	const inode = Number(rest);
	const net = sources.inspect.nodes.get(node)?.now.network?.find((one) => one.inode === inode);
	const kind =
		namespaceKinds.find((each) => facts.processes.some((one) => one.ns[each] === inode)) ??
		(net ? 'net' : undefined);
	if (!kind) return undefined;
	const members = facts.processes.filter((one) => one.ns[kind] === inode);
	const fields: Fields = [
		['PIDs', members.map((one) => `${one.pid} ${one.comm}`).join(', ')],
		...(net ? networkFields(net) : []),
	];
	return card(
		asked,
		'namespace',
		`${kind}:[${inode}]`,
		fields,
		namespaceCommand(kind, members, net),
	);
}

function networkFields(net: NetworkNamespaceFact): Fields {
	return [
		['/run/netns', net.names.join(', ')],
		['Links', net.links.map((one) => `${one.name} ${one.addresses.join(' ')}`.trim()).join(', ')],
		[
			'Routes',
			net.routes
				.map((one) => `${one.dst}${one.via ? ` via ${one.via}` : ''} dev ${one.dev}`)
				.join(', '),
		],
		['Listens', net.listens.map((one) => `${one.protocol} ${one.address}:${one.port}`).join(', ')],
	];
}

function namespaceCommand(
	kind: NamespaceKind,
	members: readonly ProcessFact[],
	net: NetworkNamespaceFact | undefined,
): string {
	const pid = members[0]?.pid;
	if (net) return `${into(net, members)}ip addr; ${into(net, members)}ip route`;
	return `lsns -t ${kind}${pid === undefined ? '' : ` -p ${pid}`}`;
}

/** The words before a command that make it run in a network namespace. */
function into(net: NetworkNamespaceFact, members: readonly { pid: number }[]): string {
	const pid = members[0]?.pid ?? net.pids[0];
	if (net.pids.includes(1)) return '';
	return pid === undefined ? `ip netns exec ${net.names[0] ?? ''} ` : `nsenter -t ${pid} -n `;
}

function groupCard(asked: Asked): CardView | undefined {
	const { sources, node, rest } = asked;
	const path = `/${rest}`;
	const fact = sources.inspect.nodes.get(node)?.now.cgroups?.find((one) => one.path === path);
	if (!fact) return undefined;
	const procs = currentGroups(sources)?.all.find((one) => one.path === path)?.procs ?? [];
	const value = (name: string, text: string) =>
		/^memory\.(current|max|high|peak)$/.test(name) && text !== 'max'
			? `${text} (${mebibytes(Number(text))})`
			: text.split('\n').join(', ');
	const fields: Fields = [
		['cgroup.procs', procs.map(({ pid, comm }) => `${pid} ${comm}`).join(', ')],
		...Object.entries(fact.files)
			.filter(([name]) => name !== 'cgroup.procs')
			.map(([name, text]): [string, string] => [name, value(name, text.trim())]),
	];
	const files = Object.keys(fact.files).filter((name) => name !== 'cgroup.procs');
	const directory = quoted(`/sys/fs/cgroup${path === '/' ? '' : path}`);
	const command = `cd ${directory} && grep . cgroup.procs ${files.join(' ')}; cd - >/dev/null`;
	return card(asked, 'cgroup', path, fields, command);
}

function linkCard(asked: Asked): CardView | undefined {
	const { sources, node, facts, rest } = asked;
	const [inode, index] = rest.split('/').map(Number);
	const net = sources.inspect.nodes.get(node)?.now.network?.find((one) => one.inode === inode);
	const link = net?.links.find((one) => one.index === index);
	if (!net || !link) return undefined;
	const members = facts.processes.filter((one) => one.ns.net === inode);
	const fields: Fields = [
		['index', String(link.index)],
		['kind', link.kind],
		['state', `${link.up ? 'UP' : 'DOWN'}${link.up && !link.carrier ? ' NO-CARRIER' : ''}`],
		['mtu', String(link.mtu)],
		['link/ether', link.mac],
		['inet', link.addresses.join(', ')],
		['master', net.links.find((one) => one.index === link.master)?.name ?? ''],
		['peer', link.peer ? `index ${link.peer.index}, net:[${link.peer.netns}]` : ''],
		['RX', `${link.rxPackets} packets, ${link.rxBytes} bytes`],
		['TX', `${link.txPackets} packets, ${link.txBytes} bytes`],
	];
	const command = `${into(net, members)}ip -d -s addr show dev ${quoted(link.name)}`;
	return card(asked, 'link', link.name, fields, command);
}

function ruleCard(asked: Asked): CardView | undefined {
	const { sources, node, rest } = asked;
	const rule = sources.inspect.nodes.get(node)?.now.rules?.rules[Number(rest)];
	if (!rule) return undefined;
	const fields: Fields = [
		['table', rule.table],
		['chain', rule.chain],
		['rule', rule.rule],
		['packets', String(rule.packets)],
		['bytes', String(rule.bytes)],
	];
	const command = `iptables -t ${rule.table} -v -S ${rule.chain}`;
	const made = card(asked, 'rule', rule.chain, fields, command);
	const port = / --dport (\d+)/.exec(rule.rule)?.[1];
	const isPublished = rule.rule.includes('-j DNAT') && rule.rule.includes('-p tcp');
	return port === undefined || !isPublished
		? made
		: { ...made, opens: [httpUrl(node, Number(port))] };
}

/** Every overlay of the node, and the sheets below it. */
function overlays({ sources, node, facts }: Asked): OverlayView[] {
	const layers = sources.inspect.nodes.get(node)?.now.layers ?? [];
	return layersView(node, facts, layers).stacks.flatMap((one) => one.overlays);
}

const deleted = (sheet: SheetView): string =>
	sheet.entries
		.filter((one) => one.type === 'whiteout')
		.map((one) => one.path)
		.join(', ');

function sheetCard(asked: Asked): CardView | undefined {
	const all = overlays(asked);
	const sheet = all
		.flatMap((one) => one.sheets)
		.find((one) => one.id === `layer/${asked.node}/${asked.rest}`);
	if (!sheet) return undefined;
	const directory = sheet.dir;
	const users = all.filter((one) => one.sheets.some((each) => each.dir === directory));
	const fields: Fields = [
		['layer', words().layers.kinds[sheet.kind]],
		['directory', directory],
		['created by', sheet.origin],
		['image', sheet.image],
		['size', `${bytes(sheet.bytes)}${sheet.more ? ' +' : ''}`],
		['entries', `${sheet.entries.length}${sheet.more ? ' +' : ''}`],
		['whiteouts', deleted(sheet)],
		['used by', users.map((one) => one.name).join(', ')],
	];
	const name =
		directory.split('/').at(-1) === 'diff' ? (directory.split('/').at(-2) ?? '') : directory;
	return card(asked, 'layer', name, fields, `ls -lAR ${quoted(directory)} | head -n 40`);
}

function mountCard(asked: Asked): CardView | undefined {
	const target = `/${asked.rest}`;
	const overlay = overlays(asked).find((one) => one.target === target);
	if (!overlay) return undefined;
	const dirs = (kind: 'own' | 'lower') =>
		overlay.sheets
			.filter((one) => (kind === 'own') === (one.kind === 'writable'))
			.map((one) => one.dir)
			.join(':');
	const fields: Fields = [
		['target', target],
		['fstype', 'overlay'],
		['lowerdir', dirs('lower')],
		['upperdir', dirs('own')],
	];
	return card(asked, 'mount', overlay.name, fields, `findmnt ${quoted(target)}`);
}
