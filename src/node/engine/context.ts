import type { Agent } from '../../api/agent.ts';
import type { Clock } from '../../util/clock.ts';
import type { Rng } from '../../util/rng.ts';
import type { Cni } from '../cni/cni.ts';
import { parentOps, parseControllers, type CgroupSupport } from './cgroup.ts';
import { initLayerOps } from './container-files.ts';
import type { ContainerStore } from './container-store.ts';
import type { EventBus } from './events.ts';
import type { ImageStore } from './image-store.ts';
import { runOps, textOf, tryOps } from './kernel.ts';
import type { LayerShare } from './layer-store.ts';
import type { LayerTable } from './layer-table.ts';
import { dockerRoot } from './paths.ts';
import type { VolumeStore } from './volumes.ts';

/** What the node is, as read from it when the engine starts. */
export interface NodeFactsRead {
	name: string;
	kernel: string;
	memoryBytes: number;
	operatingSystem: string;
	backingFilesystem: string;
	resolvConf: string;
	cgroups: CgroupSupport;
}

/** What the engine's parts share. */
export interface EngineContext {
	readonly agent: Agent;
	readonly clock: Clock;
	readonly rng: Rng;
	readonly cni: Cni;
	readonly containers: ContainerStore;
	readonly images: ImageStore;
	readonly layers: LayerTable;
	readonly volumes: VolumeStore;
	readonly events: EventBus;
	readonly node: NodeFactsRead;
}

/** Namespace files of plain containers, as libnetwork keeps them. */
export const netnsDirectory = '/run/docker/netns';
/** Namespace files of pods, where `ip netns` looks. */
export const podNetnsDirectory = '/run/netns';

/** Mounts the share of layers, makes docker's directories, and reads what the node is. */
export async function prepareNode(
	agent: Agent,
	name: string,
	share: LayerShare,
): Promise<NodeFactsRead> {
	const hello = agent.hello();
	const reads = ['/etc/os-release', '/proc/mounts', '/etc/resolv.conf', '/proc/swaps'];
	reads.push('/sys/fs/cgroup/cgroup.controllers');
	const results = await tryOps(
		agent,
		reads.map((path) => ({ op: 'read', path })),
	);
	const [release = '', mounts = '', resolvConf = '', swaps = '', controllers = ''] =
		results.map(textOf);
	const cgroups: CgroupSupport = {
		controllers: parseControllers(controllers),
		swap: swaps.trim().split('\n').length > 1,
	};
	await placeDirectories(agent, share, mounts, cgroups);
	const { kernel, memoryBytes } = await hello;
	return {
		name,
		kernel,
		memoryBytes,
		operatingSystem: /^PRETTY_NAME="?([^"\n]*)/m.exec(release)?.[1] ?? 'Linux',
		backingFilesystem: rootFilesystem(mounts),
		resolvConf,
		cgroups,
	};
}

async function placeDirectories(
	agent: Agent,
	share: LayerShare,
	mounts: string,
	cgroups: CgroupSupport,
): Promise<void> {
	const directories = [
		...['overlay2', 'containers', 'volumes'].map((name) => `${dockerRoot}/${name}`),
		netnsDirectory,
		podNetnsDirectory,
		share.path,
	];
	// What is there from an earlier start of the engine stays.
	const initLayer = tryOps(agent, initLayerOps());
	const isMounted = mounts.split('\n').some((line) => line.split(' ')[1] === share.path);
	await runOps(agent, [
		...directories.map((path) => ({ op: 'mkdir', path, parents: true }) as const),
		...(isMounted
			? []
			: [
					{
						op: 'mount',
						source: share.tag,
						target: share.path,
						fstype: '9p',
						data: share.data,
					} as const,
				]),
		...parentOps('docker/any', cgroups),
	]);
	await initLayer;
}

function rootFilesystem(mounts: string): string {
	const roots = mounts.split('\n').filter((line) => line.split(' ')[1] === '/');
	return roots.at(-1)?.split(' ')[2] ?? 'tmpfs';
}
