import type { Agent, KernelOp, KernelResult } from '../../api/agent.ts';
import type { Volume } from '../../api/kubernetes.ts';
import { own } from '../../util/own.ts';
import { VolumeError } from './volume-payload.ts';
import { trimEndOf } from '../../util/trim-end.ts';

const expected: Record<string, string> = {
	Directory: 'dir',
	DirectoryOrCreate: 'dir',
	File: 'file',
	FileOrCreate: 'file',
	Socket: 'socket',
	CharDevice: 'char',
	BlockDevice: 'block',
};

const nouns: Record<string, string> = {
	dir: 'directory',
	file: 'file',
	socket: 'socket',
	char: 'character device',
	block: 'block device',
};

function missing(volume: Volume, path: string, type: string): KernelOp[] {
	if (type === 'FileOrCreate') return [{ op: 'write', path, data: '', mode: 0o644 }];
	if (type === '' || type === 'DirectoryOrCreate')
		return [{ op: 'mkdir', path, mode: 0o755, parents: true }];
	throw new VolumeError(
		volume.name,
		`hostPath type check failed: ${path} is not a ${own(nouns, own(expected, type) ?? '') ?? type}`,
	);
}

function typeOf(result: KernelResult | undefined): string | undefined {
	return result?.ok ? result.entries?.[0]?.type : undefined;
}

/** Looks at a hostPath and makes it where its type asks for that. After pkg/volume/hostpath/host_path.go: checkType */
export async function checkHostPath(
	agent: Agent,
	volume: Volume,
): Promise<{ ops: KernelOp[]; volume: string }[]> {
	const { path = '', type = '' } = volume.hostPath ?? {};
	// The slash makes a link to a directory count as the directory.
	const [direct, followed] = await agent.batch(
		[
			{ op: 'stat', path },
			{ op: 'stat', path: `${trimEndOf(path, '/')}/.` },
		],
		{ keepGoing: true },
	);
	const found = followed?.ok ? 'dir' : typeOf(direct);
	if (found === undefined) return [{ ops: missing(volume, path, type), volume: volume.name }];
	const wanted = own(expected, type);
	if (wanted === undefined || wanted === found) return [];
	throw new VolumeError(
		volume.name,
		`hostPath type check failed: ${path} is not a ${own(nouns, wanted) ?? wanted}`,
	);
}
