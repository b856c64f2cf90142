import type { KernelOp } from '../../api/agent.ts';
import { EngineError } from '../../client/engine-error.ts';
import { PortTaken } from '../cni/port-table.ts';
import type { ContainerRecord } from './container-record.ts';
import { netnsDirectory, type EngineContext } from './context.ts';

/** Where a container's processes find their network, and what must be done for it first. */
export interface NetworkPlan {
	/** Undefined: the node's own. */
	netns: string | undefined;
	ops: KernelOp[];
}

/** Chooses the network namespace; a new one gets its place on the bridge. */
export function planNetwork(context: EngineContext, record: ContainerRecord): NetworkPlan {
	const mode = record.info.config.network ?? 'bridge';
	if (record.sandbox)
		return { netns: record.sandbox.config.hostNetwork ? undefined : record.sandbox.netns, ops: [] };
	if (mode === 'host') return { netns: undefined, ops: [] };
	if (mode.startsWith('container:'))
		return { netns: joined(context, record, mode.slice(10)), ops: [] };
	if (mode !== 'bridge' && mode !== 'none') throw new EngineError(404, `network ${mode} not found`);
	const netns = `${netnsDirectory}/${record.info.id.slice(0, 12)}`;
	record.ownNetns = netns;
	const ops: KernelOp[] = [{ op: 'netns-add', path: netns }];
	if (mode === 'none') return { netns, ops };
	const endpoint = context.cni.reserve('bridge', netns);
	record.endpoint = endpoint;
	const { info } = record;
	Object.assign(info, { ip: endpoint.ip, gateway: endpoint.gateway, mac: endpoint.mac, netns });
	info.veth = endpoint.veth;
	return { netns, ops: [...ops, ...context.cni.connectOps(endpoint)] };
}

function joined(context: EngineContext, record: ContainerRecord, name: string): string {
	const other = context.containers.get(name);
	if (other === record) throw new EngineError(400, 'cannot join own network');
	if (!other.isRunning)
		throw new EngineError(409, `cannot join network of a non running container: ${other.info.id}`);
	return `/proc/${other.info.pid}/ns/net`;
}

/** Opens the container's published ports; a port that is taken refuses the start. */
export async function publishPorts(context: EngineContext, record: ContainerRecord): Promise<void> {
	const wanted = record.info.config.ports ?? [];
	if (!record.endpoint || wanted.length === 0) return;
	try {
		record.ports = await context.cni.publish(record.info.id, record.endpoint, wanted);
	} catch (error) {
		throw portError(record, error);
	}
}

function portError(record: ContainerRecord, error: unknown): unknown {
	const { errno, message } = error as { errno?: string; message: string };
	if (!(error instanceof PortTaken) && errno !== 'EADDRINUSE') return error;
	const [first] = record.info.config.ports ?? [];
	const why =
		error instanceof PortTaken
			? message
			: `failed to bind host port for ${first?.hostIp ?? '0.0.0.0'}:${first?.hostPort}: address already in use`;
	return new EngineError(
		500,
		`driver failed programming external connectivity on endpoint ${record.info.name} ` +
			`(${record.info.id}): ${why}`,
	);
}

/** What takes the container's network away again. */
export function disconnectOps(context: EngineContext, record: ContainerRecord): KernelOp[] {
	const ops = record.endpoint ? context.cni.disconnectOps(record.endpoint) : [];
	if (record.ownNetns) ops.push({ op: 'netns-del', path: record.ownNetns });
	return ops;
}

/** A stopped container has no network, as docker shows it. */
export function blankNetwork({ info, sandbox }: ContainerRecord): void {
	if (!sandbox) Object.assign(info, { ip: '', gateway: '', mac: '', netns: '', veth: '' });
}

/** Gives back address and ports. */
export async function releaseNetwork(
	context: EngineContext,
	record: ContainerRecord,
): Promise<void> {
	const { endpoint, ports } = record;
	record.endpoint = undefined;
	record.ownNetns = undefined;
	record.ports = [];
	blankNetwork(record);
	try {
		if (ports.length > 0) await context.cni.unpublish(record.info.id);
	} finally {
		if (endpoint) context.cni.release(endpoint);
	}
}
