import type { KernelOp, ProcessSpec } from '../../api/agent.ts';

const dataShown = 60;

function shown(data: string | Uint8Array): string {
	if (typeof data !== 'string') return `${data.length} bytes`;
	const line = data.trim().split('\n');
	if (line.length > 1) return `${data.length} bytes`;
	return line[0] && line[0].length > dataShown
		? `${line[0].slice(0, dataShown)}…`
		: (line[0] ?? '');
}

/** `name value` of what is set. */
function words(pairs: Record<string, string | number | undefined>): string {
	return Object.entries(pairs)
		.map(([name, value]) => (value === undefined ? '' : ` ${name} ${value}`))
		.join('');
}

function inNetns(netns: string | undefined): string {
	if (!netns) return 'ip';
	return netns.startsWith('/proc/')
		? `nsenter -n${netns} ip`
		: `ip -n ${netns.slice(netns.lastIndexOf('/') + 1)}`;
}

function upDown(up: boolean | undefined): string {
	return up === undefined ? '' : up ? ' up' : ' down';
}

function describeLink(op: Extract<KernelOp, { op: 'link-add' | 'link-set' }>): string {
	const ip = inNetns(op.netns);
	const { name, address, mtu, master } = op;
	if (op.op === 'link-set') {
		const rest = words({ name: op.rename, address, mtu, master, netns: op.to });
		return `${ip} link set ${name}${rest}${upDown(op.up)}`;
	}
	const of = words({
		id: op.vni,
		dev: op.kind === 'vxlan' ? op.lower : undefined,
		dstport: op.port,
	});
	const lower = op.kind === 'macvlan' ? words({ link: op.lower }) : '';
	const peer = op.peer ? ` peer name ${op.peer.name}${words({ netns: op.peer.netns })}` : '';
	return `${ip} link add ${name}${lower} type ${op.kind}${of}${peer}${words({ address, mtu, master })}${upDown(op.up)}`;
}

function describeMount(op: Extract<KernelOp, { op: 'mount' }>): string {
	const options = [...(op.flags ?? []), ...(op.data ? [op.data] : [])].join(',');
	const type = op.fstype && op.fstype !== 'none' ? `-t ${op.fstype} ` : '';
	return `mount ${type}${options ? `-o ${options} ` : ''}${op.source} ${op.target}`;
}

function describeFile(op: KernelOp): string | undefined {
	switch (op.op) {
		case 'mkdir':
			return `mkdir ${op.parents ? '-p ' : ''}${op.path}`;
		case 'write':
			return `write ${op.path}: ${shown(op.data)}`;
		case 'symlink':
			return `ln -s ${op.target} ${op.path}`;
		case 'rename':
			return `mv ${op.from} ${op.to}`;
		case 'remove':
			return `rm ${op.recursive ? '-rf ' : ''}${op.path}`;
		case 'mount':
			return describeMount(op);
		case 'umount':
			return `umount ${op.lazy ? '-l ' : ''}${op.target}`;
		case 'kill':
			return `kill -${op.signal} ${op.pid}`;
		case 'netns-add':
			return `ip netns add ${op.path}`;
		case 'netns-del':
			return `ip netns del ${op.path}`;
		default:
			return undefined;
	}
}

/** An operation as the command that would do it; `undefined` for those that only look. */
export function describeOp(op: KernelOp): string | undefined {
	switch (op.op) {
		case 'link-add':
		case 'link-set':
			return describeLink(op);
		case 'link-del':
			return `${inNetns(op.netns)} link del ${op.name}`;
		case 'addr-add':
		case 'addr-del':
			return `${inNetns(op.netns)} addr ${op.op.slice(5)} ${op.cidr} dev ${op.link}`;
		case 'route-add':
		case 'route-del': {
			const rest = words({ via: op.via, dev: op.link });
			return `${inNetns(op.netns)} route ${op.op.slice(6)} ${op.dst}${rest}${op.onlink ? ' onlink' : ''}`;
		}
		case 'neigh-add':
		case 'neigh-del':
			return `${inNetns(op.netns)} neigh ${op.op.slice(6)} ${op.dst} lladdr ${op.address} dev ${op.link} nud permanent`;
		case 'fdb-add':
		case 'fdb-del':
			return `bridge fdb ${op.op === 'fdb-add' ? 'append' : 'del'} ${op.address} dev ${op.link} dst ${op.dst}`;
		default:
			return describeFile(op);
	}
}

/** What the kernel is asked for to start a process, in the order it happens. */
export function describeSpawn(spec: ProcessSpec): string {
	const steps: string[] = [];
	const fresh = (spec.unshare ?? []).map((kind) => ` new${kind}`).join('');
	steps.push(`clone${fresh}${spec.cgroup ? ` into cgroup ${spec.cgroup}` : ''}`);
	if (spec.joinPid) steps.push(`setns to the namespaces of ${spec.joinPid}`);
	for (const [kind, path] of Object.entries(spec.join ?? {})) steps.push(`setns ${kind}=${path}`);
	if (spec.mounts?.length) steps.push(`${spec.mounts.length} mounts`);
	if (spec.rootfs) steps.push(`pivot_root ${spec.rootfs}`);
	if (spec.hostname) steps.push(`sethostname ${spec.hostname}`);
	if (spec.user) steps.push(`setuid ${spec.user}`);
	if (spec.capabilities) steps.push(`capset ${spec.capabilities.length} capabilities`);
	steps.push(`execve ${spec.argv.join(' ')}`);
	return steps.join('; ');
}
