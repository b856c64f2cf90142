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
	return container.mounts.map((mount) => ({
		Type: mount.type,
		Source: mount.source,
		Destination: mount.target,
		Mode: mount.readonly ? 'ro' : '',
		RW: !mount.readonly,
	}));
}

/** One element of GET /containers/json. */
export function summarizeContainer(container: Container) {
	return {
		Id: container.id,
		Names: [`/${container.name}`],
		Image: container.image,
		ImageID: container.imageId,
		Command: container.argv.join(' '),
		Created: Math.floor(container.created / 1000),
		Ports: (container.config.ports ?? []).map(({ containerPort, protocol, hostPort, hostIp }) => ({
			IP: hostIp ?? '0.0.0.0',
			PrivatePort: containerPort,
			PublicPort: hostPort,
			Type: protocol,
		})),
		Labels: container.config.labels ?? {},
		State: container.state,
		Status: container.state === 'exited' ? `Exited (${container.exitCode})` : container.state,
		HostConfig: { NetworkMode: container.config.network ?? 'bridge' },
		NetworkSettings: { Networks: { bridge: { IPAddress: container.ip } } },
		Mounts: mounts(container),
	};
}

/** GET /containers/{id}/json. */
export function inspectContainer(container: Container) {
	const { config } = container;
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
		State: {
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
		},
		Config: {
			Hostname: config.hostname ?? container.id.slice(0, 12),
			Env: config.env ?? [],
			Cmd: config.cmd ?? null,
			Entrypoint: config.entrypoint ?? null,
			Image: container.image,
			WorkingDir: config.workingDir ?? '',
			User: config.user ?? '',
			Labels: config.labels ?? {},
			Tty: config.tty ?? false,
			OpenStdin: config.openStdin ?? false,
		},
		HostConfig: {
			NetworkMode: config.network ?? 'bridge',
			PortBindings: portKeys(container),
			Memory: config.resources?.memory ?? 0,
			NanoCpus: config.resources?.nanoCpus ?? 0,
			CpuShares: config.resources?.cpuShares ?? 0,
			PidsLimit: config.resources?.pidsLimit ?? null,
			AutoRemove: config.autoRemove ?? false,
			Privileged: config.privileged ?? false,
			ReadonlyRootfs: config.readonlyRootfs ?? false,
			RestartPolicy: {
				Name: config.restart?.name ?? 'no',
				MaximumRetryCount: config.restart?.maximumRetryCount ?? 0,
			},
		},
		GraphDriver: {
			Name: 'overlay2',
			Data: {
				LowerDir: container.overlay.lower.join(':'),
				UpperDir: container.overlay.upper,
				WorkDir: container.overlay.work,
				MergedDir: container.overlay.merged,
			},
		},
		Mounts: mounts(container),
		NetworkSettings: {
			SandboxKey: container.netns,
			IPAddress: container.ip,
			Gateway: container.gateway,
			MacAddress: container.mac,
			Ports: portKeys(container),
			Networks: {
				[config.network ?? 'bridge']: {
					IPAddress: container.ip,
					Gateway: container.gateway,
					MacAddress: container.mac,
				},
			},
		},
	};
}
