import type { Agent, ExitStatus, GuestProcess } from '../../api/agent.ts';
import type {
	Attachment,
	Container,
	ContainerConfig,
	ContainerFilter,
	ContainerStats,
	Engine,
	EngineEvent,
	EventRange,
	EngineInfo,
	ExecConfig,
	Image,
	LogEntry,
	LogOptions,
	Network,
	PodSandbox,
	PodSandboxConfig,
	PullProgress,
	Volume,
	WaitCondition,
} from '../../api/engine.ts';
import { EngineError } from '../../client/engine-error.ts';
import type { Clock } from '../../util/clock.ts';
import type { Rng } from '../../util/rng.ts';
import { Cni } from '../cni/cni.ts';
import { Iptables } from '../iptables.ts';
import { attachTo, hasUnreadOutput } from './attach.ts';
import { ownBytes, readChanges, type Change } from './changes.ts';
import type { ContainerRecord } from './container-record.ts';
import { ContainerStore } from './container-store.ts';
import { prepareNode, type EngineContext, type NodeFactsRead } from './context.ts';
import { createContainer } from './create.ts';
import { EventBus } from './events.ts';
import { execIn } from './exec.ts';
import { chainIds } from './image-config.ts';
import { ImageStore } from './image-store.ts';
import { runOps, tryOps } from './kernel.ts';
import type { LayerShare, LayerStore } from './layer-store.ts';
import { LayerTable } from './layer-table.ts';
import { Lifecycle } from './lifecycle.ts';
import { listNetworks } from './networks.ts';
import { Puller } from './pull.ts';
import { familiarString, parseReference } from './reference.ts';
import { Registry, type FetchLike } from './registry.ts';
import { Runner } from './runner.ts';
import { pauseImage, Sandboxes } from './sandboxes.ts';
import { readStats, statsOps } from './stats.ts';
import { topRows, type TopRow } from './top.ts';
import { VolumeStore } from './volumes.ts';

export interface EngineOptions {
	agent: Agent;
	clock: Clock;
	rng: Rng;
	nodeName: string;
	podCidr: string;
	clusterCidr?: string;
	/** False on a machine without Kubernetes: no bridge and no rules for pods. */
	pods?: boolean;
	/** Base URL of the OCI image layout. */
	registry: string;
	fetch: FetchLike;
	layers: LayerStore;
	share: LayerShare;
}

interface EngineNetwork {
	cni: Cni;
	iptables: Iptables;
}

/** Files of the init layer: not the container's own changes. */
const initPaths = new Set(
	[
		['.dockerenv', 'dev', 'dev/pts', 'dev/shm', 'dev/console', 'proc', 'sys', 'etc', 'etc/mtab'],
		['etc/hosts', 'etc/hostname', 'etc/resolv.conf'],
	].flat(),
);

/** dockerd and containerd in one: images, containers and pod sandboxes of one node. */
export class ContainerEngine implements Engine {
	/** Routes to the other nodes' pods are set here. */
	readonly cni: Cni;
	/** Every component of the node writes its rules here. */
	readonly iptables: Iptables;
	readonly #context: EngineContext;
	readonly #puller: Puller;
	readonly #runner: Runner;
	readonly #lifecycle: Lifecycle;
	readonly #sandboxes: Sandboxes;

	/** Mounts the layers' share, makes docker's directories, bridges and rules. */
	static async start(options: EngineOptions): Promise<ContainerEngine> {
		const { agent, rng, podCidr, clusterCidr, pods = true } = options;
		const iptables = new Iptables(agent);
		const cni = new Cni({
			agent,
			rng,
			podCidr,
			pods,
			iptables,
			...(clusterCidr ? { clusterCidr } : {}),
		});
		const node = await prepareNode(agent, options.nodeName, options.share);
		await cni.setup();
		return new ContainerEngine(options, { cni, iptables }, node);
	}
	private constructor(options: EngineOptions, network: EngineNetwork, node: NodeFactsRead) {
		const { cni, iptables } = network;
		const { agent, clock, rng } = options;
		const now = () => clock.now();
		const layers = new LayerTable(agent, options.layers, rng);
		const images = new ImageStore();
		this.cni = cni;
		this.iptables = iptables;
		this.#context = {
			agent,
			clock,
			rng,
			cni,
			containers: new ContainerStore(),
			images,
			layers,
			volumes: new VolumeStore(agent, clock, rng),
			events: new EventBus(now),
			node,
		};
		this.#puller = new Puller(new Registry(options.registry, options.fetch), images, layers);
		this.#runner = new Runner(this.#context);
		this.#lifecycle = new Lifecycle(this.#context, this.#runner);
		this.#sandboxes = new Sandboxes(this.#context);
		agent.subscribe((event) => {
			if (event.type === 'oom') this.#oom(event.cgroup);
		});
	}
	#oom(cgroup: string): void {
		const path = cgroup.replace(/^\//, '');
		const record = this.#context.containers.all().find(({ info }) => info.cgroup === path);
		if (!record) return;
		record.info.oomKilled = true;
		this.#context.events.container('oom', record.info);
	}
	#get(id: string): ContainerRecord {
		return this.#context.containers.get(id);
	}

	async pullImage(
		ref: string,
		onProgress: (progress: PullProgress) => void = () => undefined,
		signal?: AbortSignal,
	): Promise<Image> {
		const image = await this.#puller.pull(ref, onProgress, signal);
		this.#context.events.image('pull', image.id, familiarString(parseReference(ref)));
		return image;
	}
	/** What can be pulled, as it is written in commands. */
	offeredImages(): Promise<string[]> {
		return this.#puller.offered();
	}
	listImages(): Image[] {
		return this.#context.images.list();
	}
	image(ref: string): Image | undefined {
		return this.#context.images.find(ref);
	}
	tagImage(ref: string, tag: string): void {
		const image = this.#context.images.get(ref);
		const reference = parseReference(tag);
		if (reference.digest)
			throw new EngineError(400, 'refusing to create a tag with a digest reference');
		this.#context.images.tag(image, reference);
		this.#context.events.image('tag', image.id, familiarString(reference));
	}
	async removeImage(
		ref: string,
		{ force = false }: { force?: boolean } = {},
	): Promise<{ untagged?: string; deleted?: string }[]> {
		const { images, containers, events, layers } = this.#context;
		const image = images.get(ref);
		const users = containers
			.all()
			.filter((record) => record.info.imageId === image.id)
			.map((record) => ({ id: record.info.id, running: record.isRunning }));
		const { untagged, deleted } = images.remove(ref, users, force);
		for (const name of untagged) events.image('untag', image.id, name);
		const answer: { untagged?: string; deleted?: string }[] = untagged.map((name) => {
			return { untagged: name };
		});
		if (!deleted) return answer;
		events.image('delete', image.id, image.id);
		const gone = await layers.release(chainIds(image));
		return [...answer, ...[image.id, ...gone].map((id) => ({ deleted: id }))];
	}

	async runPodSandbox(config: PodSandboxConfig): Promise<PodSandbox> {
		const image = this.image(pauseImage) ?? (await this.pullImage(pauseImage));
		return this.#sandboxes.run(config, image);
	}
	async stopPodSandbox(id: string): Promise<void> {
		const records = this.#context.containers.list({ sandbox: id, all: true });
		await Promise.all(records.map((record) => this.#lifecycle.stop(record, 0)));
		// What ended by itself may not be cleared up yet, and the pod's cgroup would not be empty.
		for (const record of records) await record.runEnd?.promise;
		await this.#sandboxes.stop(id);
	}
	async removePodSandbox(id: string): Promise<void> {
		await this.stopPodSandbox(id);
		for (const record of this.#context.containers.list({ sandbox: id, all: true }))
			await this.#lifecycle.remove(record, { force: true, volumes: true });
		await this.#sandboxes.remove(id);
	}
	listPodSandboxes(): PodSandbox[] {
		return this.#sandboxes.list();
	}

	async createContainer(config: ContainerConfig): Promise<Container> {
		const record = await createContainer(this.#context, this.#sandboxes, config);
		return { ...record.info };
	}
	startContainer(id: string): Promise<void> {
		return settle(() => this.#lifecycle.start(this.#get(id)));
	}
	stopContainer(id: string, graceSeconds?: number): Promise<void> {
		return settle(() => this.#lifecycle.stop(this.#get(id), graceSeconds));
	}
	killContainer(id: string, signal = 'KILL'): Promise<void> {
		return settle(() => this.#lifecycle.kill(this.#get(id), signal));
	}
	restartContainer(id: string, graceSeconds?: number): Promise<void> {
		return settle(() => this.#lifecycle.restart(this.#get(id), graceSeconds));
	}
	pauseContainer(id: string): Promise<void> {
		return settle(() => this.#lifecycle.pause(this.#get(id)));
	}
	unpauseContainer(id: string): Promise<void> {
		return settle(() => this.#lifecycle.unpause(this.#get(id)));
	}
	removeContainer(id: string, options: { force?: boolean; volumes?: boolean } = {}): Promise<void> {
		return settle(() => this.#lifecycle.remove(this.#get(id), options));
	}
	async renameContainer(id: string, name: string): Promise<void> {
		const record = this.#get(id);
		this.#context.containers.checkName(name);
		record.info.name = name;
		this.#context.events.container('rename', record.info);
	}
	async waitContainer(id: string, until: WaitCondition = 'not-running'): Promise<ExitStatus> {
		const record = this.#get(id);
		const { state, exitCode } = record.info;
		if (until === 'removed') return record.removed.promise;
		const mayRun = record.isRunning || state === 'restarting' || record.starting;
		return until === 'next-exit' || mayRun ? record.stopped.promise : { code: exitCode };
	}
	container(id: string): Container {
		return { ...this.#get(id).info, ...this.#ports(this.#get(id)) };
	}
	listContainers(filter?: ContainerFilter): Container[] {
		return this.#context.containers.list(filter).map((record) => {
			return { ...record.info, ...this.#ports(record) };
		});
	}
	/** The configuration with the host ports that were chosen for this run. */
	#ports({ info, ports }: ContainerRecord): Pick<Container, 'config'> {
		return { config: ports.length > 0 ? { ...info.config, ports } : info.config };
	}
	logs(id: string, options?: LogOptions): AsyncIterable<LogEntry> {
		return this.#get(id).logs.read(options);
	}
	attach(id: string): Attachment {
		return attachTo(this.#get(id));
	}
	hasUnreadOutput(id: string): boolean {
		return hasUnreadOutput(this.#get(id));
	}
	exec(id: string, config: ExecConfig): Promise<GuestProcess> {
		return settle(() => execIn(this.#context, this.#get(id), config));
	}
	async stats(id: string): Promise<ContainerStats> {
		const { info } = this.#get(id);
		const { agent, clock, node } = this.#context;
		const results = await tryOps(agent, info.pid ? statsOps(info.cgroup, info.pid) : []);
		const base = { id: info.id, time: clock.now(), nodeMemory: node.memoryBytes };
		return readStats(results, base);
	}
	async changes(id: string): Promise<Change[]> {
		const record = this.#get(id);
		const { info, image } = record;
		const { agent, layers } = this.#context;
		await runOps(agent, record.unmade.splice(0));
		const indexes = layers.indexes(chainIds(image));
		return readChanges(agent, info.overlay.upper, indexes, initPaths);
	}
	async containerSize(id: string): Promise<{ own: number; root: number }> {
		const { info, image, unmade } = this.#get(id);
		const own = unmade.length > 0 ? 0 : await ownBytes(this.#context.agent, info.overlay.upper);
		return { own, root: own + image.size };
	}
	async withRootfs<T>(id: string, use: (directory: string) => Promise<T>): Promise<T> {
		const record = this.#get(id);
		const { lower, upper, work, merged } = record.info.overlay;
		// Its own view has the volumes and the files mounted over /etc, too.
		if (record.isRunning) return use(`/proc/${record.info.pid}/root`);
		const { agent } = this.#context;
		await record.runEnd?.promise;
		const data = `lowerdir=${lower.join(':')},upperdir=${upper},workdir=${work}`;
		await runOps(agent, [
			...record.unmade.splice(0),
			{ op: 'mount', source: 'overlay', target: merged, fstype: 'overlay', data },
		]);
		try {
			return await use(merged);
		} finally {
			await tryOps(agent, [{ op: 'umount', target: merged, lazy: true }]);
		}
	}
	async top(id: string): Promise<TopRow[]> {
		const record = this.#get(id);
		if (!record.isRunning) throw new EngineError(409, `container ${record.info.id} is not running`);
		return topRows(await this.#context.agent.processes(), record.info.cgroup);
	}
	listVolumes(): Volume[] {
		return this.#context.volumes.list().map((volume) => {
			return { ...volume, usedBy: this.#volumeUsers(volume.name) };
		});
	}
	#volumeUsers(name: string): string[] {
		const uses = ({ info }: ContainerRecord) =>
			info.mounts.some((mount) => mount.type === 'volume' && mount.source === name);
		return this.#context.containers
			.all()
			.filter(uses)
			.map((record) => record.info.id);
	}
	async createVolume(name?: string, labels?: Record<string, string>): Promise<Volume> {
		const volume = await this.#context.volumes.create(name, labels);
		return { ...volume, usedBy: this.#volumeUsers(volume.name) };
	}
	removeVolume(name: string): Promise<void> {
		return this.#context.volumes.remove(name, this.#volumeUsers(name));
	}
	listNetworks(): Network[] {
		return listNetworks(this.#context);
	}
	async info(): Promise<EngineInfo> {
		const { containers, images, node } = this.#context;
		const all = containers.all();
		const running = all.filter((record) => record.isRunning).length;
		return {
			containers: all.length,
			running,
			paused: all.filter((record) => record.info.state === 'paused').length,
			stopped: all.length - running,
			images: images.list().length,
			storageDriver: 'overlay2',
			backingFilesystem: node.backingFilesystem,
			cgroupVersion: '2',
			kernelVersion: node.kernel,
			operatingSystem: node.operatingSystem,
			architecture: 'i686',
			cpus: 1,
			memoryBytes: node.memoryBytes,
			name: node.name,
		};
	}
	subscribe(listener: (event: EngineEvent) => void): () => void {
		return this.#context.events.subscribe(listener);
	}
	pastEvents(range: EventRange): EngineEvent[] {
		return this.#context.events.past(range);
	}
	/** All that is worth keeping, as plain data. */
	snapshot(): unknown {
		const { containers, images, layers, volumes, cni } = this.#context;
		return {
			images: images.snapshot(),
			layers: layers.snapshot(),
			volumes: volumes.snapshot(),
			sandboxes: this.#sandboxes.snapshot(),
			containers: containers.all().map((record) => ({
				...structuredClone(record.info),
				ports: record.ports,
				logs: record.logs.snapshot(),
			})),
			network: cni.snapshot(),
		};
	}
}

/** Turns a throw before the first await into a rejection. */
async function settle<T>(work: () => Promise<T>): Promise<T> {
	return work();
}
