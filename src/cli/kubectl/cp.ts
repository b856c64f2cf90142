import type { Pod } from '../../api/kubernetes.ts';
import { containerFlag } from './common-flags.ts';
import { pathOf } from './discovery.ts';
import { CliError } from './errors.ts';
import { isDirectory } from './manifest.ts';
import { containerFor } from './pod-for.ts';
import type { Session } from './session.ts';
import { runStreams } from './streams.ts';
import type { Verb } from './verb.ts';
import { trimEndOf } from '../../util/trim-end.ts';

export const cp: Verb = {
	name: 'cp',
	usage: '<file-spec-src> <file-spec-dest>',
	short: 'Copy files and directories to and from containers',
	group: 'Troubleshooting and Debugging Commands',
	complete: 'none',
	examples: [
		'kubectl cp /tmp/foo web:/tmp/bar -c nginx',
		'kubectl cp web:/etc/hostname /tmp/hostname',
	],
	flags: [
		containerFlag,
		{ name: 'no-preserve', type: 'bool', value: 'false', usage: 'Do not keep owner and mode.' },
		{ name: 'retries', type: 'int', value: '0', usage: 'Accepted and not used.', hidden: true },
	],
	async run(session) {
		if (session.args.length !== 2) throw new CliError('source and destination are required');
		const [from, to] = session.args.map(parseSpec);
		if (!from || !to) return;
		if (from.pod && to.pod)
			throw new CliError('one of src or dest must be a local file specification');
		if (from.path === '' || to.path === '') throw new CliError('filepath can not be empty');
		if (from.pod) return copyFrom(session, from, to.path);
		if (to.pod) return copyTo(session, from.path, to);
		throw new CliError('one of src or dest must be a remote file specification');
	},
};

interface FileSpec {
	namespace?: string;
	pod?: string;
	path: string;
}

/** `[[namespace/]pod:]path`. After pkg/cmd/cp: extractFileSpec. */
function parseSpec(text: string): FileSpec {
	const colon = text.indexOf(':');
	if (colon < 0) return { path: text };
	if (colon === 0)
		throw new CliError('filespec must match the canonical format: [[namespace/]pod:]file/path');
	const [first = '', second, ...more] = text.slice(0, colon).split('/');
	if (first === '' || first === '.' || first === '..') return { path: text };
	if (more.length > 0)
		throw new CliError('filespec must match the canonical format: [[namespace/]pod:]file/path');
	const path = text.slice(colon + 1);
	return second === undefined ? { pod: first, path } : { namespace: first, pod: second, path };
}

async function remote(
	session: Session,
	spec: FileSpec,
	command: string[],
	streams: { input?: Uint8Array<ArrayBuffer>; onOutput?: (data: Uint8Array<ArrayBuffer>) => void },
): Promise<void> {
	const pods = await session.resource('pods');
	const namespace = spec.namespace ?? session.namespace;
	const pod = await session.rest.get<Pod>(pathOf(pods, namespace, spec.pod));
	const container = await containerFor(session, pod, true);
	const stdin = streams.input !== undefined;
	const connection = await session.rest.upgrade(pathOf(pods, namespace, spec.pod, 'exec'), {
		command,
		container,
		stdin: stdin || undefined,
		stdout: true,
		stderr: true,
	});
	await runStreams(session, connection, { stdin, tty: false, ...streams });
}

/** A directory of the guest's for what is under way; BusyBox's tar can neither rename nor strip a prefix. */
async function scratch(session: Session, work: (folder: string) => Promise<void>): Promise<void> {
	const folder = `/tmp/kubectl-cp-${Math.floor(session.now())}`;
	try {
		await local(session, ['mkdir', '-p', folder]);
		await work(folder);
	} finally {
		await session.io.run(['rm', '-rf', folder]);
	}
}

function split(path: string): [string, string] {
	const clean = trimEndOf(path, '/') || '/';
	const slash = clean.lastIndexOf('/');
	return [slash < 0 ? '.' : clean.slice(0, slash) || '/', clean.slice(slash + 1)];
}

async function local(session: Session, argv: string[]): Promise<void> {
	const code = await session.io.run(argv);
	if (code !== 0) throw new CliError(`${argv[0]} on this node ended with exit code ${code}`);
}

async function copyTo(session: Session, source: string, spec: FileSpec): Promise<void> {
	const stat = await session.io.stat(source).catch(() => undefined);
	if (!stat) throw new CliError(`${source} doesn't exist in local filesystem`);
	const isFolder = await remote(session, spec, ['test', '-d', spec.path], {}).then(
		() => true,
		() => false,
	);
	const [parent, name] = split(source);
	const [remoteParent, remoteName] = isFolder ? [spec.path, name] : split(spec.path);
	const options = session.flags.bool('no-preserve')
		? ['--no-same-permissions', '--no-same-owner']
		: [];
	await scratch(session, async (folder) => {
		const archive = `${folder}.tar`;
		const renamed = name !== remoteName;
		if (renamed) await local(session, ['cp', '-a', source, `${folder}/${remoteName}`]);
		const from = renamed ? folder : parent;
		await local(session, ['tar', 'cf', archive, '-C', from, remoteName]);
		const input = await session.io.readFile(archive);
		await session.io.run(['rm', '-f', archive]);
		await remote(session, spec, ['tar', ...options, '-xmf', '-', '-C', remoteParent], { input });
	});
}

async function copyFrom(session: Session, spec: FileSpec, target: string): Promise<void> {
	const parts: Uint8Array<ArrayBuffer>[] = [];
	// With the whole path, as kubectl does: the container's tar says that it takes its beginning away.
	await remote(session, spec, ['tar', 'cf', '-', spec.path], {
		onOutput: (data) => void parts.push(data),
	});
	await scratch(session, async (folder) => {
		const archive = `${folder}/archive`;
		await session.io.writeFile(archive, new Uint8Array(await new Blob(parts).arrayBuffer()));
		await local(session, ['mkdir', `${folder}/got`]);
		await local(session, ['tar', 'xf', archive, '--no-same-owner', '-C', `${folder}/got`]);
		await local(session, ['rm', archive]);
		const member = spec.path.replace(/^(?:\.{0,2}\/)+/, '').replace(/\/$/, '');
		await place(session, `${folder}/got/${member}`, target);
	});
}

/** A directory's contents go into the target, a file becomes it or goes into it. After pkg/cmd/cp: untarAll. */
async function place(session: Session, got: string, target: string): Promise<void> {
	const { type } = await session.io.stat(got);
	if (!isDirectory(type)) return local(session, ['mv', '-f', got, target]);
	await local(session, ['mkdir', '-p', target]);
	await local(session, ['cp', '-a', `${got}/.`, target]);
}
