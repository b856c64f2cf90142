import type { Agent } from '../../api/agent.ts';
import type { ContainerConfig, Image, Mount, Volume } from '../../api/engine.ts';
import { EngineError } from '../../client/engine-error.ts';
import type { Clock } from '../../util/clock.ts';
import type { Rng } from '../../util/rng.ts';
import { runOps, runProgram, tryOps } from './kernel.ts';
import { randomId } from './names.ts';
import { dockerRoot, volumeDirectory } from './paths.ts';
import { trimSlashes } from '../../util/trim-end.ts';

const namePattern = /^[a-zA-Z0-9][a-zA-Z0-9_.-]+$/;

/** Named and anonymous volumes: directories of the node that outlive containers. */
export class VolumeStore {
	readonly #agent: Agent;
	readonly #clock: Clock;
	readonly #rng: Rng;
	readonly #volumes = new Map<string, Omit<Volume, 'usedBy'>>();
	/** Volumes nothing has been copied into yet. */
	readonly #fresh = new Set<string>();

	constructor(agent: Agent, clock: Clock, rng: Rng) {
		this.#agent = agent;
		this.#clock = clock;
		this.#rng = rng;
	}
	list(): Omit<Volume, 'usedBy'>[] {
		return [...this.#volumes.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
	}
	async create(
		name?: string,
		labels: Record<string, string> = {},
	): Promise<Omit<Volume, 'usedBy'>> {
		const known = name === undefined ? undefined : this.#volumes.get(name);
		if (known) return known;
		if (name?.length === 1)
			throw new EngineError(
				400,
				'volume name is too short, names should be at least two alphanumeric characters',
			);
		if (name !== undefined && !namePattern.test(name))
			throw new EngineError(
				400,
				`create ${name}: "${name}" includes invalid characters for a local volume name, only ` +
					'"[a-zA-Z0-9][a-zA-Z0-9_.-]" are allowed. If you intended to pass a host directory, use absolute path',
			);
		const chosen = name ?? randomId(this.#rng);
		const mountpoint = volumeDirectory(chosen);
		await runOps(this.#agent, [{ op: 'mkdir', path: mountpoint, parents: true }]);
		const created = this.#clock.now();
		const volume = { name: chosen, mountpoint, created, labels, anonymous: name === undefined };
		this.#volumes.set(chosen, volume);
		this.#fresh.add(chosen);
		return volume;
	}
	async remove(name: string, users: readonly string[]): Promise<void> {
		if (!this.#volumes.has(name)) throw new EngineError(404, `get ${name}: no such volume`);
		if (users.length > 0)
			throw new EngineError(
				409,
				`remove ${name}: volume is in use - [${users.map((id) => id).join(', ')}]`,
			);
		this.#volumes.delete(name);
		this.#fresh.delete(name);
		const path = `${dockerRoot}/volumes/${name}`;
		await tryOps(this.#agent, [{ op: 'remove', path, recursive: true }]);
	}
	/** The container's mounts with volumes made, and the anonymous ones among them. */
	async resolve(
		config: ContainerConfig,
		image: Image,
	): Promise<{ mounts: Mount[]; anonymous: string[] }> {
		const mounts = (config.mounts ?? []).map((mount) => ({ ...mount }));
		for (const target of image.config.volumes)
			if (!mounts.some((mount) => mount.target === target))
				mounts.push({ type: 'volume', source: '', target, readonly: false });
		const anonymous: string[] = [];
		for (const mount of mounts) {
			if (mount.type !== 'volume') continue;
			const volume = await this.create(mount.source || undefined);
			if (!mount.source) anonymous.push(volume.name);
			mount.source = volume.name;
		}
		return { mounts, anonymous };
	}
	/** Copies what the image has at the mount point into volumes that are still empty. */
	async copyUp(
		mounts: readonly Mount[],
		merged: string,
		hasContent: (path: string) => boolean,
	): Promise<void> {
		for (const mount of mounts) {
			if (mount.type !== 'volume' || mount.noCopy || !this.#fresh.delete(mount.source)) continue;
			const path = trimSlashes(mount.target);
			if (!hasContent(path)) continue;
			const again = () => this.#fresh.add(mount.source);
			const argv = ['cp', '-a', `${merged}/${path}/.`, volumeDirectory(mount.source)];
			const { code, stderr } = await runProgram(this.#agent, argv).catch((error: unknown) => {
				again();
				throw error;
			});
			if (code === 0) continue;
			again();
			throw new EngineError(500, `failed to copy image content: ${stderr.trim()}`);
		}
	}
	snapshot(): Omit<Volume, 'usedBy'>[] {
		return structuredClone(this.list());
	}
}
