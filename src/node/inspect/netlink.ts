import type { LinkFact, ListenFact, RouteFact } from '../../api/inspect.ts';

/** Message types of rtnetlink and the length of the fixed part before their attributes. */
const newLink = 16;
const newAddress = 20;
const newRoute = 24;
const fixed: Record<number, number> = {
	[newLink]: 16,
	[newAddress]: 8,
	[newRoute]: 12,
};
/** The same of sock_diag. */
const sockets: Record<number, number> = { 20: 72 };
const header = 16;

const ifla = {
	address: 1,
	name: 3,
	mtu: 4,
	link: 5,
	master: 10,
	info: 18,
	stats64: 23,
	carrier: 33,
	netnsId: 37,
};
const infoKind = 1;
const ifa = { address: 1, local: 2 };
const rta = { dst: 1, outLink: 4, gateway: 5 };
const flagUp = 1;
const loopbackType = 772;
const mainTable = 254;
const unicast = 1;

const protocols: Record<number, string> = {
	0: 'unspec',
	1: 'redirect',
	2: 'kernel',
	3: 'boot',
	4: 'static',
	9: 'ra',
	16: 'dhcp',
};
const scopes: Record<number, string> = {
	0: 'global',
	200: 'site',
	253: 'link',
	254: 'host',
	255: 'nowhere',
};

/** A link before it is known which namespace its peer is in. */
export interface NetlinkLink extends Omit<LinkFact, 'peer' | 'addresses'> {
	/** The other end of a veth pair; `nsid` is how this namespace numbers the other's, undefined for its own. */
	other?: { index: number; nsid: number | undefined };
}

export interface NetlinkFacts {
	links: NetlinkLink[];
	/** CIDRs by the index of their link. */
	addresses: Map<number, string[]>;
	/** Of the main table. */
	routes: RouteFact[];
}

type Attributes = Map<number, DataView>;

interface Message {
	type: number;
	body: DataView;
	attributes: Attributes;
}

/** What dumps of links, addresses and routes say, as the kernel sent them. */
export function readNetlink(bytes: Uint8Array): NetlinkFacts {
	const messages = readMessages(viewOf(bytes), fixed);
	const of = (type: number) => messages.filter((message) => message.type === type);
	const links = of(newLink)
		.map(readLink)
		.sort((one, other) => one.index - other.index);
	const addresses = new Map<number, string[]>();
	for (const message of of(newAddress)) {
		const index = message.body.getUint32(4, true);
		const list = addresses.get(index) ?? [];
		addresses.set(index, [...list, readAddress(message)]);
	}
	const names = new Map(links.map(({ index, name }) => [index, name]));
	return { links, addresses, routes: of(newRoute).flatMap((message) => readRoute(message, names)) };
}

/** States of a socket that waits for somebody: TCP's `LISTEN`, UDP's without a peer. */
const waits: Record<number, ListenFact['protocol']> = { 10: 'tcp', 7: 'udp' };

/** The sockets of a sock_diag dump that wait for somebody. */
export function readListens(bytes: Uint8Array): ListenFact[] {
	return readMessages(viewOf(bytes), sockets).flatMap(({ body }) => {
		const protocol = waits[body.getUint8(1)];
		if (!protocol) return [];
		return [{ protocol, address: ipv4(slice(body, 8, 4)), port: body.getUint16(4) }];
	});
}

function viewOf(bytes: Uint8Array): DataView {
	return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** A damaged end is left out. */
function readMessages(view: DataView, sizes: Record<number, number>): Message[] {
	const messages: Message[] = [];
	for (let at = 0; at + header <= view.byteLength;) {
		const length = view.getUint32(at, true);
		const type = view.getUint16(at + 4, true);
		if (length < header || at + length > view.byteLength) break;
		const size = sizes[type];
		if (size !== undefined && length >= header + size) {
			const body = slice(view, at + header, size);
			const attributes = readAttributes(slice(view, at + header + size, length - header - size));
			messages.push({ type, body, attributes });
		}
		at += align(length);
	}
	return messages;
}

function readAttributes(view: DataView): Attributes {
	const attributes: Attributes = new Map();
	for (let at = 0; at + 4 <= view.byteLength;) {
		const length = view.getUint16(at, true);
		if (length < 4 || at + length > view.byteLength) break;
		// The two high bits are flags: nested, network byte order.
		attributes.set(view.getUint16(at + 2, true) & 0x3fff, slice(view, at + 4, length - 4));
		at += align(length);
	}
	return attributes;
}

function slice(view: DataView, at: number, length: number): DataView {
	return new DataView(view.buffer, view.byteOffset + at, length);
}

function align(length: number): number {
	return (length + 3) & ~3;
}

function readLink({ body, attributes }: Message): NetlinkLink {
	const mac = attributes.get(ifla.address);
	const stats = attributes.get(ifla.stats64);
	const count = (at: number) => (stats ? Number(stats.getBigUint64(8 * at, true)) : 0);
	const kind = kindOf(body.getUint16(2, true), attributes.get(ifla.info));
	const master = number(attributes, ifla.master);
	const other = number(attributes, ifla.link);
	return {
		index: body.getInt32(4, true),
		name: text(attributes.get(ifla.name)),
		kind,
		up: (body.getUint32(8, true) & flagUp) !== 0,
		carrier: attributes.get(ifla.carrier)?.getUint8(0) === 1,
		mtu: number(attributes, ifla.mtu) ?? 0,
		mac: mac ? [...bytesOf(mac)].map((byte) => byte.toString(16).padStart(2, '0')).join(':') : '',
		...(master ? { master } : {}),
		...(kind === 'veth' && other
			? { other: { index: other, nsid: number(attributes, ifla.netnsId) } }
			: {}),
		rxPackets: count(0),
		txPackets: count(1),
		rxBytes: count(2),
		txBytes: count(3),
	};
}

/** A device without a kind of its own is the loopback or a card. */
function kindOf(hardware: number, info: DataView | undefined): string {
	const kind = info && text(readAttributes(info).get(infoKind));
	return kind || (hardware === loopbackType ? 'loopback' : 'ether');
}

function readAddress({ body, attributes }: Message): string {
	const address = attributes.get(ifa.local) ?? attributes.get(ifa.address);
	return `${address ? ipv4(address) : ''}/${body.getUint8(1)}`;
}

function readRoute({ body, attributes }: Message, names: Map<number, string>): RouteFact[] {
	const [table, protocol, scope, type] = [4, 5, 6, 7].map((at) => body.getUint8(at));
	if (table !== mainTable || type !== unicast) return [];
	const dst = attributes.get(rta.dst);
	const gateway = attributes.get(rta.gateway);
	const dev = names.get(number(attributes, rta.outLink) ?? 0) ?? '';
	return [
		{
			dst: dst ? `${ipv4(dst)}/${body.getUint8(1)}` : 'default',
			...(gateway ? { via: ipv4(gateway) } : {}),
			dev,
			protocol: protocols[protocol ?? 0] ?? String(protocol),
			scope: scopes[scope ?? 0] ?? String(scope),
		},
	];
}

function number(attributes: Attributes, type: number): number | undefined {
	const view = attributes.get(type);
	return view && view.byteLength >= 4 ? view.getInt32(0, true) : undefined;
}

function text(view: DataView | undefined): string {
	return view ? new TextDecoder().decode(bytesOf(view)).replace(/\0[^]*$/, '') : '';
}

function ipv4(view: DataView): string {
	return bytesOf(view).join('.');
}

function bytesOf(view: DataView): Uint8Array {
	return new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
}
