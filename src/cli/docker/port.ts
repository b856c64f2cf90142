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
		if (wanted === undefined) {
			const lines = ports.map(
				(port) =>
					`${port.containerPort}/${port.protocol} -> ${port.hostIp ?? '0.0.0.0'}:${port.hostPort}\n`,
			);
			await io.out(lines.join(''));
			return 0;
		}
		const full = wanted.includes('/') ? wanted : `${wanted}/tcp`;
		const found = ports.filter((port) => `${port.containerPort}/${port.protocol}` === full);
		if (found.length === 0) throw new CliError(`no public port '${full}' published for ${name}`);
		await io.out(found.map((port) => `${port.hostIp ?? '0.0.0.0'}:${port.hostPort}\n`).join(''));
		return 0;
	},
};
