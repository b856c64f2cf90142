import type { Image, PortBinding } from '../../api/engine.ts';
import { InputError } from './errors.ts';
import { isAddress } from './validators.ts';

/** `8080:80`, `127.0.0.1:8080:80/udp`, `80`, `8000-8002:80-82`. After docker/go-connections: nat.ParsePortSpec. */
export function parsePorts(texts: readonly string[]): PortBinding[] {
	return texts.flatMap(parseOne);
}

function parseOne(text: string): PortBinding[] {
	const [spec = '', protocol = 'tcp'] = text.split('/');
	const parts = spec.split(':');
	const container = range(parts.pop() ?? '', 'containerPort');
	const host = range(parts.pop() ?? '', 'hostPort');
	const hostIp = parts.join(':');
	if (hostIp !== '' && !isAddress(hostIp)) throw invalid(`invalid IP address: ${hostIp}`);
	if (protocol !== 'tcp' && protocol !== 'udp') throw invalid(`invalid proto: ${protocol}`);
	if (container.length === 0) throw invalid(`no port specified: ${text}<empty>`);
	if (host.length > 0 && host.length !== container.length)
		throw invalid(`invalid ranges specified for container and host Ports: ${spec}`);
	return container.map((containerPort, i) => ({
		containerPort,
		protocol,
		hostPort: host[i] ?? 0,
		...(hostIp ? { hostIp } : {}),
	}));
}

function range(text: string, what: string): number[] {
	if (text === '') return [];
	const match = /^(\d+)(?:-(\d+))?$/.exec(text);
	const first = Number(match?.[1]);
	const last = Number(match?.[2] ?? first);
	if (!match || first > 65_535 || last > 65_535 || last < first)
		throw invalid(`invalid ${what}: ${text}`);
	return Array.from({ length: last - first + 1 }, (_, i) => first + i);
}

function invalid(why: string): InputError {
	return new InputError(why);
}

/** `80`, `80-90/udp` of `--expose`. */
export function parseExposed(texts: readonly string[]): void {
	for (const text of texts) {
		if (text.includes(':')) throw invalid(`invalid port format for --expose: ${text}`);
		const [ports = '', protocol = 'tcp'] = text.split('/');
		const bad = ports.split('-').find((port) => !/^\d+$/.test(port));
		if (bad !== undefined)
			throw invalid(
				`invalid range format for --expose: ${text}, error: strconv.ParseUint: parsing "${bad}": invalid syntax`,
			);
		if (protocol !== 'tcp' && protocol !== 'udp') throw invalid(`invalid proto: ${protocol}`);
	}
}

/** A binding to a free port for each exposed port that has none yet. */
export function publishAll(
	image: Image,
	exposed: readonly string[],
	already: readonly PortBinding[],
): PortBinding[] {
	const all = parsePorts([...image.config.exposedPorts, ...exposed]);
	const has = (port: PortBinding) =>
		already.some(
			(other) => other.containerPort === port.containerPort && other.protocol === port.protocol,
		);
	return all.filter((port) => !has(port));
}
