import { expect, it } from 'vitest';
import type { Agent, KernelOp } from '../../api/agent.ts';
import { AttributeWriter } from '../agent/attributes.ts';
import { attribute } from '../agent/protocol.ts';
import { LayerReader } from './layers.ts';
import { parseMountInfo } from './mounts.ts';

const own = [
	'13 1 0:12 / / rw - tmpfs tmpfs rw',
	'30 13 0:30 /a /docker/a/diff rw - 9p host9p rw',
	'40 13 0:40 / /docker/c/merged rw - overlay overlay rw,lowerdir=/docker/a/diff:/srv/low,upperdir=/docker/c/diff,workdir=/w',
].join('\n');

it('reads a layer of an image once, and every other directory each time', async () => {
	const asked: string[] = [];
	const batch = async (ops: KernelOp[]) => {
		for (const op of ops) if (op.op === 'sheet') asked.push(op.path);
		const entry = new Uint8Array(12 + 4);
		entry.set(new TextEncoder().encode('file'), 12);
		const data = new AttributeWriter()
			.bytes(attribute.entry, entry)
			.u32(attribute.count, 0)
			.finish();
		return ops.map(() => ({ ok: true as const, data }));
	};
	const reader = new LayerReader({ batch } as unknown as Agent);
	const namespaces = [{ inode: 1, pid: 1, mounts: parseMountInfo(own) }];
	const first = await reader.read(namespaces);
	expect(first[0]?.sheets.map(({ dir, role }) => `${role} ${dir}`)).toEqual([
		'upper /docker/c/diff',
		'lower /docker/a/diff',
		'lower /srv/low',
	]);
	expect(asked.splice(0)).toEqual(['/docker/c/diff', '/docker/a/diff', '/srv/low']);
	expect(await reader.read(namespaces)).toEqual(first);
	expect(asked).toEqual(['/docker/c/diff', '/srv/low']);
});
