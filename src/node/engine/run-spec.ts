import type { MountSpec, ProcessSpec } from '../../api/agent.ts';
import type { Container, ContainerConfig, Image, Mount, PodSandbox } from '../../api/engine.ts';
import { EngineError } from '../../client/engine-error.ts';
import { effectiveCapabilities } from './capabilities.ts';
import { defaultMounts, maskedPaths, readonlyPaths } from './default-mounts.ts';
import { volumeDirectory } from './paths.ts';

/** The PATH of a container whose image sets none. */
export const defaultPath = 'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** Namespace files and directories that the container's process finds when it starts. */
export interface RunPlace {
	netns: string | undefined;
	sandbox: PodSandbox | undefined;
	/** The pod's shared memory. */
	shm: string | undefined;
	/** Files mounted over the image's `/etc`. */
	files: readonly { source: string; target: string }[];
	hostname: string;
	size: { rows: number; columns: number };
	/** The PID namespace it joins; undefined for one of its own. */
	pidns?: string | undefined;
	/** Further groups by number. */
	groups?: number[];
	/** Device files of the node. */
	devices?: MountSpec[];
}

/** The whole command line. After daemon/commit.go and oci_linux.go: an own entrypoint drops the image's cmd. */
export function commandLine(config: ContainerConfig, image: Image): string[] {
	const entrypoint = config.entrypoint ?? image.config.entrypoint;
	const inherited = config.entrypoint === undefined ? image.config.cmd : [];
	const cmd = config.cmd && config.cmd.length > 0 ? config.cmd : inherited;
	const argv = [...entrypoint, ...cmd];
	if (argv.length === 0) throw new EngineError(400, 'no command specified');
	return argv;
}

/** Later assignments win; `NAME` alone takes the variable away. */
export function mergeEnv(...lists: readonly (readonly string[])[]): string[] {
	const merged = new Map<string, string>();
	for (const entry of lists.flat()) {
		const name = entry.split('=', 1)[0] ?? '';
		if (entry.includes('=')) merged.set(name, entry);
		else merged.delete(name);
	}
	return [...merged.values()];
}

/** What the agent is told to start: the container's first process. */
export function processSpec(container: Container, image: Image, place: RunPlace): ProcessSpec {
	const { config } = container;
	return {
		argv: container.argv,
		env: environment(config, image, place.hostname),
		cwd: config.workingDir || image.config.workingDir || '/',
		...namespaces(config, place),
		rootfs: container.overlay.merged,
		mounts: mounts(container, place),
		cgroup: container.cgroup,
		user: config.user || image.config.user || '0',
		...(config.groups?.length ? { groups: config.groups } : {}),
		stdin: config.openStdin ?? false,
		...confinement(config),
		...(config.readonlyRootfs ? { readonlyRootfs: true } : {}),
		...(config.sysctls ? { sysctls: config.sysctls } : {}),
		...(config.ulimits ? { rlimits: config.ulimits } : {}),
		...(place.groups && place.groups.length > 0 ? { groups: place.groups } : {}),
		...(config.init ? { init: true } : {}),
		...(config.tty ? { terminal: place.size } : {}),
	};
}

function environment(config: ContainerConfig, image: Image, hostname: string): string[] {
	const base = [defaultPath];
	if (hostname) base.push(`HOSTNAME=${hostname}`);
	if (config.tty) base.push('TERM=xterm');
	return mergeEnv(base, image.config.env, config.env ?? []);
}

/** What the process may not do or see. */
function confinement(config: ContainerConfig): Partial<ProcessSpec> {
	return {
		...(config.privileged
			? {}
			: {
					capabilities: effectiveCapabilities(config.capAdd, config.capDrop),
					maskedPaths,
					readonlyPaths,
				}),
		...(config.noNewPrivileges ? { noNewPrivileges: true } : {}),
		...(config.oomScoreAdj === undefined ? {} : { oomScoreAdj: config.oomScoreAdj }),
	};
}

function namespaces(
	config: ContainerConfig,
	{ sandbox, netns, hostname, pidns }: RunPlace,
): Pick<ProcessSpec, 'unshare' | 'join' | 'hostname'> {
	const join = { ...(netns ? { net: netns } : {}), ...(pidns ? { pid: pidns } : {}) };
	if (!sandbox)
		return {
			unshare: ['mnt', ...(config.pid ? [] : ['pid' as const]), 'ipc', 'uts', 'cgroup'],
			...(netns || pidns ? { join } : {}),
			hostname,
		};
	const of = (kind: string) => `/proc/${sandbox.pid}/ns/${kind}`;
	const shared = {
		ipc: of('ipc'),
		...(netns ? { net: netns, uts: of('uts') } : {}),
	};
	if (config.sharePid) return { unshare: ['mnt', 'cgroup'], join: { ...shared, pid: of('pid') } };
	return { unshare: ['mnt', 'pid', 'cgroup'], join: shared };
}

function mounts(container: Container, place: RunPlace): MountSpec[] {
	const privileged = container.config.privileged ?? false;
	const own = container.mounts.map(mountSpec);
	const taken = new Set(own.map((mount) => mount.target));
	const files = place.files.filter((file) => !taken.has(file.target));
	const shm = place.shm ?? container.config.shmSize;
	const base = defaultMounts({ privileged, ...(shm ? { shm } : {}) });
	return [
		...base.filter((mount) => !taken.has(mount.target)),
		...(place.devices ?? []).filter((device) => !taken.has(device.target)),
		...files.map(({ source, target }): MountSpec => bind(source, target, false)),
		...own.sort((a, b) => depth(a.target) - depth(b.target)),
	];
}

function depth(path: string): number {
	return path.split('/').filter(Boolean).length;
}

function mountSpec(mount: Mount): MountSpec {
	if (mount.type === 'tmpfs') {
		const flags: MountSpec['flags'] = ['nosuid', 'nodev', 'noexec'];
		if (mount.readonly) flags.push('ro');
		const data = mount.source || 'mode=1777';
		return { target: mount.target, source: 'tmpfs', fstype: 'tmpfs', flags, data };
	}
	const source = mount.type === 'volume' ? volumeDirectory(mount.source) : mount.source;
	return bind(source, mount.target, mount.readonly);
}

function bind(source: string, target: string, readonly: boolean): MountSpec {
	const flags: MountSpec['flags'] = ['rbind', 'rprivate'];
	if (readonly) flags.push('ro');
	return { source, target, fstype: 'none', flags };
}
