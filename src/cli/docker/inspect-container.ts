import type {
	Container,
	Engine,
	Image,
	ImageConfig,
	Mount,
	PortBinding,
	Resources,
} from '../../api/engine.ts';
import { rfc3339Nano } from './human.ts';
import { asMap } from './print.ts';

/** A container in the shape of the Engine API. After api/types: ContainerJSON. */
export function inspectContainer(container: Container, engine: Engine): Record<string, unknown> {
	const image = engine.image(container.imageId);
	const [path = '', ...args] = container.argv;
	const directory = `/var/lib/docker/containers/${container.id}`;
	return {
		Id: container.id,
		Created: rfc3339Nano(container.created),
		Path: path,
		Args: args,
		State: state(container),
		Image: container.imageId,
		ResolvConfPath: `${directory}/resolv.conf`,
		HostnamePath: `${directory}/hostname`,
		HostsPath: `${directory}/hosts`,
		LogPath: '',
		Name: `/${container.name}`,
		RestartCount: container.restartCount,
		Driver: 'overlay2',
		Platform: 'linux',
		HostConfig: hostConfig(container),
		GraphDriver: graphDriver(container),
		Mounts: container.mounts.map(mountPoint),
		Config: config(container, image),
		NetworkSettings: networkSettings(container, image, engine),
	};
}

function state(container: Container): Record<string, unknown> {
	const { state: status } = container;
	return {
		Status: status,
		Running: ['running', 'paused', 'restarting'].includes(status),
		Paused: status === 'paused',
		Restarting: status === 'restarting',
		OOMKilled: container.oomKilled,
		Dead: status === 'dead',
		Pid: container.pid,
		ExitCode: container.exitCode,
		Error: container.error,
		StartedAt: rfc3339Nano(container.started),
		FinishedAt: rfc3339Nano(container.finished),
	};
}

const defaultConfig = {
	network: 'bridge',
	autoRemove: false,
	oomScoreAdj: 0,
	privileged: false,
	readonlyRootfs: false,
	init: false,
	tty: false,
	openStdin: false,
	restart: { name: 'no', maximumRetryCount: 0 },
	dns: { nameservers: [], searches: [], options: [] },
	ports: [],
	env: [],
};

function hostConfig({ config, mounts, cgroup }: Container): Record<string, unknown> {
	const full = { ...defaultConfig, ...config };
	return {
		Binds: binds(mounts),
		NetworkMode: full.network,
		PortBindings: portMap(full.ports),
		RestartPolicy: {
			Name: full.restart.name,
			MaximumRetryCount: full.restart.maximumRetryCount,
		},
		AutoRemove: full.autoRemove,
		CapAdd: orNull(config.capAdd),
		CapDrop: orNull(config.capDrop),
		CgroupnsMode: 'private',
		Dns: full.dns.nameservers,
		DnsOptions: full.dns.options,
		DnsSearch: full.dns.searches,
		ExtraHosts: orNull(config.extraHosts?.map((line) => line.split('\t').reverse().join(':'))),
		IpcMode: 'private',
		OomScoreAdj: full.oomScoreAdj,
		Privileged: full.privileged,
		PublishAllPorts: false,
		ReadonlyRootfs: full.readonlyRootfs,
		Init: full.init,
		...limits(config.resources ?? {}, cgroup),
	};
}

function limits(resources: Resources, cgroup: string): Record<string, unknown> {
	const parent = cgroup.slice(0, cgroup.lastIndexOf('/'));
	const { cpuShares = 0, memory = 0, nanoCpus = 0, pidsLimit = null } = resources;
	return {
		CpuShares: cpuShares,
		Memory: memory,
		NanoCpus: nanoCpus,
		CgroupParent: parent === 'docker' ? '' : `/${parent}`,
		MemorySwap: memory * 2,
		PidsLimit: pidsLimit,
	};
}

function orNull<T>(list: T[] | undefined): T[] | null {
	return list && list.length > 0 ? list : null;
}

function binds(mounts: readonly Mount[]): string[] | null {
	const named = mounts.filter((mount) => mount.type !== 'tmpfs');
	const texts = named.map(
		({ source, target, readonly }) => `${source}:${target}${readonly ? ':ro' : ''}`,
	);
	return orNull(texts);
}

function graphDriver({ overlay, id }: Container): Record<string, unknown> {
	return {
		Data: {
			ID: id,
			LowerDir: overlay.lower.join(':'),
			MergedDir: overlay.merged,
			UpperDir: overlay.upper,
			WorkDir: overlay.work,
		},
		Name: 'overlay2',
	};
}

function mountPoint(mount: Mount): Record<string, unknown> {
	const { type, source, target: Destination, readonly } = mount;
	const common = { Destination, Mode: readonly ? 'ro' : '', RW: !readonly };
	if (type === 'volume')
		return {
			Type: type,
			Name: source,
			Source: `/var/lib/docker/volumes/${source}/_data`,
			Driver: 'local',
			...common,
			Propagation: '',
		};
	const isBind = type === 'bind';
	return {
		Type: type,
		Source: isBind ? source : '',
		...common,
		Propagation: isBind ? 'rprivate' : '',
	};
}

const noImage: Pick<ImageConfig, 'exposedPorts' | 'user' | 'env' | 'workingDir' | 'labels'> = {
	exposedPorts: [],
	user: '',
	env: [],
	workingDir: '',
	labels: {},
};

function config(container: Container, image: Image | undefined): Record<string, unknown> {
	const own = { ...defaultConfig, ...container.config };
	const base = image?.config ?? noImage;
	return {
		Hostname: own.hostname ?? container.id.slice(0, 12),
		Domainname: '',
		User: own.user ?? base.user,
		AttachStdin: false,
		AttachStdout: true,
		AttachStderr: true,
		...exposedPorts(own.ports, base.exposedPorts),
		Tty: own.tty,
		OpenStdin: own.openStdin,
		StdinOnce: own.openStdin,
		Env: [...own.env, ...base.env],
		...command(container, image),
		Image: container.image,
		Volumes: null,
		WorkingDir: own.workingDir ?? base.workingDir,
		Labels: asMap({ ...base.labels, ...own.labels }),
		...(own.stopSignal ? { StopSignal: own.stopSignal } : {}),
	};
}

function command({ config: own }: Container, image: Image | undefined): Record<string, unknown> {
	const inherited = own.entrypoint ? null : orNull(image?.config.cmd);
	return {
		Cmd: orNull(own.cmd) ?? inherited,
		Entrypoint: own.entrypoint ?? orNull(image?.config.entrypoint),
	};
}

function exposedPorts(
	ports: readonly PortBinding[],
	exposed: readonly string[],
): Record<string, unknown> {
	const published = ports.map((port) => `${port.containerPort}/${port.protocol}`);
	const names = [...exposed, ...published];
	if (names.length === 0) return {};
	return { ExposedPorts: asMap(Object.fromEntries(names.map((name) => [name, {}]))) };
}

function networkSettings(
	container: Container,
	image: Image | undefined,
	engine: Engine,
): Record<string, unknown> {
	const isUp = container.pid > 0;
	const exposed = Object.fromEntries(
		(image?.config.exposedPorts ?? []).map((name) => [name, null]),
	);
	const mode = container.config.sandbox ? 'none' : (container.config.network ?? 'bridge');
	const network = engine.listNetworks().find((each) => each.name === mode);
	const address = {
		Gateway: container.gateway,
		IPAddress: container.ip,
		IPPrefixLen: container.ip && network?.subnet ? Number(network.subnet.split('/')[1]) : 0,
		MacAddress: container.mac,
	};
	return {
		Bridge: '',
		SandboxID: '',
		SandboxKey: container.netns,
		Ports: asMap(isUp ? { ...exposed, ...portMap(container.config.ports ?? []) } : {}),
		...address,
		Networks: asMap(network ? { [mode]: { ...endpoint(network.id), ...address } } : {}),
	};
}

function endpoint(networkId: string): Record<string, unknown> {
	return { NetworkID: networkId, EndpointID: '', Aliases: null, DNSNames: null };
}

function portMap(
	ports: readonly PortBinding[],
): Record<string, { HostIp: string; HostPort: string }[]> {
	const map: Record<string, { HostIp: string; HostPort: string }[]> = {};
	for (const port of ports) {
		const list = (map[`${port.containerPort}/${port.protocol}`] ??= []);
		list.push({ HostIp: port.hostIp ?? '0.0.0.0', HostPort: String(port.hostPort) });
	}
	return asMap(map);
}
