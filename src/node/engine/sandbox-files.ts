import type { KernelOp } from '../../api/agent.ts';
import type { PodSandboxConfig } from '../../api/engine.ts';
import { containerFileOps, hostsFile, podHostsFile, resolvFile } from './container-files.ts';

/** Shared memory of all containers of a pod, where containerd keeps it. */
export function sandboxShm(id: string): string {
	return `/run/containerd/io.containerd.grpc.v1.cri/sandboxes/${id}/shm`;
}

/** The pod's files and its shared memory. */
export function sandboxFileOps(
	id: string,
	config: PodSandboxConfig,
	ip: string,
	nodeResolv: string,
): KernelOp[] {
	const { hostname } = config;
	const dns = config.dns.nameservers.length > 0 ? config.dns : undefined;
	const target = sandboxShm(id);
	return [
		...containerFileOps(id, {
			hostname,
			hosts: config.hosts ? podHostsFile(config.hosts, ip) : hostsFile({ ip, hostname, extra: [] }),
			resolv: resolvFile(dns, nodeResolv),
		}),
		{ op: 'mkdir', path: target, parents: true },
		{
			op: 'mount',
			source: 'shm',
			target,
			fstype: 'tmpfs',
			flags: ['nosuid', 'noexec', 'nodev'],
			data: 'mode=1777,size=65536k',
		},
	];
}

/** Takes the shared memory away. */
export function sandboxRemovalOps(id: string): KernelOp[] {
	const shm = sandboxShm(id);
	return [
		{ op: 'umount', target: shm, lazy: true },
		{ op: 'remove', path: shm.slice(0, shm.lastIndexOf('/')), recursive: true },
	];
}
