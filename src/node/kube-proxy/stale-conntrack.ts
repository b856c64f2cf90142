import type { Agent } from '../../api/agent.ts';
import { runProgram } from '../engine/kernel.ts';
import { endpointKey, type EndpointMap } from './endpoints.ts';
import type { ServicePort } from './service-port.ts';

/**
 * Entries of the kernel's connection table that would keep UDP clients at an endpoint that is gone, or at
 * no endpoint although there is one now, as arguments of `conntrack`. After pkg/proxy/conntrack/cleanup.go
 */
export function staleEntries(
	ports: ServicePort[],
	before: EndpointMap,
	after: EndpointMap,
): string[][] {
	const commands: string[][] = [];
	for (const port of ports) {
		if (port.protocol !== 'udp') continue;
		const key = endpointKey(port.portName, port.protocol);
		const old = before.get(port.service)?.get(key) ?? [];
		const now = after.get(port.service)?.get(key) ?? [];
		const match = ['-D', '-p', 'udp', '--orig-dst', port.clusterIp];
		if (old.length === 0 && now.length > 0) commands.push(match);
		for (const { ip } of old)
			if (!now.some((endpoint) => endpoint.ip === ip)) commands.push([...match, '--dst-nat', ip]);
	}
	return commands;
}

/** `conntrack` fails when nothing matched, which is as good. */
export async function removeStale(agent: Agent, commands: string[][]): Promise<void> {
	for (const command of commands) await runProgram(agent, ['conntrack', ...command]);
}
