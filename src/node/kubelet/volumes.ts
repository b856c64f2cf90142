import type { KernelOp } from '../../api/agent.ts';
import type { Mount } from '../../api/engine.ts';
import type { Container, Pod, Volume } from '../../api/kubernetes.ts';
import { wholeValue } from '../../client/quantity.ts';
import { atomicWrite, samePayload, stampDirectory, type Written } from './atomic-writer.ts';
import type { KubeletDeps } from './config.ts';
import type { EnvSources } from './env.ts';
import { applyFsGroup } from './fs-group.ts';
import { checkHostPath } from './host-path.ts';
import { podCgroupOps } from './pod-cgroup.ts';
import { allContainers } from './pod-ref.ts';
import { VolumeError, volumePayload, type Payload } from './volume-payload.ts';

interface PodVolumes {
	written: Map<string, Written>;
	/** tmpfs mounts to take down. */
	mounted: Set<string>;
	prepared: boolean;
}

interface Step {
	ops: KernelOp[];
	volume: string;
	done?: () => void;
}

/** The kind of a volume as its directory on the node names it. */
function pluginOf(volume: Volume): string | undefined {
	if (volume.configMap) return 'kubernetes.io~configmap';
	if (volume.secret) return 'kubernetes.io~secret';
	if (volume.downwardAPI) return 'kubernetes.io~downward-api';
	if (volume.projected) return 'kubernetes.io~projected';
	if (volume.emptyDir) return 'kubernetes.io~empty-dir';
	return undefined;
}

/** Real directories on the node for each pod's volumes. After pkg/kubelet/volumemanager and pkg/volume */
export class Volumes {
	readonly #deps: KubeletDeps;
	readonly #pods = new Map<string, PodVolumes>();
	#serial = 0;

	constructor(deps: KubeletDeps) {
		this.#deps = deps;
	}
	podDirectory(uid: string): string {
		return `${this.#deps.options.rootDirectory}/pods/${uid}`;
	}
	/** The file behind a container run's termination message path. */
	messageFile(uid: string, container: string, attempt: number): string {
		return `${this.podDirectory(uid)}/containers/${container}/${attempt}`;
	}
	/**
	 * Brings the node to what the pod's volumes are to hold, in one request (none when nothing changed).
	 * The first time it also makes the pod's cgroup and what its containers' first runs need.
	 */
	async prepare(pod: Pod, sources: EnvSources, adopted: boolean): Promise<void> {
		const { uid } = pod.metadata;
		const state = this.#pods.get(uid) ?? {
			written: new Map(),
			mounted: new Set(),
			prepared: false,
		};
		this.#pods.set(uid, state);
		if (!state.prepared && adopted) await this.#recall(pod, state);
		const steps: Step[] = [];
		for (const volume of pod.spec.volumes ?? [])
			steps.push(...(await this.#stepsOf(pod, volume, state, sources, adopted)));
		if (!state.prepared) steps.push(...this.#first(pod, adopted));
		await this.#run(steps);
		await this.#giveToGroup(pod, steps);
		for (const step of steps) step.done?.();
		state.prepared = true;
	}
	/** Operations before the `attempt`-th run of a container; for the first they are part of `prepare`. */
	runOps(pod: Pod, container: Container, attempt: number): KernelOp[] {
		const file = this.messageFile(pod.metadata.uid, container.name, attempt);
		const folder = file.slice(0, file.lastIndexOf('/'));
		const subPaths = (container.volumeMounts ?? []).flatMap(({ name, subPath }): KernelOp[] => {
			const path = subPath && this.#path(pod, name, subPath);
			return path ? [{ op: 'mkdir', path, mode: 0o755, parents: true }] : [];
		});
		return [
			{ op: 'mkdir', path: folder, mode: 0o755, parents: true },
			{ op: 'write', path: file, data: '', mode: 0o666 },
			...subPaths,
		];
	}
	/** The container's mounts. After pkg/kubelet/kubelet_pods.go: makeMounts */
	mounts(pod: Pod, container: Container, attempt: number): Mount[] {
		const mounts = (container.volumeMounts ?? []).map((mount): Mount => {
			const source = this.#path(pod, mount.name, mount.subPath);
			if (!source)
				throw new Error(
					`cannot find volume "${mount.name}" to mount into container "${container.name}"`,
				);
			const readonly = mount.readOnly === true || this.#isMade(pod, mount.name);
			return { type: 'bind', source, target: mount.mountPath, readonly };
		});
		const target = container.terminationMessagePath ?? '/dev/termination-log';
		const source = this.messageFile(pod.metadata.uid, container.name, attempt);
		return [...mounts, { type: 'bind', source, target, readonly: false }];
	}
	/** Takes everything of a pod off the node. */
	async remove(uid: string): Promise<void> {
		const state = this.#pods.get(uid);
		this.#pods.delete(uid);
		const unmounts = [...(state?.mounted ?? [])].map((target): KernelOp => ({
			op: 'umount',
			target,
			lazy: true,
		}));
		const remove: KernelOp = { op: 'remove', path: this.podDirectory(uid), recursive: true };
		await this.#deps.agent.batch([...unmounts, remove], { keepGoing: true });
	}
	snapshot(): Record<string, string[]> {
		return Object.fromEntries(
			[...this.#pods].map(([uid, state]) => [uid, [...state.written.keys()]]),
		);
	}
	#root(pod: Pod, volume: Volume): string {
		const plugin = pluginOf(volume) ?? '';
		return `${this.podDirectory(pod.metadata.uid)}/volumes/${plugin}/${volume.name}`;
	}
	/** Made from API objects: containers may only read it. */
	#isMade(pod: Pod, name: string): boolean {
		const volume = (pod.spec.volumes ?? []).find((candidate) => candidate.name === name);
		return volume !== undefined && pluginOf(volume) !== undefined && !volume.emptyDir;
	}
	#path(pod: Pod, name: string, subPath: string | undefined): string | undefined {
		const volume = (pod.spec.volumes ?? []).find((candidate) => candidate.name === name);
		if (!volume) return undefined;
		const root = volume.hostPath?.path ?? this.#root(pod, volume);
		if (!subPath) return root;
		const written = this.#pods.get(pod.metadata.uid)?.written.get(name);
		return written ? `${root}/${written.directory}/${subPath}` : `${root}/${subPath}`;
	}
	async #stepsOf(
		pod: Pod,
		volume: Volume,
		state: PodVolumes,
		sources: EnvSources,
		adopted: boolean,
	): Promise<Step[]> {
		const payload = await volumePayload(pod, volume, sources);
		if (payload) return this.#payloadStep(pod, volume, state, payload);
		if (state.prepared) return [];
		if (volume.hostPath) return checkHostPath(this.#deps.agent, volume);
		if (volume.emptyDir) return [this.#emptyDir(pod, volume, state, adopted)];
		const kind = Object.keys(volume).find((key) => key !== 'name') ?? 'unknown';
		throw new VolumeError(
			volume.name,
			`no volume plugin matched: ${kind} volumes are not supported by this node`,
		);
	}
	#payloadStep(pod: Pod, volume: Volume, state: PodVolumes, payload: Payload): Step[] {
		const before = state.written.get(volume.name);
		if (before && samePayload(before.payload, payload)) return [];
		const directory = stampDirectory(this.#deps.clock.now(), this.#serial++);
		const ops = atomicWrite(this.#root(pod, volume), payload, directory, before);
		const done = () => void state.written.set(volume.name, { payload, directory });
		return [{ ops, volume: volume.name, done }];
	}
	#emptyDir(pod: Pod, volume: Volume, state: PodVolumes, adopted: boolean): Step {
		const path = this.#root(pod, volume);
		const memory = volume.emptyDir?.medium === 'Memory';
		if (memory) state.mounted.add(path);
		if (adopted) return { ops: [], volume: volume.name };
		const ops: KernelOp[] = [{ op: 'mkdir', path, mode: 0o777, parents: true }];
		if (memory) {
			const limit = volume.emptyDir?.sizeLimit;
			const data = limit ? `mode=0777,size=${wholeValue(limit)}` : 'mode=0777';
			ops.push({ op: 'mount', source: 'tmpfs', target: path, fstype: 'tmpfs', data });
		}
		return { ops, volume: volume.name };
	}
	#first(pod: Pod, adopted: boolean): Step[] {
		if (adopted) return [];
		const runs = allContainers(pod).flatMap((container) => this.runOps(pod, container, 0));
		return [{ ops: [...podCgroupOps(pod), ...runs], volume: '' }];
	}
	/** What an earlier kubelet wrote is found again, so that its links and directories are replaced. */
	async #recall(pod: Pod, state: PodVolumes): Promise<void> {
		const made = (pod.spec.volumes ?? []).filter((v) => pluginOf(v) && !v.emptyDir);
		if (made.length === 0) return;
		const ops = made.map((volume): KernelOp => ({ op: 'list', path: this.#root(pod, volume) }));
		const results = await this.#deps.agent.batch(ops, { keepGoing: true });
		results.forEach((result, index) => {
			const volume = made[index];
			if (!volume || !result.ok) return;
			const names = (result.entries ?? []).map(({ name }) => name);
			const directory = names.find((name) => /^\.\.\d/.test(name));
			if (!directory) return;
			const links = names.filter((name) => !name.startsWith('..'));
			const empty = { data: new Uint8Array(), mode: -1 };
			state.written.set(volume.name, { directory, payload: new Map(links.map((n) => [n, empty])) });
		});
	}
	/** A hostPath stays whose it is. */
	async #giveToGroup(pod: Pod, steps: Step[]): Promise<void> {
		const group = pod.spec.securityContext?.fsGroup;
		if (group === undefined) return;
		for (const { ops, volume: name } of steps) {
			const volume = pod.spec.volumes?.find((candidate) => candidate.name === name);
			if (!volume || volume.hostPath || ops.length === 0) continue;
			const owned = { name, path: this.#root(pod, volume), readonly: !volume.emptyDir };
			await applyFsGroup(this.#deps.agent, group, owned);
		}
	}
	async #run(steps: Step[]): Promise<void> {
		const ops = steps.flatMap((step) => step.ops);
		if (ops.length > 0) {
			const results = await this.#deps.agent.batch(ops, { keepGoing: true });
			let at = 0;
			for (const step of steps) {
				const failed = results.slice(at, at + step.ops.length).find((result) => !result.ok);
				at += step.ops.length;
				if (failed?.ok === false && step.volume !== '')
					throw new VolumeError(step.volume, failed.message);
			}
		}
	}
}
