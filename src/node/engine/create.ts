import type { KernelOp } from '../../api/agent.ts';
import type { Container, ContainerConfig, Image, Mount, PortBinding } from '../../api/engine.ts';
import { EngineError } from '../../client/engine-error.ts';
import { overlayOps, removalOps } from './container-files.ts';
import { ContainerRecord } from './container-record.ts';
import type { EngineContext } from './context.ts';
import { chainIds } from './image-config.ts';
import { runOps, tryOps } from './kernel.ts';
import { randomId, randomName } from './names.ts';
import { initLayer, overlayDirectory } from './paths.ts';
import { commandLine } from './run-spec.ts';
import type { Sandboxes } from './sandboxes.ts';
import { validate } from './validate.ts';
import { trimSlashes } from '../../util/trim-end.ts';

/** Makes a container that does not run yet: its name, its directories, its volumes. */
export async function createContainer(
	context: EngineContext,
	sandboxes: Sandboxes,
	asked: ContainerConfig,
): Promise<ContainerRecord> {
	const image = context.images.get(asked.image);
	const config = complete(context, asked, image);
	const argv = commandLine(config, image);
	validate(context, config);
	const id = randomId(context.rng);
	const taken = (name: string) => context.containers.byName(name) !== undefined;
	const name = config.name ?? randomName(context.rng, taken);
	const sandbox = config.sandbox === undefined ? undefined : sandboxes.get(config.sandbox);
	const parent = sandbox ? trimSlashes(sandbox.config.cgroupParent) : 'docker';
	const info: Container = {
		...blank,
		id,
		name,
		config,
		imageId: image.id,
		image: config.image,
		argv,
		created: context.clock.now(),
		cgroup: `${parent}/${id}`,
		...(sandbox ? { ip: sandbox.ip, netns: sandbox.netns, veth: sandbox.veth } : {}),
		overlay: overlayPaths(id, image),
		mounts: [],
	};
	const record = new ContainerRecord(info, image, () => context.clock.now());
	record.sandbox = sandbox;
	// The name is taken before anything is waited for.
	context.containers.add(record);
	context.layers.hold(chainIds(image));
	try {
		await prepare(context, record);
	} catch (error) {
		await undo(context, record);
		throw error;
	}
	context.events.container('create', info);
	return record;
}

const blank = {
	state: 'created',
	pid: 0,
	exitCode: 0,
	oomKilled: false,
	error: '',
	started: 0,
	finished: 0,
	restartCount: 0,
	ip: '',
	gateway: '',
	mac: '',
	netns: '',
	veth: '',
} as const;

/** What is said by reference, spelled out: other containers' mounts, ports for all that is exposed. */
function complete(context: EngineContext, config: ContainerConfig, image: Image): ContainerConfig {
	const { mounts = [], volumesFrom = [], publishAll, ports = [] } = config;
	if (volumesFrom.length === 0 && !publishAll) return config;
	const own = new Set(mounts.map(({ target }) => target));
	const inherited = volumesFrom
		.flatMap((entry) => mountsFrom(context, entry))
		.filter(({ target }) => !own.has(target));
	const exposed = [...image.config.exposedPorts, ...(config.exposedPorts ?? [])];
	return {
		...config,
		mounts: [...inherited, ...mounts],
		ports: publishAll ? [...ports, ...freePorts(exposed, ports)] : ports,
	};
}

/** After moby volume/mounts: ParseVolumesFrom. */
function mountsFrom(context: EngineContext, entry: string): Mount[] {
	const [name = '', mode = 'rw'] = entry.split(':');
	if (mode !== 'ro' && mode !== 'rw') throw new EngineError(400, `invalid mode: ${mode}`);
	const { mounts } = context.containers.get(name).info;
	return mounts.map((mount) => ({ ...mount, readonly: mode === 'ro' || mount.readonly }));
}

function freePorts(exposed: readonly string[], taken: readonly PortBinding[]): PortBinding[] {
	return [...new Set(exposed)].flatMap((text) => {
		const [port = '', protocol = 'tcp'] = text.split('/');
		const binding = { containerPort: Number(port), protocol: protocol as 'tcp', hostPort: 0 };
		const isTaken = (other: PortBinding) =>
			other.containerPort === binding.containerPort && other.protocol === protocol;
		return taken.some(isTaken) ? [] : binding;
	});
}

function overlayPaths(id: string, image: Image): Container['overlay'] {
	const own = overlayDirectory(id);
	const layers = image.layers.map((layer) => layer.directory).reverse();
	return {
		lower: [initLayer, ...layers],
		upper: `${own}/diff`,
		work: `${own}/work`,
		merged: `${own}/merged`,
	};
}

async function prepare(context: EngineContext, record: ContainerRecord): Promise<void> {
	const { info, image } = record;
	await requireSources(context, info.config.mounts ?? []);
	const { mounts, anonymous } = await context.volumes.resolve(info.config, image);
	info.mounts = mounts;
	record.anonymousVolumes = anonymous;
	// What is started at once gets its directories with the request that starts it.
	if (info.config.autoRemove || record.sandbox) record.unmade = overlayOps(info.id);
	else await runOps(context.agent, overlayOps(info.id));
	const binds = mounts.filter((mount) => mount.type === 'bind').map(makeSource);
	// A source that is a file is there already, and stays one.
	await tryOps(context.agent, binds);
}

/** Nothing is left of a container that could not be made. */
async function undo(context: EngineContext, record: ContainerRecord): Promise<void> {
	const { containers, layers, volumes } = context;
	const { info, image, anonymousVolumes } = record;
	containers.delete(info.id);
	await tryOps(context.agent, removalOps(info.id)).catch(() => undefined);
	for (const name of anonymousVolumes) await volumes.remove(name, []).catch(() => undefined);
	await layers.release(chainIds(image));
}

async function requireSources(context: EngineContext, mounts: readonly Mount[]): Promise<void> {
	const sources = mounts.filter(({ mustExist }) => mustExist).map(({ source }) => source);
	const found = await tryOps(
		context.agent,
		sources.map((path) => ({ op: 'stat', path })),
	);
	const missing = sources.find((_, i) => !found[i]?.ok);
	if (missing !== undefined)
		throw new EngineError(
			400,
			`invalid mount config for type "bind": bind source path does not exist: ${missing}`,
		);
}

function makeSource(mount: Mount): KernelOp {
	return { op: 'mkdir', path: mount.source, parents: true };
}
