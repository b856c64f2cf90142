import { CliError } from './errors.ts';
import type { FlagSpec, FlagValues } from './flags.ts';
import { boolFlag } from './verb.ts';

/** Where the node's own engine answers. */
export const ownHost = 'unix:///var/run/docker.sock';

const tlsFlags: FlagSpec[] = ['tlscacert', 'tlscert', 'tlskey'].map((name) => {
	return { name, kind: 'string', usage: 'File for TLS', hidden: true };
});

/** What stands before the command. After cli/flags/options.go: InstallFlags. */
export const globalFlags: FlagSpec[] = [
	{ name: 'config', kind: 'string', usage: 'Folder of client config files; nothing is read there' },
	{ name: 'context', short: 'c', kind: 'string', usage: 'Context to use; there is "default"' },
	boolFlag('debug', 'Enable debug mode', 'D'),
	{ name: 'host', short: 'H', kind: 'list', usage: 'Daemon socket to connect to' },
	{
		name: 'log-level',
		short: 'l',
		kind: 'string',
		usage: 'Logging level ("debug", "info", "warn", "error", "fatal")',
		fallback: 'info',
	},
	boolFlag('tls', 'Use TLS; implied by --tlsverify'),
	boolFlag('tlsverify', 'Use TLS and verify the remote'),
	...tlsFlags,
	boolFlag('version', 'Print version information and quit', 'v'),
];

const levels = ['trace', 'debug', 'info', 'warn', 'warning', 'error', 'fatal', 'panic'];

/** Refuses what no command would do with. */
export function checkGlobals(flags: FlagValues): void {
	const level = flags.string('log-level');
	if (!levels.includes(level.toLowerCase()))
		throw new CliError(`Unable to parse logging level: ${level}`);
	if (flags.has('host') && flags.string('context') !== '')
		throw new CliError('conflicting options: cannot specify both --host and --context');
}

/** The host that a command is meant for. After cli/command/cli.go: resolveContextName, resolveDockerEndpoint. */
export function chosenHost(flags: FlagValues, env: Record<string, string>): string {
	const hosts = flags.list('host');
	if (hosts.length > 1) throw unresolved('Specify only one -H');
	const context =
		flags.string('context') ||
		(hosts.length === 0 && !env['DOCKER_HOST'] ? (env['DOCKER_CONTEXT'] ?? '') : '');
	if (context !== '' && context !== 'default')
		throw unresolved(`context "${context}": context not found`);
	const isTls = flags.bool('tls') || flags.bool('tlsverify') || Boolean(env['DOCKER_TLS_VERIFY']);
	return parseHost(hosts[0] ?? env['DOCKER_HOST'] ?? '', isTls);
}

/** Whether a host is the node's engine; `/var/run` is `/run`. */
export function isOwnHost(host: string): boolean {
	return host === ownHost || host === 'unix:///run/docker.sock';
}

/** After opts/hosts.go: ParseHost. */
function parseHost(text: string, isTls: boolean): string {
	const value = text.trim();
	if (value === '') return isTls ? 'tcp://localhost:2376' : ownHost;
	const at = value.indexOf('://');
	const [scheme, address] = at < 0 ? ['tcp', value] : [value.slice(0, at), value.slice(at + 3)];
	if (scheme === 'unix') return address === '' ? ownHost : value;
	if (scheme === 'tcp') return `tcp://${tcpAddress(address, isTls)}`;
	if (scheme === 'fd')
		throw new CliError(`Failed to initialize: unable to parse docker host \`${value}\``);
	if (scheme === 'ssh' || scheme === 'npipe')
		throw new CliError(`docker: hosts of ${scheme}:// are not offered here`);
	throw unresolved(`invalid bind address format: ${value}`);
}

function tcpAddress(address: string, isTls: boolean): string {
	const [host, port] = address.split(':');
	return `${host || 'localhost'}:${port || (isTls ? 2376 : 2375)}`;
}

function unresolved(why: string): CliError {
	return new CliError(`Failed to initialize: unable to resolve docker endpoint: ${why}`);
}
