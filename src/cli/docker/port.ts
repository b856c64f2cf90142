import type { PortBinding } from '../../api/engine.ts';
import { CliError } from './errors.ts';
import type { Verb } from './verb.ts';

/** `docker port` */
export const port: Verb = {
	name: 'port',
	usage: 'port CONTAINER [PRIVATE_PORT[/PROTO]]',
	short: 'List port mappings or a specific mapping for the container',
	aliases: ['docker container port', 'docker port'],
	flags: [],
	min: 1,
	max: 2,
	completes: 'running',
	run: async ({ engine, args, io }) => {
		const [name = '', wanted] = args;
		const container = engine.container(name);
		const ports = container.state === 'running' ? (container.config.ports ?? []) : [];
		const address = (port: PortBinding) => `${port.hostIp ?? '0.0.0.0'}:${port.hostPort}\n`;
		if (wanted === undefined) {
			const lines = ports.map(
				(port) => `${port.containerPort}/${port.protocol} -> ${address(port)}`,
			);
			await io.out(lines.sort(naturally).join(''));
			return 0;
		}
		const [number = '', protocol = 'tcp'] = wanted.split('/');
		if (!/^\d+$/.test(number))
			throw new CliError(
				`Error: invalid port (${number}): strconv.ParseUint: parsing "${number}": invalid syntax`,
			);
		const found = ports.filter(
			(port) => port.containerPort === Number(number) && port.protocol === protocol,
		);
		if (found.length === 0)
			throw new CliError(`Error: No public port '${wanted}' published for ${name}`);
		await io.out(found.map(address).join(''));
		return 0;
	},
};

/** Numbers in a text count as numbers. */
function naturally(a: string, b: string): number {
	return a.localeCompare(b, 'en', { numeric: true });
}
