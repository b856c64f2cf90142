import type { Service } from '../../api/kubernetes.ts';
import type { Context } from './strategy.ts';

/** An IPv4 network whose addresses are handed out. */
interface Cidr {
	base: number;
	size: number;
}

export function parseIPv4(text: string): number | undefined {
	const parts = text.split('.');
	if (
		parts.length !== 4 ||
		!parts.every((part) => /^(0|[1-9]\d{0,2})$/.test(part) && Number(part) < 256)
	)
		return undefined;
	return parts.reduce((sum, part) => sum * 256 + Number(part), 0);
}

function isIPv6(text: string): boolean {
	return text.includes(':') && !/[^0-9a-fA-F:.]/.test(text) && URL.canParse(`http://[${text}]/`);
}

/** What is wrong with an address of either family. */
export function ipErrors(text: string): string[] {
	if (parseIPv4(text) !== undefined || isIPv6(text)) return [];
	return ['must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)'];
}

export function formatIPv4(address: number): string {
	return [24, 16, 8, 0].map((shift) => Math.floor(address / 2 ** shift) % 256).join('.');
}

export function parseCidr(text: string): Cidr {
	const [address = '', bits = '32'] = text.split('/');
	const size = 2 ** (32 - Number(bits));
	const start = parseIPv4(address);
	if (start === undefined) throw new Error(`invalid CIDR address: ${text}`);
	return { base: Math.floor(start / size) * size, size };
}

export function inCidr(cidr: Cidr, address: number): boolean {
	return address >= cidr.base && address < cidr.base + cidr.size;
}

function usedBy(
	context: Context,
	except: string,
): { ips: Set<string>; ports: Map<number, Service> } {
	const ips = new Set<string>();
	const ports = new Map<number, Service>();
	for (const service of context.list('services') as Service[]) {
		if (service.metadata.uid === except) continue;
		for (const ip of service.spec.clusterIPs ?? []) ips.add(ip);
		for (const { nodePort } of service.spec.ports ?? []) if (nodePort) ports.set(nodePort, service);
	}
	return { ips, ports };
}

/** Whether another Service has the address. */
export function isIpTaken(context: Context, service: Service, ip: string): boolean {
	return usedBy(context, service.metadata.uid).ips.has(ip);
}

/** Whether another Service has the node port. */
export function isNodePortTaken(context: Context, service: Service, port: number): boolean {
	return usedBy(context, service.metadata.uid).ports.has(port);
}

/**
 * A free address of the range at random. The lowest part of the range is left to addresses that are asked for by number.
 * After pkg/registry/core/service/ipallocator: calculateRangeOffset
 */
export function allocateIp(context: Context, service: Service): string | undefined {
	const cidr = parseCidr(context.options.serviceClusterIpRange);
	const { ips } = usedBy(context, service.metadata.uid);
	const offset = rangeOffset(cidr.size);
	const isFree = (index: number) =>
		index > 0 && index < cidr.size - 1 && !ips.has(formatIPv4(cidr.base + index));
	const span = cidr.size - offset;
	const start = offset + Math.floor(context.rng.next() * span);
	for (let i = 0; i < cidr.size; i++) {
		const index = i < span ? offset + ((start - offset + i) % span) : i - span;
		if (isFree(index)) return formatIPv4(cidr.base + index);
	}
	return undefined;
}

function rangeOffset(size: number): number {
	if (size < 16) return 0;
	return Math.min(256, Math.max(16, Math.floor(size / 16)));
}

/** A free port of the node port range at random; `taken` adds ports of the same write. */
export function allocateNodePort(
	context: Context,
	service: Service,
	taken: Set<number>,
): number | undefined {
	const [first, last] = context.options.nodePortRange;
	const { ports } = usedBy(context, service.metadata.uid);
	const span = last - first + 1;
	const start = Math.floor(context.rng.next() * span);
	for (let i = 0; i < span; i++) {
		const port = first + ((start + i) % span);
		if (!ports.has(port) && !taken.has(port)) return port;
	}
	return undefined;
}
