import type { ContainerConfig, NetworkMode, PortBinding } from '../../api/engine.ts';
import type { Rlimit } from '../../api/agent.ts';
import { EngineError } from '../../client/engine-error.ts';
import type { CreateBody, HostConfig, PortMap } from './create-body.ts';
import { mountsOf } from './mount-config.ts';
import { refuseUnsupported, unsupported } from './unsupported.ts';

/** What the engine is to create, from the body of a create request. */
export function containerConfig(body: CreateBody, name: string | null): ContainerConfig {
	if (Object.keys(body).every((key) => key === 'HostConfig' || key === 'NetworkingConfig'))
		throw new EngineError(400, 'config cannot be empty in order to create a container');
	if (!body.Image) throw new EngineError(400, 'no image specified');
	refuseUnsupported(body);
	const host = body.HostConfig ?? {};
	return said({
		image: body.Image,
		name: name ?? undefined,
		cmd: body.Cmd,
		// An empty entrypoint of one empty word is how a client takes the image's away.
		entrypoint: body.Entrypoint?.join('') === '' ? bare(body.Entrypoint) : body.Entrypoint,
		env: body.Env,
		workingDir: body.WorkingDir,
		user: body.User,
		hostname: body.Hostname,
		labels: body.Labels,
		tty: body.Tty,
		openStdin: body.OpenStdin,
		stopSignal: body.StopSignal,
		stopTimeout: body.StopTimeout,
		mounts: mountsOf(body),
		exposedPorts: Object.keys(body.ExposedPorts ?? {}).map(checkPort),
		...switches(host),
		...limits(host),
		...surroundings(body, host),
	}) as ContainerConfig;
}

/** Leaves out what the client did not say, so that the image's own settings hold. */
function said<T extends object>(value: T): T {
	return Object.fromEntries(
		Object.entries(value).filter(([, each]) => each !== undefined && each !== ''),
	) as T;
}

function bare(entrypoint: string[]): string[] | undefined {
	return entrypoint.length > 0 ? [] : undefined;
}

function switches(host: HostConfig) {
	const options = host.SecurityOpt ?? [];
	return {
		autoRemove: host.AutoRemove,
		privileged: host.Privileged,
		readonlyRootfs: host.ReadonlyRootfs,
		init: host.Init,
		publishAll: host.PublishAllPorts,
		capAdd: host.CapAdd,
		capDrop: host.CapDrop,
		noNewPrivileges: options.some(
			(option) => option.startsWith('no-new-privileges') && !option.includes('false'),
		),
		restart: restart(host),
	};
}

const policies = ['no', 'always', 'on-failure', 'unless-stopped'] as const;

function restart({ RestartPolicy = {} }: HostConfig): ContainerConfig['restart'] {
	const { Name = '', MaximumRetryCount = 0 } = RestartPolicy;
	const name = policies.find((known) => known === (Name || 'no'));
	if (!name)
		throw new EngineError(
			400,
			`invalid restart policy: unknown policy '${Name}'; use one of 'no', 'always', 'on-failure', ` +
				"or 'unless-stopped'",
		);
	if (MaximumRetryCount !== 0 && name !== 'on-failure')
		throw new EngineError(
			400,
			"invalid restart policy: maximum retry count can only be used with 'on-failure'",
		);
	if (MaximumRetryCount < 0)
		throw new EngineError(400, 'invalid restart policy: maximum retry count cannot be negative');
	return Name === '' ? undefined : { name, maximumRetryCount: MaximumRetryCount };
}

function limits(host: HostConfig) {
	return {
		resources: said({
			memory: host.Memory || undefined,
			nanoCpus: host.NanoCpus || undefined,
			cpuShares: host.CpuShares || undefined,
			pidsLimit: host.PidsLimit || undefined,
		}),
		ulimits: host.Ulimits?.map(ulimit),
		sysctls: host.Sysctls,
		shmSize: host.ShmSize || undefined,
		oomScoreAdj: host.OomScoreAdj || undefined,
	};
}

const ulimits = ['nofile', 'nproc', 'core', 'memlock', 'stack', 'fsize', 'cpu'] as const;
const otherUlimits = 'as data locks msgqueue nice rss rtprio rttime sigpending'.split(' ');

function ulimit({
	Name = '',
	Soft = 0,
	Hard = 0,
}: {
	Name?: string;
	Soft?: number;
	Hard?: number;
}) {
	if (otherUlimits.includes(Name)) throw unsupported(`ulimit "${Name}"`);
	const type = ulimits.find((known) => known === Name);
	if (!type) throw new EngineError(400, `invalid ulimit type: ${Name}`);
	if (Hard !== -1 && (Soft > Hard || Soft === -1))
		throw new EngineError(
			400,
			`ulimit soft limit must be less than or equal to hard limit: ${Soft} > ${Hard}`,
		);
	return { type, soft: Soft, hard: Hard } satisfies Rlimit;
}

function surroundings(body: CreateBody, host: HostConfig) {
	const [rows = 0, columns = 0] = host.ConsoleSize ?? [];
	const mode = host.NetworkMode ?? '';
	const network = body.NetworkDisabled ? 'none' : mode === 'default' ? 'bridge' : mode;
	return {
		network: network as NetworkMode,
		ports: portsOf(host.PortBindings ?? {}),
		extraHosts: host.ExtraHosts?.map(hostLine),
		dns: dns(host),
		pid: pid(host.PidMode ?? ''),
		groupAdd: host.GroupAdd,
		volumesFrom: host.VolumesFrom,
		size: rows > 0 && columns > 0 ? { rows, columns } : undefined,
	};
}

function pid(mode: string): ContainerConfig['pid'] {
	if (mode === '' || mode === 'private') return undefined;
	if (mode === 'host') return mode;
	if (/^container:./.test(mode)) return mode as `container:${string}`;
	throw new EngineError(400, `invalid PID mode: ${mode}`);
}

function dns({ Dns = [], DnsSearch = [], DnsOptions = [] }: HostConfig): ContainerConfig['dns'] {
	if (Dns.length + DnsSearch.length + DnsOptions.length === 0) return undefined;
	const odd = Dns.find((address) => !/^[0-9a-f.:]+$/i.test(address));
	if (odd !== undefined)
		throw new EngineError(400, `bad nameserver address: ParseAddr("${odd}"): unable to parse IP`);
	return { nameservers: Dns, searches: DnsSearch, options: DnsOptions };
}

/** `name:address` as a line of `/etc/hosts`. */
function hostLine(entry: string): string {
	const [, name = '', address = ''] = /^([^:=\s]+)[:=](\S+)$/.exec(entry) ?? [];
	if (address === '') throw new EngineError(400, `bad format for add-host: "${entry}"`);
	return `${address === 'host-gateway' ? '172.17.0.1' : address}\t${name}`;
}

function portsOf(bindings: PortMap): PortBinding[] {
	return Object.entries(bindings).flatMap(([key, hosts]) => {
		const [port, protocol] = checkPort(key).split('/');
		return (hosts.length > 0 ? hosts : [{}]).map(({ HostIp = '', HostPort = '' }) => ({
			containerPort: Number(port),
			protocol: protocol === 'udp' ? ('udp' as const) : ('tcp' as const),
			hostPort: hostPort(HostPort),
			...(HostIp ? { hostIp: address(HostIp) } : {}),
		}));
	});
}

function hostPort(text: string): number {
	if (/^\d+-\d+$/.test(text)) throw unsupported('a range of host ports');
	if (/^\d*$/.test(text) && Number(text) < 65_536) return Number(text);
	throw new EngineError(400, `invalid port specification: "${text}"`);
}

function address(text: string): string {
	if (/^(\d{1,3}\.){3}\d{1,3}$/.test(text)) return text;
	if (text.includes(':')) throw unsupported('a published port with an IPv6 address');
	throw new EngineError(400, `invalid IP address: ${text}`);
}

/** `80/tcp`; the protocol may be left out. */
function checkPort(text: string): string {
	const [, port = '', protocol = 'tcp'] = /^(\d+)(?:\/(tcp|udp|sctp))?$/i.exec(text) ?? [];
	if (port === '' || Number(port) > 65_535 || Number(port) < 1)
		throw new EngineError(400, `invalid port specification: "${text}"`);
	if (protocol.toLowerCase() === 'sctp') throw unsupported('the protocol sctp');
	return `${port}/${protocol.toLowerCase()}`;
}
