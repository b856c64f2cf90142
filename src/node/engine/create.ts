import type { KernelOp } from '../../api/agent.ts';
import type { Container, ContainerConfig, Image, Mount } from '../../api/engine.ts';
import { EngineError } from '../../client/engine-error.ts';
import { effectiveCapabilities } from './capabilities.ts';
import { overlayOps } from './container-files.ts';
import { ContainerRecord } from './container-record.ts';
import type { EngineContext } from './context.ts';
import { chainIds } from './image-config.ts';
import { runOps, tryOps } from './kernel.ts';
import { randomId, randomName } from './names.ts';
import { initLayer, overlayDirectory } from './paths.ts';
import { commandLine } from './run-spec.ts';
import type { Sandboxes } from './sandboxes.ts';
import { signalNumber } from './signals.ts';

const leastMemory = 6 << 20;

/** Makes a container that does not run yet: its name, its directories, its volumes. */
export async function createContainer(
	context: EngineContext,
	sandboxes: Sandboxes,
	config: ContainerConfig,
): Promise<ContainerRecord> {
	const image = context.images.get(config.image);
	const argv = commandLine(config, image);
	validate(context, config);
	const id = randomId(context.rng);
	const taken = (name: string) => context.containers.byName(name) !== undefined;
	const name = config.name ?? randomName(context.rng, taken);
	const sandbox = config.sandbox === undefined ? undefined : sandboxes.get(config.sandbox);
	const parent = sandbox ? sandbox.config.cgroupParent.replace(/^\/+|\/+$/g, '') : 'docker';
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
		context.containers.delete(id);
		await context.layers.release(chainIds(image));
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

function validate(context: EngineContext, config: ContainerConfig): void {
	if (config.name !== undefined) context.containers.checkName(config.name);
	effectiveCapabilities(config.capAdd, config.capDrop);
	if (config.stopSignal) signalNumber(config.stopSignal);
	const { memory, nanoCpus } = config.resources ?? {};
	if (memory && memory < leastMemory && !config.sandbox)
		throw new EngineError(400, 'Minimum memory limit allowed is 6MB');
	if (nanoCpus && nanoCpus > 1e9 && !config.sandbox)
		throw new EngineError(
			400,
			'range of CPUs is from 0.01 to 1.00, as there are only 1 CPUs available',
		);
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

function makeSource(mount: Mount): KernelOp {
	return { op: 'mkdir', path: mount.source, parents: true };
}
