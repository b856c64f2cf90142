import { noDaemon } from './errors.ts';
import { printObject } from './print.ts';
import { formatFlag, type ClientCall, type Verb } from './verb.ts';

/** The behaviour that is followed, and that it is not docker's own program. */
export const engineVersion = '28.2.2-drydock';
const apiVersion = '1.50';

/** `docker version` */
export const version: Verb = {
	name: 'version',
	usage: 'version [OPTIONS]',
	short: 'Show the Docker version information',
	flags: [formatFlag(true)],
	min: 0,
	max: 0,
	run: async (call) => {
		const { kernelVersion } = await call.engine.info();
		await show(call, {
			Platform: { Name: 'Drydock' },
			...common,
			MinAPIVersion: '1.24',
			KernelVersion: kernelVersion,
			Experimental: false,
		});
		return 0;
	},
	alone: async (call) => {
		await show(call, null);
		throw noDaemon(version, call.host);
	},
};

const common = { Version: engineVersion, ApiVersion: apiVersion, Os: 'linux', Arch: '386' };

async function show({ flags, io }: ClientCall, server: object | null): Promise<void> {
	const format = flags.string('format');
	if (format === '') return io.out(server ? `${clientText}\n${serverText}` : clientText);
	const client = { Platform: { Name: 'Drydock' }, ...common, Context: 'default' };
	const names = { template: 'version', type: 'system.versionInfo' };
	await printObject(io, { Client: client, Server: server }, format, names);
}

const clientText = `Client: Drydock
 Version:           ${engineVersion}
 API version:       ${apiVersion}
 OS/Arch:           linux/386
 Context:           default
`;

const serverText = `Server: Drydock
 Engine:
  Version:          ${engineVersion}
  API version:      ${apiVersion} (minimum version 1.24)
  OS/Arch:          linux/386
  Experimental:     false
`;
