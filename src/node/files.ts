import type { Agent } from '../api/agent.ts';
import { maxFileBytes, type TakenFile } from '../api/node.ts';
import { runOps } from './engine/kernel.ts';

const environment = ['PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'];

/** Lays a file into the guest, with the directories above it, or goes on with one; no program of the guest runs for that. */
export async function putFile(
	agent: Agent,
	path: string,
	content: string | Uint8Array,
	append = false,
): Promise<void> {
	await runOps(agent, [
		{ op: 'mkdir', path: folderOf(path), parents: true },
		{ op: 'write', path, data: content, mode: 0o644, append },
	]);
}

/**
 * Sends a file to `port` as it is read, a folder as a tar archive of it. Rejects with what `cat` and `tar` say, and when
 * there is more than {@link maxFileBytes}.
 */
export async function takeFile(agent: Agent, path: string, port: MessagePort): Promise<TakenFile> {
	const [name] = path.split('/').slice(-1);
	const folder = folderOf(path);
	const [there] = await agent.batch([{ op: 'list', path: folder }]);
	const entry = there?.ok ? there.entries?.find((one) => one.name === name) : undefined;
	if (!entry || name === undefined) throw new Error(`${path}: No such file or directory`);
	const isFolder = entry.type === 'dir';
	const child = await agent.spawn({
		argv: isFolder ? ['tar', '-C', folder, '-cf', '-', name] : ['cat', path],
		env: environment,
		cwd: '/',
		hidden: true,
	});
	let bytes = 0;
	let said = '';
	child.onOutput((stream, data) => {
		if (stream === 'stderr') said += new TextDecoder().decode(data);
		bytes += stream === 'stdout' ? data.byteLength : 0;
		if (stream === 'stdout' && bytes <= maxFileBytes) port.postMessage(data, [data.buffer]);
	});
	const { code } = await child.exited;
	if (bytes > maxFileBytes)
		throw new Error(`${path}: more than ${maxFileBytes / 1_048_576} MB cannot be taken at once`);
	if (code !== 0) throw new Error(said.trim() || `${path}: exit status ${code}`);
	return { name: isFolder ? `${name}.tar` : name, bytes };
}

const folderOf = (path: string): string => path.slice(0, Math.max(1, path.lastIndexOf('/')));
