import type { KernelOp } from '../../api/agent.ts';
import type { Payload } from './volume-payload.ts';

/** What a volume held after it was last written. */
export interface Written {
	payload: Payload;
	/** Name of the directory `..data` points to. */
	directory: string;
}

/** `..2026_01_31_09_05_59.000000001`: the stamp of one write. */
export function stampDirectory(nowMs: number, serial: number): string {
	const stamp = new Date(nowMs).toISOString().slice(0, 19).replace(/[-:T]/g, '_');
	const nanos = (Math.floor(nowMs) % 1000) * 1_000_000 + (serial % 1_000_000);
	return `..${stamp}.${String(nanos).padStart(9, '0')}`;
}

export function samePayload(a: Payload, b: Payload): boolean {
	if (a.size !== b.size) return false;
	for (const [path, file] of a) {
		const other = b.get(path);
		if (!other || other.mode !== file.mode || other.data.length !== file.data.length) return false;
		if (!file.data.every((byte, index) => byte === other.data[index])) return false;
	}
	return true;
}

function topNames(payload: Payload): Set<string> {
	return new Set([...payload.keys()].map((path) => path.split('/')[0] ?? path));
}

/**
 * Operations that bring a directory to a payload so that a reader sees either all old files or all new ones:
 * a new stamped directory, the rename of `..data`, then links for new names. After pkg/volume/util/atomic_writer.go
 */
export function atomicWrite(
	root: string,
	payload: Payload,
	directory: string,
	before: Written | undefined,
): KernelOp[] {
	const target = `${root}/${directory}`;
	const ops: KernelOp[] = [{ op: 'mkdir', path: target, mode: 0o755, parents: true }];
	const folders = new Set<string>();
	for (const path of payload.keys()) {
		const parts = path.split('/').slice(0, -1);
		parts.forEach((_part, index) => folders.add(parts.slice(0, index + 1).join('/')));
	}
	for (const folder of [...folders].sort())
		ops.push({ op: 'mkdir', path: `${target}/${folder}`, mode: 0o755 });
	for (const [path, { data, mode }] of payload)
		ops.push({ op: 'write', path: `${target}/${path}`, data, mode });
	ops.push(
		{ op: 'symlink', target: directory, path: `${root}/..data_tmp` },
		{ op: 'rename', from: `${root}/..data_tmp`, to: `${root}/..data` },
	);
	const old = before ? topNames(before.payload) : new Set<string>();
	const now = topNames(payload);
	for (const name of now)
		if (!old.has(name))
			ops.push({ op: 'symlink', target: `..data/${name}`, path: `${root}/${name}` });
	for (const name of old) if (!now.has(name)) ops.push({ op: 'remove', path: `${root}/${name}` });
	if (before) ops.push({ op: 'remove', path: `${root}/${before.directory}`, recursive: true });
	return ops;
}
