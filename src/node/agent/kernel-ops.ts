import type { DirEntry, KernelOp, KernelResult, MountFlag } from '../../api/agent.ts';
import { AttributeWriter, findAttribute, type Attribute } from './attributes.ts';
import { toError } from './connection.ts';
import { attribute as a, linkKind, mountFlag, opCode } from './protocol.ts';

type OpOf<Name extends KernelOp['op']> = Extract<KernelOp, { op: Name }>;

const encoder = new TextEncoder();
/** Larger writes are sent as several, the later ones appending. */
const writeMax = 128 * 1024;
/** An answer's and a request's memory in the guest. */
const batchMax = 512 * 1024;

/** One operation of a request, and which of the caller's it belongs to. */
export interface EncodedOp {
	index: number;
	tag: number;
	body: Uint8Array<ArrayBuffer>;
}

/** The bits of a mount's flags. */
export function mountFlags(flags: MountFlag[] = []): number {
	return flags.reduce((bits, flag) => bits | mountFlag[flag], 0);
}

function bytesOf(data: string | Uint8Array): Uint8Array {
	return typeof data === 'string' ? encoder.encode(data) : data;
}

function encodeWrite(op: OpOf<'write'>): AttributeWriter[] {
	const data = bytesOf(op.data);
	const parts: AttributeWriter[] = [];
	for (let at = 0; at < data.length || at === 0; at += writeMax) {
		const part = new AttributeWriter().text(a.path, op.path).optionalU32(a.mode, op.mode);
		parts.push(
			part
				.u32(a.append, Number(op.append === true || at > 0))
				.bytes(a.data, data.subarray(at, at + writeMax)),
		);
	}
	return parts;
}

function encodeFileOp(op: KernelOp, out: AttributeWriter): boolean {
	switch (op.op) {
		case 'mkdir':
			out.text(a.path, op.path).optionalU32(a.mode, op.mode).optionalU32(a.parents, op.parents);
			return true;
		case 'read':
			out.text(a.path, op.path).optionalU32(a.max, op.max);
			return true;
		case 'list':
		case 'stat':
		case 'netns-add':
		case 'netns-del':
			out.text(a.path, op.path);
			return true;
		case 'symlink':
			out.text(a.path, op.path).text(a.target, op.target);
			return true;
		case 'rename':
			out.text(a.path, op.from).text(a.target, op.to);
			return true;
		case 'remove':
			out.text(a.path, op.path).optionalU32(a.recursive, op.recursive);
			return true;
		default:
			return false;
	}
}

function encodeMountOp(op: KernelOp, out: AttributeWriter): boolean {
	switch (op.op) {
		case 'mount':
			out.text(a.source, op.source).text(a.target, op.target).text(a.fstype, op.fstype);
			out.u32(a.flags, mountFlags(op.flags)).optionalText(a.data, op.data);
			return true;
		case 'umount':
			out.text(a.target, op.target).u32(a.flags, Number(op.lazy ?? false));
			return true;
		case 'kill':
			out.u32(a.pid, op.pid).u32(a.signal, op.signal);
			return true;
		default:
			return false;
	}
}

function encodeLinkAdd(op: OpOf<'link-add'>, out: AttributeWriter): void {
	out.text(a.name, op.name).u32(a.kind, linkKind[op.kind]);
	out.optionalText(a.peerName, op.peer?.name).optionalText(a.peerNetns, op.peer?.netns);
	out.optionalText(a.peerAddress, op.peer?.address).optionalText(a.address, op.address);
	out.optionalU32(a.mtu, op.mtu).optionalText(a.master, op.master);
	out.optionalText(a.lower, op.lower).optionalU32(a.vni, op.vni).optionalU32(a.port, op.port);
	out.optionalU32(a.up, op.up);
}

function encodeNetworkOp(op: KernelOp, out: AttributeWriter): void {
	switch (op.op) {
		case 'link-add':
			return encodeLinkAdd(op, out);
		case 'link-set':
			out.text(a.name, op.name).optionalU32(a.up, op.up).optionalText(a.master, op.master);
			out.optionalText(a.rename, op.rename).optionalText(a.address, op.address);
			out.optionalU32(a.mtu, op.mtu).optionalText(a.to, op.to);
			return;
		case 'link-del':
			out.text(a.name, op.name);
			return;
		case 'addr-add':
		case 'addr-del':
			out.text(a.link, op.link).text(a.cidr, op.cidr);
			return;
		case 'route-add':
		case 'route-del':
			out.text(a.dst, op.dst).optionalText(a.via, op.via).optionalText(a.link, op.link);
			out.optionalU32(a.onlink, op.onlink);
			return;
		case 'neigh-add':
		case 'neigh-del':
		case 'fdb-add':
		case 'fdb-del':
			out.text(a.link, op.link).text(a.address, op.address).text(a.dst, op.dst);
	}
}

function encodeInspectOp(op: KernelOp, out: AttributeWriter): boolean {
	switch (op.op) {
		case 'tree':
			out.text(a.path, op.path);
			for (const name of op.files) out.text(a.name, name);
			return true;
		case 'networks':
			for (const path of op.netns) out.text(a.netns, path);
			return true;
		case 'sheet':
			out.text(a.path, op.path).u32(a.max, op.max);
			return true;
		case 'rule-counters':
			return true;
		default:
			return false;
	}
}

const inspectOps = new Set<KernelOp['op']>(['tree', 'networks', 'sheet', 'rule-counters']);

function encodeOp(op: KernelOp): AttributeWriter[] {
	if (op.op === 'write') return encodeWrite(op);
	const out = new AttributeWriter();
	if (encodeInspectOp(op, out)) return [out];
	if (!encodeFileOp(op, out) && !encodeMountOp(op, out)) encodeNetworkOp(op, out);
	if ('netns' in op && typeof op.netns === 'string') out.optionalText(a.netns, op.netns);
	return [out];
}

/** The operations as the requests they are sent in. */
export function encodeBatch(ops: KernelOp[]): EncodedOp[][] {
	const requests: EncodedOp[][] = [];
	let last: EncodedOp[] = [];
	let size = 0;
	for (const [index, op] of ops.entries())
		for (const part of encodeOp(op)) {
			if (size + part.length > batchMax && last.length) {
				requests.push(last);
				last = [];
				size = 0;
			}
			size += part.length;
			last.push({ index, tag: opCode[op.op], body: part.finish() });
		}
	if (last.length) requests.push(last);
	return requests;
}

/** The payload of one request. */
export function batchPayload(ops: EncodedOp[], keepGoing: boolean): Uint8Array<ArrayBuffer> {
	const out = new AttributeWriter().u32(a.keepGoing, Number(keepGoing));
	for (const op of ops) out.bytes(op.tag, op.body);
	return out.finish();
}

const types: Record<number, DirEntry['type']> = {
	0o100000: 'file',
	0o040000: 'dir',
	0o120000: 'symlink',
	0o020000: 'char',
	0o060000: 'block',
	0o010000: 'fifo',
	0o140000: 'socket',
};
const entryHead = 44;

function readEntry(entry: Attribute): DirEntry {
	const { view } = entry;
	const mode = view.getUint32(0, true);
	return {
		name: new TextDecoder().decode(entry.value.subarray(entryHead)),
		type: types[mode & 0o170000] ?? 'file',
		size: Number(view.getBigUint64(20, true)),
		mode: mode & 0o7777,
		mtime: Number(view.getBigUint64(28, true)),
		uid: view.getUint32(4, true),
		gid: view.getUint32(8, true),
		rdev: view.getUint32(12, true),
		inode: Number(view.getBigUint64(36, true)),
	};
}

/** One operation's result from its answer. */
export function readResult(op: KernelOp, answer: Attribute): KernelResult {
	const list = answer.list;
	if (answer.tag === a.error) {
		const { errno, message } = toError(list, op.op);
		return { ok: false, errno, message };
	}
	const result: KernelResult = { ok: true };
	if (inspectOps.has(op.op)) return { ok: true, data: answer.value.slice() };
	const data = findAttribute(list, a.data);
	if (data) result.data = data.value.slice();
	if (op.op === 'list' || op.op === 'stat')
		result.entries = list.filter((item) => item.tag === a.entry).map(readEntry);
	return result;
}
