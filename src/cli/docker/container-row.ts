import type { Container, Image, PortBinding } from '../../api/engine.ts';
import { ellipsis, goTime, humanDuration, shortId, timeAgo } from './human.ts';

/** A container as `docker ps` shows it. After cli/command/formatter/container.go. */
export function containerRow(
	container: Container,
	image: Image | undefined,
	options: { now: number; noTrunc: boolean },
): Record<string, unknown> {
	const { now, noTrunc } = options;
	const command = container.argv.join(' ');
	const labels = container.config.labels ?? {};
	return {
		Command: JSON.stringify(noTrunc ? command : ellipsis(command, 20)),
		CreatedAt: goTime(container.created),
		ID: noTrunc ? container.id : shortId(container.id),
		Image: container.image,
		Labels: Object.entries(labels)
			.map(([key, value]) => `${key}=${value}`)
			.join(','),
		LocalVolumes: String(container.mounts.filter((mount) => mount.type === 'volume').length),
		Mounts: container.mounts
			.map((mount) => (noTrunc ? mount.source : ellipsis(mount.source, 15)))
			.join(','),
		Names: container.name,
		Networks: networkName(container),
		Ports: portsText(container, image),
		RunningFor: timeAgo(now, container.created),
		Size: '0B',
		State: container.state,
		Status: statusText(container, now),
		Label: (key: unknown) => labels[String(key)] ?? '',
	};
}

/** The network docker would name. */
export function networkName({ config }: Container): string {
	if (config.sandbox) return 'none';
	return (config.network ?? 'bridge').startsWith('container:') ? '' : (config.network ?? 'bridge');
}

/** `Up 2 minutes`, `Exited (0) 3 seconds ago`. After container/state.go: String. */
export function statusText(container: Container, now: number): string {
	const { state, exitCode, started, finished } = container;
	if (state === 'running') return `Up ${humanDuration(now - started)}`;
	if (state === 'paused') return `Up ${humanDuration(now - started)} (Paused)`;
	if (state === 'restarting') return `Restarting (${exitCode}) ${timeAgo(now, finished)}`;
	if (state === 'removing') return 'Removal In Progress';
	if (state === 'dead') return 'Dead';
	if (state === 'created') return 'Created';
	return `Exited (${exitCode}) ${timeAgo(now, finished)}`;
}

function portsText(container: Container, image: Image | undefined): string {
	if (container.state !== 'running' && container.state !== 'paused') return '';
	if (container.config.network === 'host') return '';
	const bound = container.config.ports ?? [];
	const isBound = (text: string) =>
		bound.some((port) => `${port.containerPort}/${port.protocol}` === text);
	const exposed = (image?.config.exposedPorts ?? []).filter((text) => !isBound(text));
	return [...exposed, ...bound.map(bindingText)].join(', ');
}

/** `0.0.0.0:8080->80/tcp` */
function bindingText(port: PortBinding): string {
	const host = `${port.hostIp ?? '0.0.0.0'}:${port.hostPort}`;
	return `${host}->${port.containerPort}/${port.protocol}`;
}
