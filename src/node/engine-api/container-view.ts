import { commandLine, statusText } from '../../cli/docker/container-row.ts';
import type { Container } from '../../api/engine.ts';
import { goTime } from './route.ts';

function portKeys(container: Container): Record<string, { HostIp: string; HostPort: string }[]> {
	const ports: Record<string, { HostIp: string; HostPort: string }[]> = {};
	for (const { containerPort, protocol, hostPort, hostIp } of container.config.ports ?? [])
		(ports[`${containerPort}/${protocol}`] ??= []).push({
			HostIp: hostIp ?? '0.0.0.0',
			HostPort: String(hostPort),
		});
	return ports;
}

function mounts(container: Container) {
	return container.mounts.map(({ type, source, target, readonly }) => ({
		Type: type,
		...(type === 'volume' ? { Name: source, Driver: 'local' } : {}),
		Source: type === 'volume' ? `/var/lib/docker/volumes/${source}/_data` : source,
		Destination: target,
		Mode: readonly ? 'ro' : '',
		RW: !readonly,
		Propagation: type === 'bind' ? 'rprivate' : '',
	}));
}

/** One element of GET /containers/json. */
export function summarizeContainer(container: Container, now: number) {
	return {
		Id: container.id,
		Names: [`/${container.name}`],
		Image: container.image,
		ImageID: container.imageId,
		Command: commandLine(container.argv),
		Created: Math.floor(container.created / 1000),
		Ports: (container.config.ports ?? []).map(({ containerPort, protocol, hostPort, hostIp }) => ({
			IP: hostIp ?? '0.0.0.0',
			PrivatePort: containerPort,
			PublicPort: hostPort,
			Type: protocol,
		})),
		Labels: container.config.labels ?? {},
		State: container.state,
		Status: statusText(container, now),
		HostConfig: { NetworkMode: container.config.network ?? 'bridge' },
		NetworkSettings: { Networks: { bridge: { IPAddress: container.ip } } },
		Mounts: mounts(container),
	};
}

function state(container: Container) {
	return {
		Status: container.state,
		Running: container.state === 'running' || container.state === 'paused',
		Paused: container.state === 'paused',
		Restarting: container.state === 'restarting',
		OOMKilled: container.oomKilled,
		Dead: container.state === 'dead',
		Pid: container.pid,
		ExitCode: container.exitCode,
		Error: container.error,
		StartedAt: goTime(container.started),
		FinishedAt: goTime(container.finished),
	};
}

function config({ id, image, config }: Container) {
	const { hostname = id.slice(0, 12), env = [], cmd = null, entrypoint = null } = config;
	const { workingDir = '', user = '', labels = {}, tty = false, openStdin = false } = config;
	const { exposedPorts = [], stopSignal, stopTimeout } = config;
	return {
		Hostname: hostname,
		Env: env,
		Cmd: cmd,
		Entrypoint: entrypoint,
		Image: image,
		WorkingDir: workingDir,
		User: user,
		Labels: labels,
		Tty: tty,
		OpenStdin: openStdin,
		ExposedPorts: Object.fromEntries(exposedPorts.map((port) => [port, {}])),
		...(stopSignal === undefined ? {} : { StopSignal: stopSignal }),
		...(stopTimeout === undefined ? {} : { StopTimeout: stopTimeout }),
	};
}

function hostConfig(container: Container) {
	const { network = 'bridge', resources = {}, restart, autoRemove = false } = container.config;
	const { privileged = false, readonlyRootfs = false } = container.config;
	const { memory = 0, nanoCpus = 0, cpuShares = 0, pidsLimit = null } = resources;
	return {
		NetworkMode: network,
		PortBindings: portKeys(container),
		Memory: memory,
		NanoCpus: nanoCpus,
		CpuShares: cpuShares,
		PidsLimit: pidsLimit,
		...surroundings(container.config),
		AutoRemove: autoRemove,
		Privileged: privileged,
		ReadonlyRootfs: readonlyRootfs,
		RestartPolicy: {
			Name: restart?.name ?? 'no',
			MaximumRetryCount: restart?.maximumRetryCount ?? 0,
		},
	};
}

function surroundings(config: Container['config']) {
	const { ulimits = [], extraHosts = [], capAdd = null, capDrop = null, init = null } = config;
	const { groupAdd = null, volumesFrom = null, publishAll = false, pid = '' } = config;
	return {
		CapAdd: capAdd,
		CapDrop: capDrop,
		...names(config.dns),
		ExtraHosts: extraHosts.map((line) => line.split('\t').reverse().join(':')),
		GroupAdd: groupAdd,
		Init: init,
		LogConfig: { Type: 'json-file', Config: {} },
		PidMode: pid,
		PublishAllPorts: publishAll,
		...tuning(config),
		Ulimits: ulimits.map(({ type, soft, hard }) => ({ Name: type, Soft: soft, Hard: hard })),
		VolumesFrom: volumesFrom,
	};
}

function names(dns: Container['config']['dns']) {
	const { nameservers = [], options = [], searches = [] } = dns ?? {};
	return { Dns: nameservers, DnsOptions: options, DnsSearch: searches };
}

function tuning(config: Container['config']) {
	const { oomScoreAdj = 0, shmSize = 64 << 20, sysctls = {}, noNewPrivileges } = config;
	return {
		OomScoreAdj: oomScoreAdj,
		SecurityOpt: noNewPrivileges ? ['no-new-privileges'] : null,
		ShmSize: shmSize,
		Sysctls: sysctls,
	};
}

function networkSettings(container: Container) {
	const endpoint = {
		IPAddress: container.ip,
		Gateway: container.gateway,
		MacAddress: container.mac,
	};
	return {
		SandboxKey: container.netns,
		...endpoint,
		Ports: portKeys(container),
		Networks: { [container.config.network ?? 'bridge']: endpoint },
	};
}

/** GET /containers/{id}/json. */
export function inspectContainer(container: Container) {
	const { lower, upper, work, merged } = container.overlay;
	return {
		Id: container.id,
		Name: `/${container.name}`,
		Created: goTime(container.created),
		Path: container.argv[0] ?? '',
		Args: container.argv.slice(1),
		Image: container.imageId,
		RestartCount: container.restartCount,
		Driver: 'overlay2',
		Platform: 'linux',
		State: state(container),
		Config: config(container),
		HostConfig: hostConfig(container),
		GraphDriver: {
			Name: 'overlay2',
			Data: { LowerDir: lower.join(':'), UpperDir: upper, WorkDir: work, MergedDir: merged },
		},
		Mounts: mounts(container),
		NetworkSettings: networkSettings(container),
	};
}
