import { httpUrl } from '../../../browser/address.ts';
import type { LinkFact, NetworkNamespaceFact, NodeInspection } from '../../../api/inspect.ts';
import type { NodeFacts } from '../../../api/node.ts';
import { hostNamespaces, type Flags } from './flags.ts';
import { gateView, type GateView } from './nat-view.ts';
import { agentPid, isKernelThread, isProbe, ownerNames } from './process-view.ts';

/** One network interface, drawn as a socket. */
export interface PlugView {
	id: string;
	netns: number;
	index: number;
	name: string;
	kind: string;
	up: boolean;
	/** A cable or a card of the machine is in it, and both ends are up. */
	carrier: boolean;
	addresses: string[];
	mac: string;
	/** The bridge it is plugged into. */
	bridge: string | undefined;
	rxPackets: number;
	txPackets: number;
	/** Since the reading before. */
	received: number;
	sent: number;
}

export interface Space {
	id: string;
	inode: number;
	flag: string | undefined;
	/** Container, pod, or the name under `/run/netns`. */
	name: string;
	/** Programs in it. */
	programs: { id: string; pid: number; comm: string }[];
	plugs: PlugView[];
	/** `10.0.0.1 · eth0` */
	gateway: { via: string; dev: string } | undefined;
	listens: string[];
	/** Where a socket that listens for TCP can be reached: `http://10.244.1.2/`, by its text in `listens`. */
	opens: Record<string, string>;
}

/** A veth pair. */
export interface Cable {
	key: string;
	/** Ids of its two plugs; the first is the one further inside. */
	from: string;
	to: string;
	live: boolean;
	/** Packets since the reading before: towards `to`, and back. */
	there: number;
	back: number;
}

export interface BridgeView {
	plug: PlugView;
	/** The node's ends of cables, and cards, that are plugged into it. */
	ports: PlugView[];
}

export interface NetworkNode {
	node: string;
	host: Space;
	spaces: Space[];
	/** Namespaces that the engine has made in advance: no process, no name, no cable. */
	spare: number;
	bridges: BridgeView[];
	/** Interfaces of the node in no bridge that lead nowhere out: `lo`, dummies, loose ends. */
	loose: PlugView[];
	/** Cards of the machine and tunnels: ways out. */
	uplinks: PlugView[];
	cables: Cable[];
	gate: GateView;
}

export interface NetworkInput {
	node: string;
	facts: NodeFacts;
	now: NodeInspection;
	before: NodeInspection | undefined;
	flags: Flags;
}

const hasCarrier = (link: LinkFact): boolean => link.up && link.carrier;

export function networkNode(input: NetworkInput): NetworkNode {
	const { node, facts, now } = input;
	const namespaces = now.network ?? [];
	const hostInode = hostNamespaces(facts.processes).net;
	const old = new Map<string, LinkFact>();
	for (const { inode, links } of input.before?.network ?? [])
		for (const link of links) old.set(`${inode}/${link.index}`, link);

	const used = namespaces.filter((fact) => !isSpare(fact));
	const spaces = used.map((fact) => spaceOf(input, fact, old));
	const host = spaces.find((one) => one.inode === hostInode) ?? emptySpace(node);
	const bridges = host.plugs
		.filter((one) => one.kind === 'bridge')
		.map((plug) => ({ plug, ports: host.plugs.filter((one) => one.bridge === plug.name) }));
	const free = host.plugs.filter((one) => one.kind !== 'bridge' && one.bridge === undefined);
	const isUplink = (one: PlugView) => one.kind === 'ether' || one.kind === 'vxlan';
	const cables = cablesOf(node, used, spaces, host.inode);
	return {
		node,
		host,
		spaces: arrange(
			spaces.filter((one) => one !== host),
			bridges,
			cables,
		),
		spare: namespaces.length - used.length,
		bridges,
		loose: free.filter((one) => !isUplink(one)),
		uplinks: free.filter(isUplink),
		cables,
		gate: gateView(node, now.rules, input.before?.rules),
	};
}

const isSpare = ({ names, pids, links }: NetworkNamespaceFact): boolean =>
	names.length === 0 && pids.length === 0 && links.every((one) => one.kind === 'loopback');

const emptySpace = (node: string): Space => ({
	id: `ns/${node}/0`,
	inode: 0,
	flag: undefined,
	name: node,
	programs: [],
	plugs: [],
	gateway: undefined,
	listens: [],
	opens: {},
});

function spaceOf(
	{ node, facts, flags }: NetworkInput,
	fact: NetworkNamespaceFact,
	old: ReadonlyMap<string, LinkFact>,
): Space {
	const host = hostNamespaces(facts.processes);
	const agent = agentPid(facts.processes);
	const members = facts.processes.filter(
		(one) => fact.pids.includes(one.pid) && !isKernelThread(one) && !isProbe(one, agent, host),
	);
	const names = ownerNames(facts);
	const owner = members.map((one) => names.get(one.pid)).find((name) => name !== undefined);
	const own = fact.names.find((name) => !/^[0-9a-f-]{12,}$/.test(name));
	const route = fact.routes.find((one) => one.dst === 'default');
	const bridgeNames = new Map(fact.links.map((link) => [link.index, link.name]));
	return {
		id: `ns/${node}/${fact.inode}`,
		inode: fact.inode,
		flag: flags.of(fact.inode),
		name: owner ?? own ?? members[0]?.comm ?? fact.names[0] ?? String(fact.inode),
		programs: members.map(({ pid, comm }) => ({ id: `proc/${node}/${pid}`, pid, comm })),
		plugs: fact.links.map((link) => {
			const known = old.get(`${fact.inode}/${link.index}`);
			return {
				id: `link/${node}/${fact.inode}/${link.index}`,
				netns: fact.inode,
				index: link.index,
				name: link.name,
				kind: link.kind,
				up: link.up,
				carrier: hasCarrier(link),
				addresses: link.addresses,
				mac: link.mac,
				bridge: link.master === undefined ? undefined : bridgeNames.get(link.master),
				rxPackets: link.rxPackets,
				txPackets: link.txPackets,
				received: known ? Math.max(0, link.rxPackets - known.rxPackets) : 0,
				sent: known ? Math.max(0, link.txPackets - known.txPackets) : 0,
			};
		}),
		gateway: route && { via: route.via ?? '', dev: route.dev },
		listens: [
			...new Set(fact.listens.map((one) => listenText(one.address, one.port, one.protocol))),
		],
		opens: opensOf(fact),
	};
}

/** Sockets that anybody may connect to, at the namespace's own address. */
function opensOf({ links, listens }: NetworkNamespaceFact): Record<string, string> {
	const [cidr] = links.flatMap((one) => (one.kind === 'loopback' ? [] : one.addresses));
	const address = cidr?.split('/')[0];
	if (address === undefined) return {};
	const open = listens
		.map((one) => ({ ...one, text: listenText(one.address, one.port, one.protocol) }))
		.filter(({ text, protocol }) => text.startsWith(':') && protocol === 'tcp');
	return Object.fromEntries(open.map(({ text, port }) => [text, httpUrl(address, port)]));
}

function listenText(address: string, port: number, protocol: string): string {
	const any = address === '0.0.0.0' || address === '*' || address === '::';
	return `${any ? '' : address}:${port}${protocol === 'udp' ? '/udp' : ''}`;
}

/** Every veth pair once; its first end is the one that is not the node's. */
function cablesOf(
	node: string,
	facts: readonly NetworkNamespaceFact[],
	spaces: readonly Space[],
	host: number,
): Cable[] {
	const plugs = new Map(spaces.flatMap((space) => space.plugs).map((plug) => [plug.id, plug]));
	const cables = new Map<string, Cable>();
	for (const { inode, links } of facts)
		for (const { index, peer } of links) {
			if (!peer) continue;
			const [a, b] = [
				{ netns: inode, index },
				{ netns: peer.netns, index: peer.index },
			].sort(
				(x, y) =>
					Number(x.netns === host) - Number(y.netns === host) ||
					x.netns - y.netns ||
					x.index - y.index,
			);
			if (!a || !b) continue;
			const from = plugs.get(`link/${node}/${a.netns}/${a.index}`);
			const to = plugs.get(`link/${node}/${b.netns}/${b.index}`);
			if (!from || !to) continue;
			const key = `${from.id}=${to.id}`;
			cables.set(key, {
				key,
				from: from.id,
				to: to.id,
				live: from.carrier && to.carrier,
				there: from.sent,
				back: from.received,
			});
		}
	return [...cables.values()];
}

/** Namespaces stand above the bridge that they are plugged into, in the order of its ports. */
function arrange(
	spaces: readonly Space[],
	bridges: readonly BridgeView[],
	cables: readonly Cable[],
): Space[] {
	const ports = bridges.flatMap((bridge) => bridge.ports.map((port) => port.id));
	const place = (space: Space) => {
		const ends = space.plugs.flatMap((plug) => {
			const cable = cables.find((one) => one.from === plug.id || one.to === plug.id);
			const other = cable && (cable.from === plug.id ? cable.to : cable.from);
			const at = other === undefined ? -1 : ports.indexOf(other);
			return at === -1 ? [] : [at];
		});
		return ends.length > 0 ? Math.min(...ends) : ports.length;
	};
	return [...spaces].sort((a, b) => place(a) - place(b) || a.inode - b.inode);
}
