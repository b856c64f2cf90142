import { renderTemplate } from './print.ts';
import { formatFlag, type Verb } from './verb.ts';

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
	run: async ({ engine, flags, io }) => {
		const { kernelVersion } = await engine.info();
		const common = { Version: engineVersion, Os: 'linux', Arch: '386', ApiVersion: apiVersion };
		const data = {
			Client: { Platform: { Name: 'Drydock' }, ...common, Context: 'default' },
			Server: {
				Platform: { Name: 'Drydock' },
				...common,
				MinAPIVersion: '1.24',
				KernelVersion: kernelVersion,
				Experimental: false,
			},
		};
		const format = flags.string('format');
		if (format === 'json') await io.out(`${JSON.stringify(data)}\n`);
		else if (format) await io.out(`${renderTemplate(format, data)}\n`);
		else await io.out(plain);
		return 0;
	},
};

const plain = `Client: Drydock
 Version:           ${engineVersion}
 API version:       ${apiVersion}
 OS/Arch:           linux/386
 Context:           default

Server: Drydock
 Engine:
  Version:          ${engineVersion}
  API version:      ${apiVersion} (minimum version 1.24)
  OS/Arch:          linux/386
  Experimental:     false
`;
