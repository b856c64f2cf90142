import type { KernelOp } from '../../api/agent.ts';
import type { ContainerConfig, PodSandboxConfig } from '../../api/engine.ts';
import { containerDirectory, initLayer, overlayDirectory } from './paths.ts';

export type Dns = NonNullable<ContainerConfig['dns']>;

const ownFiles = ['hostname', 'hosts', 'resolv.conf'] as const;

/** `/etc/hosts` of a container: the loopback names, what was added, and itself. */
export function hostsFile(options: {
	ip: string;
	hostname: string;
	extra: readonly string[];
}): string {
	const lines = [
		'127.0.0.1\tlocalhost',
		'::1\tlocalhost ip6-localhost ip6-loopback',
		'fe00::\tip6-localnet',
		'ff00::\tip6-mcastprefix',
		'ff02::1\tip6-allnodes',
		'ff02::2\tip6-allrouters',
		...options.extra,
	];
	if (options.ip) lines.push(`${options.ip}\t${options.hostname}`);
	return `${lines.join('\n')}\n`;
}

/** `/etc/hosts` of a pod: what the kubelet wants it to say, with the address that is known by now. */
export function podHostsFile(
	{ head, names, tail }: NonNullable<PodSandboxConfig['hosts']>,
	ip: string,
): string {
	return `${head}${names && ip ? `${ip}\t${names}\n` : ''}${tail}`;
}

/** `/etc/resolv.conf`: what was asked for, or the node's own without its loopback servers. */
export function resolvFile(dns: Dns | undefined, nodeFile: string): string {
	const usable = nodeFile.split('\n').filter((line) => !/^nameserver\s+(127\.|::1)/.test(line));
	if (!dns) return usable.join('\n');
	const ofNode = (kind: string) => usable.filter((line) => line.startsWith(`${kind} `));
	const { nameservers, searches, options } = dns;
	// `--dns-search .` asks for none.
	const search = searches.filter((domain) => domain !== '.');
	const lines = [
		...(searches.length === 0 ? ofNode('search') : []),
		...(search.length > 0 ? [`search ${search.join(' ')}`] : []),
		...(nameservers.length === 0
			? ofNode('nameserver')
			: nameservers.map((server) => `nameserver ${server}`)),
		...(options.length > 0 ? [`options ${options.join(' ')}`] : ofNode('options')),
	];
	return `${lines.join('\n')}\n`;
}

/** Writes the three files that are mounted over the image's. */
export function containerFileOps(
	id: string,
	content: { hostname: string; hosts: string; resolv: string },
): KernelOp[] {
	const directory = containerDirectory(id);
	return [
		{ op: 'mkdir', path: directory, parents: true, mode: 0o710 },
		{ op: 'write', path: `${directory}/hostname`, data: `${content.hostname}\n`, mode: 0o644 },
		{ op: 'write', path: `${directory}/hosts`, data: content.hosts, mode: 0o644 },
		{ op: 'write', path: `${directory}/resolv.conf`, data: content.resolv, mode: 0o644 },
	];
}

/** Where the files are mounted, by their path in the container. */
export function containerFileMounts(id: string): { source: string; target: string }[] {
	return ownFiles.map((name) => {
		return { source: `${containerDirectory(id)}/${name}`, target: `/etc/${name}` };
	});
}

/** The directories of a container's file system. */
export function overlayOps(id: string): KernelOp[] {
	return ['diff', 'work', 'merged'].map((name) => dir(`${overlayDirectory(id)}/${name}`));
}

/**
 * The layer between image and container: its files are what else is mounted over.
 * Unlike Docker: one for all containers instead of a copy for each, for it is never written to.
 */
export function initLayerOps(): KernelOp[] {
	const dirs = ['dev/pts', 'dev/shm', 'etc', 'proc', 'sys'];
	const files = ['.dockerenv', 'dev/console', ...ownFiles.map((name) => `etc/${name}`)];
	return [
		...dirs.map((name) => dir(`${initLayer}/${name}`)),
		...files.map((name): KernelOp => ({
			op: 'write',
			path: `${initLayer}/${name}`,
			data: '',
			mode: 0o755,
		})),
		{ op: 'symlink', target: '/proc/mounts', path: `${initLayer}/etc/mtab` },
	];
}

function dir(path: string): KernelOp {
	return { op: 'mkdir', path, parents: true };
}

/** Takes away all that `overlayOps` and `containerFileOps` made. */
export function removalOps(id: string): KernelOp[] {
	return [overlayDirectory(id), containerDirectory(id)].map((path) => {
		return { op: 'remove', path, recursive: true };
	});
}
