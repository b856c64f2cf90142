import type { Struct } from './decode.ts';

const strings = { list: 'string' } as const;
const texts = { map: 'string' } as const;
const devices = { list: 'any' } as const;

/** `PortBindings` of a HostConfig. */
export type PortMap = Record<string, { HostIp?: string; HostPort?: string }[]>;

/** One element of `HostConfig.Mounts`. */
export interface MountBody {
	Type?: string;
	Source?: string;
	Target?: string;
	ReadOnly?: boolean;
	Consistency?: string;
	BindOptions?: Record<string, unknown> & { CreateMountpoint?: boolean };
	VolumeOptions?: Record<string, unknown> & { NoCopy?: boolean };
	TmpfsOptions?: { SizeBytes?: number; Mode?: number };
}

/** The body of POST /containers/create, as far as it is read. */
export interface CreateBody {
	Hostname?: string;
	User?: string;
	ExposedPorts?: Record<string, unknown>;
	Tty?: boolean;
	OpenStdin?: boolean;
	Env?: string[];
	Cmd?: string[];
	Healthcheck?: { Test?: string[] };
	Image?: string;
	Volumes?: Record<string, unknown>;
	WorkingDir?: string;
	Entrypoint?: string[];
	NetworkDisabled?: boolean;
	Labels?: Record<string, string>;
	StopSignal?: string;
	StopTimeout?: number;
	HostConfig?: HostConfig;
	NetworkingConfig?: { EndpointsConfig?: Record<string, Record<string, unknown>> };
}

export interface HostConfig {
	Binds?: string[];
	LogConfig?: { Type?: string; Config?: Record<string, string> };
	NetworkMode?: string;
	PortBindings?: PortMap;
	RestartPolicy?: { Name?: string; MaximumRetryCount?: number };
	AutoRemove?: boolean;
	VolumesFrom?: string[];
	ConsoleSize?: number[];
	CapAdd?: string[];
	CapDrop?: string[];
	Dns?: string[];
	DnsOptions?: string[];
	DnsSearch?: string[];
	ExtraHosts?: string[];
	GroupAdd?: string[];
	OomScoreAdj?: number;
	PidMode?: string;
	Privileged?: boolean;
	PublishAllPorts?: boolean;
	ReadonlyRootfs?: boolean;
	SecurityOpt?: string[];
	Tmpfs?: Record<string, string>;
	ShmSize?: number;
	Sysctls?: Record<string, string>;
	CpuShares?: number;
	Memory?: number;
	NanoCpus?: number;
	PidsLimit?: number;
	Ulimits?: { Name?: string; Hard?: number; Soft?: number }[];
	Mounts?: MountBody[];
	Init?: boolean;
}

const mount: Struct = {
	struct: 'Mount',
	fields: {
		Type: 'string',
		Source: 'string',
		Target: 'string',
		ReadOnly: 'bool',
		Consistency: 'string',
		BindOptions: {
			struct: 'BindOptions',
			fields: {
				Propagation: 'string',
				NonRecursive: 'bool',
				CreateMountpoint: 'bool',
				ReadOnlyNonRecursive: 'bool',
				ReadOnlyForceRecursive: 'bool',
			},
		},
		VolumeOptions: {
			struct: 'VolumeOptions',
			fields: { NoCopy: 'bool', Labels: texts, DriverConfig: 'any', Subpath: 'string' },
		},
		TmpfsOptions: {
			struct: 'TmpfsOptions',
			fields: { SizeBytes: 'int64', Mode: 'int64', Options: 'any' },
		},
	},
};

/** Limits of the kernel. */
const resources = {
	CpuShares: 'int64',
	Memory: 'int64',
	NanoCpus: 'int64',
	CgroupParent: 'string',
	BlkioWeight: 'uint16',
	BlkioWeightDevice: devices,
	BlkioDeviceReadBps: devices,
	BlkioDeviceWriteBps: devices,
	BlkioDeviceReadIOps: devices,
	BlkioDeviceWriteIOps: devices,
	CpuPeriod: 'int64',
	CpuQuota: 'int64',
	CpuRealtimePeriod: 'int64',
	CpuRealtimeRuntime: 'int64',
	CpusetCpus: 'string',
	CpusetMems: 'string',
	Devices: devices,
	DeviceCgroupRules: strings,
	DeviceRequests: devices,
	KernelMemory: 'int64',
	KernelMemoryTCP: 'int64',
	MemoryReservation: 'int64',
	MemorySwap: 'int64',
	MemorySwappiness: 'int64',
	OomKillDisable: 'bool',
	PidsLimit: 'int64',
	Ulimits: {
		list: { struct: 'Ulimit', fields: { Name: 'string', Hard: 'int64', Soft: 'int64' } },
	},
	CpuCount: 'int64',
	CpuPercent: 'int64',
	IOMaximumIOps: 'uint',
	IOMaximumBandwidth: 'uint',
} as const;

const hostConfig: Struct = {
	struct: 'HostConfig',
	fields: {
		...resources,
		Binds: strings,
		ContainerIDFile: 'string',
		LogConfig: { struct: 'LogConfig', fields: { Type: 'string', Config: texts } },
		NetworkMode: 'string',
		PortBindings: {
			map: {
				list: { struct: 'PortBinding', fields: { HostIp: 'string', HostPort: 'string' } },
			},
		},
		RestartPolicy: {
			struct: 'RestartPolicy',
			fields: { Name: 'string', MaximumRetryCount: 'int' },
		},
		AutoRemove: 'bool',
		VolumeDriver: 'string',
		VolumesFrom: strings,
		ConsoleSize: { list: 'uint' },
		Annotations: texts,
		CapAdd: 'words',
		CapDrop: 'words',
		CgroupnsMode: 'string',
		Dns: strings,
		DnsOptions: strings,
		DnsSearch: strings,
		ExtraHosts: strings,
		GroupAdd: strings,
		IpcMode: 'string',
		Cgroup: 'string',
		Links: strings,
		OomScoreAdj: 'int',
		PidMode: 'string',
		Privileged: 'bool',
		PublishAllPorts: 'bool',
		ReadonlyRootfs: 'bool',
		SecurityOpt: strings,
		StorageOpt: texts,
		Tmpfs: texts,
		UTSMode: 'string',
		UsernsMode: 'string',
		ShmSize: 'int64',
		Sysctls: texts,
		Runtime: 'string',
		Isolation: 'string',
		Mounts: { list: mount },
		MaskedPaths: strings,
		ReadonlyPaths: strings,
		Init: 'bool',
	},
};

/** POST /containers/create: a Config with what belongs to the host and the network beside it. */
export const createBody: Struct = {
	struct: 'CreateRequest',
	fields: {
		Hostname: 'string',
		Domainname: 'string',
		User: 'string',
		AttachStdin: 'bool',
		AttachStdout: 'bool',
		AttachStderr: 'bool',
		ExposedPorts: { map: 'any' },
		Tty: 'bool',
		OpenStdin: 'bool',
		StdinOnce: 'bool',
		Env: strings,
		Cmd: 'words',
		Healthcheck: {
			struct: 'HealthConfig',
			fields: {
				Test: strings,
				Interval: 'int64',
				Timeout: 'int64',
				StartPeriod: 'int64',
				StartInterval: 'int64',
				Retries: 'int',
			},
		},
		ArgsEscaped: 'bool',
		Image: 'string',
		Volumes: { map: 'any' },
		WorkingDir: 'string',
		Entrypoint: 'words',
		NetworkDisabled: 'bool',
		MacAddress: 'string',
		OnBuild: strings,
		Labels: texts,
		StopSignal: 'string',
		StopTimeout: 'int',
		Shell: 'words',
		HostConfig: hostConfig,
		NetworkingConfig: {
			struct: 'NetworkingConfig',
			fields: { EndpointsConfig: { map: { struct: 'EndpointSettings', fields: endpoint() } } },
		},
	},
};

function endpoint(): Struct['fields'] {
	return {
		IPAMConfig: {
			struct: 'EndpointIPAMConfig',
			fields: { IPv4Address: 'string', IPv6Address: 'string', LinkLocalIPs: strings },
		},
		Links: strings,
		Aliases: strings,
		DriverOpts: texts,
		MacAddress: 'string',
		NetworkID: 'string',
	};
}
