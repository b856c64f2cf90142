import { CliError } from './errors.ts';
import { ObjectPrinter, printListing } from './print.ts';
import { boolFlag, formatFlag, type ClientCall, type Verb } from './verb.ts';

/** Unlike Docker: there is one context, and none can be made. */
const onlyContext = 'default';

const columns = [
	{ field: 'Name', heading: 'NAME' },
	{ field: 'Description', heading: 'DESCRIPTION' },
	{ field: 'DockerEndpoint', heading: 'DOCKER ENDPOINT' },
	{ field: 'Error', heading: 'ERROR' },
];

function offline(verb: Omit<Verb, 'run'> & { alone: NonNullable<Verb['alone']> }): Verb {
	return { ...verb, run: verb.alone };
}

const list = offline({
	name: 'ls',
	usage: 'context ls [OPTIONS]',
	short: 'List contexts',
	aliases: ['docker context ls', 'docker context list'],
	flags: [formatFlag(), boolFlag('quiet', 'Show names only', 'q')],
	min: 0,
	max: 0,
	alone: async ({ flags, io, host }) => {
		const row = {
			Current: true,
			Description: 'Current DOCKER_HOST based configuration',
			DockerEndpoint: host,
			Error: '',
			Name: onlyContext,
		};
		const format = flags.string('format');
		const isTable = format === '' || format.startsWith('table');
		const rows = [isTable ? { ...row, Name: `${onlyContext} *` } : row];
		const listing = { columns, rows, type: '*formatter.clientContextContext' };
		await io.out(flags.bool('quiet') ? `${onlyContext}\n` : printListing(listing, format));
		return 0;
	},
});

const show = offline({
	name: 'show',
	usage: 'context show',
	short: 'Print the name of the current context',
	flags: [],
	min: 0,
	max: 0,
	alone: async ({ io }) => {
		await io.out(`${onlyContext}\n`);
		return 0;
	},
});

const inspect = offline({
	name: 'inspect',
	usage: 'context inspect [OPTIONS] [CONTEXT] [CONTEXT...]',
	short: 'Display detailed information on one or more contexts',
	flags: [formatFlag(true)],
	min: 0,
	alone: async (call) => {
		const names = call.args.length > 0 ? call.args : [onlyContext];
		const printer = new ObjectPrinter(call.flags.string('format'));
		for (const name of names) {
			if (name === onlyContext) printer.add(contextObject(call));
			else printer.fail(notFound(name).message);
		}
		return printer.finish(call.io);
	},
});

function contextObject({ host }: ClientCall): Record<string, unknown> {
	return {
		Name: onlyContext,
		Metadata: {},
		Endpoints: { docker: { Host: host, SkipTLSVerify: false } },
		TLSMaterial: {},
		Storage: { MetadataPath: '<IN MEMORY>', TLSPath: '<IN MEMORY>' },
	};
}

const use = offline({
	name: 'use',
	usage: 'context use CONTEXT',
	short: 'Set the current docker context',
	flags: [],
	min: 1,
	max: 1,
	alone: async ({ args, io }) => {
		const [name = ''] = args;
		if (name !== onlyContext) throw notFound(name);
		await io.out(`${name}\n`);
		await io.err(`Current context is now "${name}"\n`);
		return 0;
	},
});

function notFound(name: string): CliError {
	return new CliError(`context "${name}": context not found`);
}

/** `docker context …` */
export const contextVerbs: Verb[] = [inspect, list, show, use];
