import type { Container, Image, PortBinding } from '../../api/engine.ts';
import { ellipsis, goQuote, goTime, humanDuration, shortId, timeAgo } from './human.ts';

/** A container as `docker ps` shows it. After cli/command/formatter/container.go. */
export function containerRow(
	container: Container,
	image: Image | undefined,
	options: { now: number; noTrunc: boolean },
): Record<string, unknown> {
	const { now, noTrunc } = options;
	const command = commandLine(container.argv);
	const labels = new Map(Object.entries(container.config.labels ?? {}));
	return {
		Command: goQuote(noTrunc ? command : ellipsis(command, 20)),
		CreatedAt: goTime(container.created),
		ID: noTrunc ? container.id : shortId(container.id),
		Image: container.image,
		Labels: [...labels].map(([key, value]) => `${key}=${value}`).join(','),
		LocalVolumes: String(container.mounts.filter((mount) => mount.type === 'volume').length),
		Mounts: container.mounts
			.map((mount) => (noTrunc ? mount.source : ellipsis(mount.source, 15)))
			.join(','),
		Names: container.name,
		Networks: networkName(container),
		Platform: null,
		Ports: portsText(container, image),
		RunningFor: timeAgo(now, container.created),
		Size: '0B',
		State: container.state,
		Status: statusText(container, now),
		Label: (key: unknown) => labels.get(String(key)) ?? '',
	};
}

/** A command in one line; what has blanks stands in quotes. After daemon/container/view.go: transform. */
export function commandLine(argv: readonly string[]): string {
	return argv.map((word, i) => (i > 0 && word.includes(' ') ? `'${word}'` : word)).join(' ');
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

interface ShownPort {
	port: number;
	protocol: string;
	/** Empty for one that is not published. */
	ip: string;
	hostPort: number;
}

function portsText(container: Container, image: Image | undefined): string {
	if (container.state !== 'running' && container.state !== 'paused') return '';
	if (container.config.network === 'host') return '';
	const bound = (container.config.ports ?? []).map(shownBinding);
	const exposed = (image?.config.exposedPorts ?? []).map(shownExposed);
	const isBound = (one: ShownPort) =>
		bound.some((other) => other.port === one.port && other.protocol === one.protocol);
	return displayPorts([...exposed.filter((one) => !isBound(one)), ...bound]);
}

function shownBinding({ containerPort, protocol, hostIp, hostPort }: PortBinding): ShownPort {
	return { port: containerPort, protocol, ip: hostIp ?? '0.0.0.0', hostPort };
}

function shownExposed(text: string): ShownPort {
	const [port, protocol = 'tcp'] = text.split('/');
	return { port: Number(port), protocol, ip: '', hostPort: 0 };
}

/**
 * `80-81/tcp, 0.0.0.0:8080->80/tcp`: neighbours that are published under their own number, or not at all, are told as
 * one. After cli/command/formatter/container.go: DisplayablePorts.
 */
function displayPorts(ports: readonly ShownPort[]): string {
	const groups = new Map<string, { first: ShownPort; last: number }>();
	const [ended, mapped]: [string[], string[]] = [[], []];
	for (const one of [...ports].sort(byPort)) {
		if (one.ip !== '' && one.hostPort !== one.port) {
			mapped.push(`${one.ip}:${one.hostPort}->${one.port}/${one.protocol}`);
			continue;
		}
		const key = `${one.ip}/${one.protocol}`;
		const group = groups.get(key);
		if (group && one.port === group.last + 1) {
			group.last = one.port;
			continue;
		}
		if (group) ended.push(groupText(group.first, group.last));
		groups.set(key, { first: one, last: one.port });
	}
	const open = [...groups.values()].map(({ first, last }) => groupText(first, last));
	return [...ended, ...open, ...mapped].join(', ');
}

function byPort(a: ShownPort, b: ShownPort): number {
	return a.port - b.port || (a.ip < b.ip ? -1 : Number(a.ip > b.ip)) || a.hostPort - b.hostPort;
}

function groupText({ port, ip, protocol }: ShownPort, last: number): string {
	const range = port === last ? String(port) : `${port}-${last}`;
	return `${ip === '' ? '' : `${ip}:${range}->`}${range}/${protocol}`;
}
