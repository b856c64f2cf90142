import { EngineError } from '../../client/engine-error.ts';
import type { CreateBody, HostConfig } from './create-body.ts';

/**
 * Fields of docker's that this engine has nothing behind, each with the values that ask for nothing. A client sends
 * them all; one that says something is refused, not dropped in silence.
 */
const ofHost: Record<string, readonly unknown[]> = {
	Annotations: [],
	BlkioDeviceReadBps: [],
	BlkioDeviceReadIOps: [],
	BlkioDeviceWriteBps: [],
	BlkioDeviceWriteIOps: [],
	BlkioWeight: [],
	BlkioWeightDevice: [],
	Cgroup: [],
	CgroupParent: [],
	CgroupnsMode: ['private'],
	CpuCount: [],
	CpuPercent: [],
	CpuPeriod: [],
	CpuQuota: [],
	CpuRealtimePeriod: [],
	CpuRealtimeRuntime: [],
	CpusetCpus: [],
	CpusetMems: [],
	DeviceCgroupRules: [],
	DeviceRequests: [],
	Devices: [],
	IOMaximumBandwidth: [],
	IOMaximumIOps: [],
	IpcMode: ['private', 'shareable'],
	Isolation: ['default'],
	KernelMemory: [],
	KernelMemoryTCP: [],
	Links: [],
	MaskedPaths: [],
	MemoryReservation: [],
	MemorySwappiness: [-1],
	OomKillDisable: [],
	ReadonlyPaths: [],
	Runtime: ['runc', 'io.containerd.runc.v2'],
	StorageOpt: [],
	UTSMode: [],
	UsernsMode: ['host'],
	VolumeDriver: ['local'],
};

const ofConfig: Record<string, readonly unknown[]> = { Domainname: [], MacAddress: [] };

const ofEndpoint = { DriverOpts: [], Links: [], MacAddress: [] };

/** What a security option may say here: there is neither seccomp nor AppArmor nor SELinux to switch off. */
const harmless =
	/^(no-new-privileges([:=](true|false))?|(seccomp|apparmor)[:=]unconfined|label[:=]disable)$/;

/** Throws for everything that was asked for and cannot be had. */
export function refuseUnsupported(body: CreateBody): void {
	const host = body.HostConfig ?? {};
	refuse(body, ofConfig, '');
	refuse(host, ofHost, 'HostConfig.');
	refuseLogging(host);
	refuseEndpoints(body);
	for (const option of host.SecurityOpt ?? [])
		if (!harmless.test(option)) throw unsupported(`HostConfig.SecurityOpt (${option})`);
	const [test = 'NONE'] = body.Healthcheck?.Test ?? [];
	if (test !== 'NONE') throw unsupported('Healthcheck');
}

function refuse(given: object, fields: Record<string, readonly unknown[]>, prefix: string): void {
	for (const [name, neutral] of Object.entries(fields)) {
		const value = (given as Record<string, unknown>)[name];
		if (!isZero(value) && !neutral.includes(value)) throw unsupported(prefix + name);
	}
}

/** Go's zero value, or one made of such. */
function isZero(value: unknown): boolean {
	if (typeof value !== 'object' || value === null) return !value;
	return Object.values(value).every(isZero);
}

function refuseLogging({ LogConfig = {} }: HostConfig): void {
	const { Type = '', Config = {} } = LogConfig;
	if (!['', 'default', 'json-file'].includes(Type)) throw unsupported(`log driver "${Type}"`);
	const [option] = Object.keys(Config);
	if (option !== undefined) throw unsupported(`log option "${option}"`);
}

function refuseEndpoints({ NetworkingConfig = {} }: CreateBody): void {
	for (const endpoint of Object.values(NetworkingConfig.EndpointsConfig ?? {})) {
		if (!isZero(endpoint['IPAMConfig']))
			throw new EngineError(
				400,
				'user specified IP address is supported on user defined networks only',
			);
		if (!isZero(endpoint['Aliases']))
			throw new EngineError(
				400,
				'network-scoped alias is supported only for containers in user defined networks',
			);
		refuse(endpoint, ofEndpoint, 'NetworkingConfig.EndpointsConfig.');
	}
}

/** Known to docker, and not to this engine. */
export function unsupported(what: string): EngineError {
	return new EngineError(501, `${what} is not supported by this engine`);
}
