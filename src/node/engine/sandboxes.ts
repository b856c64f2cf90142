import type { GuestProcess, KernelOp, ProcessSpec } from '../../api/agent.ts';
import type { Image, PodSandbox, PodSandboxConfig } from '../../api/engine.ts';
import { EngineError } from '../../client/engine-error.ts';
import type { NetworkEndpoint } from '../cni/cni.ts';
import { cgroupOps, cgroupRemovalOps, removeOnceFree } from './cgroup.ts';
import { overlayOps, removalOps } from './container-files.ts';
import { podNetnsDirectory, type EngineContext } from './context.ts';
import { defaultMounts, maskedPaths, readonlyPaths } from './default-mounts.ts';
import { chainIds } from './image-config.ts';
import { inTurn, runOps, tryOps } from './kernel.ts';
import { mendDirectories } from './mend-directories.ts';
import { randomId } from './names.ts';
import { initLayer, overlayDirectory } from './paths.ts';
import { sandboxFileOps, sandboxRemovalOps, sandboxShm } from './sandbox-files.ts';
import { startFailure } from './start-error.ts';
import { trimSlashes } from '../../util/trim-end.ts';

interface SandboxRecord {
	info: PodSandbox;
	process: GuestProcess;
	endpoint: NetworkEndpoint | undefined;
	cgroup: string;
	image: Image;
}

/** The image whose only process holds a pod's namespaces. */
export const pauseImage = 'registry.k8s.io/pause:3.9';

/** Pod sandboxes: a network namespace made by CNI, and the pause process that joins and holds it. */
export class Sandboxes {
	readonly #context: EngineContext;
	readonly #records = new Map<string, SandboxRecord>();

	constructor(context: EngineContext) {
		this.#context = context;
	}
	list(): PodSandbox[] {
		return [...this.#records.values()].map((record) => ({ ...record.info })).reverse();
	}
	get(id: string): PodSandbox {
		const record = this.#records.get(id);
		if (!record)
			throw new EngineError(404, `an error occurred when try to find sandbox "${id}": not found`);
		return record.info;
	}
	/** After containerd internal/cri/server/sandbox_run.go: RunPodSandbox. */
	async run(config: PodSandboxConfig, image: Image): Promise<PodSandbox> {
		const { agent, cni, clock, events, layers } = this.#context;
		const id = randomId(this.#context.rng);
		const netns = config.hostNetwork
			? '/proc/1/ns/net'
			: `${podNetnsDirectory}/cni-${id.slice(0, 8)}-${id.slice(8, 12)}-${id.slice(12, 16)}`;
		const endpoint = config.hostNetwork ? undefined : cni.reserve('pods', netns);
		const info: PodSandbox = {
			id,
			config,
			state: 'ready',
			created: clock.now(),
			ip: endpoint?.ip ?? '',
			pid: 0,
			netns,
			veth: endpoint?.veth ?? '',
		};
		layers.hold(chainIds(image));
		const cgroup = `${trimSlashes(config.cgroupParent)}/${id}`;
		try {
			const ready = runOps(agent, this.#startOps(info, image, endpoint, cgroup));
			if (endpoint && config.portMappings.length > 0) {
				await ready;
				await cni.publish(id, endpoint, config.portMappings);
			}
			const process = await inTurn(ready, agent.spawn(pauseSpec(info, image, cgroup)));
			info.pid = process.pid;
			const record = { info, process, endpoint, cgroup, image };
			this.#records.set(id, record);
			const lost = () => this.#lost(record);
			void process.exited.then(lost, lost);
		} catch (error) {
			// Who asked for it will ask again.
			await mendDirectories(agent, error).catch(() => undefined);
			await this.#takeDown(info, endpoint, cgroup);
			await layers.release(chainIds(image));
			throw error instanceof EngineError ? error : startFailure(error);
		}
		events.sandbox('start', id);
		return { ...info };
	}
	#startOps(
		info: PodSandbox,
		image: Image,
		endpoint: NetworkEndpoint | undefined,
		cgroup: string,
	): KernelOp[] {
		const { cni, node } = this.#context;
		const own = overlayDirectory(info.id);
		const lower = image.layers.map((layer) => layer.directory).reverse();
		lower.unshift(initLayer);
		const data = `lowerdir=${lower.join(':')},upperdir=${own}/diff,workdir=${own}/work`;
		return [
			...overlayOps(info.id),
			{ op: 'mount', source: 'overlay', target: `${own}/merged`, fstype: 'overlay', data },
			...(endpoint ? [{ op: 'netns-add', path: endpoint.netns } as const] : []),
			...(endpoint ? cni.connectOps(endpoint) : []),
			...sandboxFileOps(info.id, info.config, info.ip, node.resolvConf),
			...cgroupOps(cgroup, {}, node.cgroups),
		];
	}
	#lost(record: SandboxRecord): void {
		if (record.info.state !== 'ready') return;
		record.info.state = 'notready';
		this.#context.events.sandbox('stop', record.info.id);
	}
	/** Its containers are stopped already. */
	async stop(id: string): Promise<void> {
		const record = this.#records.get(id);
		if (!record || record.info.pid === 0) return;
		const { info, endpoint, cgroup, process } = record;
		const { agent, events } = this.#context;
		const wasReady = info.state === 'ready';
		info.state = 'notready';
		await tryOps(agent, [{ op: 'kill', pid: info.pid, signal: 9 }]);
		await process.exited.catch(() => undefined);
		info.pid = 0;
		await this.#takeDown(info, endpoint, cgroup);
		if (wasReady) events.sandbox('stop', id);
	}
	async #takeDown(
		info: PodSandbox,
		endpoint: NetworkEndpoint | undefined,
		cgroup: string,
	): Promise<void> {
		const { agent, cni } = this.#context;
		const results = await tryOps(agent, [
			{ op: 'umount', target: `${overlayDirectory(info.id)}/merged`, lazy: true },
			...sandboxRemovalOps(info.id),
			...(endpoint ? cni.disconnectOps(endpoint) : []),
			...(endpoint ? [{ op: 'netns-del', path: endpoint.netns } as const] : []),
			...cgroupRemovalOps(cgroup),
		]);
		removeOnceFree(this.#context, cgroup, results.at(-1));
		if (!endpoint) return;
		await cni.unpublish(info.id);
		cni.release(endpoint);
	}
	async remove(id: string): Promise<void> {
		const record = this.#records.get(id);
		if (!record) return;
		await this.stop(id);
		await tryOps(this.#context.agent, removalOps(id));
		if (this.#records.delete(id)) await this.#context.layers.release(chainIds(record.image));
		this.#context.events.sandbox('remove', id);
	}
	snapshot(): PodSandbox[] {
		return structuredClone(this.list());
	}
}

function pauseSpec(info: PodSandbox, image: Image, cgroup: string): ProcessSpec {
	const { config } = info;
	return {
		argv: [...image.config.entrypoint, ...image.config.cmd],
		env: image.config.env,
		cwd: image.config.workingDir || '/',
		unshare: config.hostNetwork
			? ['mnt', 'pid', 'ipc', 'cgroup']
			: ['mnt', 'pid', 'ipc', 'uts', 'cgroup'],
		...(config.hostNetwork ? {} : { join: { net: info.netns }, hostname: config.hostname }),
		rootfs: `${overlayDirectory(info.id)}/merged`,
		readonlyRootfs: true,
		mounts: defaultMounts({ privileged: false, shm: sandboxShm(info.id) }),
		maskedPaths,
		readonlyPaths,
		...(config.sysctls ? { sysctls: config.sysctls } : {}),
		cgroup,
		user: image.config.user || '0',
		capabilities: [],
		noNewPrivileges: true,
		oomScoreAdj: -998,
		output: false,
	};
}
