import type { ContainerConfig, NetworkMode, Resources } from '../../api/engine.ts';
import { EngineError } from '../../client/engine-error.ts';
import { environment, linesOf } from './environment.ts';
import { CliError, InputError } from './errors.ts';
import { parseBytes, type FlagValues } from './flags.ts';
import { parseMounts } from './mount-flags.ts';
import { parseExposed, parsePorts } from './port-flags.ts';
import { splitHost } from './validators.ts';
import type { Call } from './verb.ts';

/**
 * Reads the flags of `run` and `create`. An `InputError` is the client's, an `EngineError` what the daemon would say.
 * After cli/command/container/opts.go: parse.
 */
export async function containerConfig(call: Call): Promise<ContainerConfig> {
	const { flags, args } = call;
	const [ref = '', ...cmd] = args;
	const entrypoint = flags.optional('entrypoint');
	parseExposed(flags.list('expose'));
	const own = {
		...switches(flags),
		...texts(flags),
		...lists(flags),
		ports: parsePorts(flags.list('publish')),
		restart: restart(flags),
		resources: resources(flags),
		env: await environment(call),
		labels: labels([...(await labelLines(call)), ...flags.list('label')]),
	};
	return {
		image: ref,
		...(cmd.length > 0 ? { cmd } : {}),
		...(entrypoint === undefined ? {} : { entrypoint: entrypoint === '' ? [] : [entrypoint] }),
		...own,
		network: network(flags),
		mounts: await parseMounts(call),
		extraHosts: flags.list('add-host').map(hostLine),
	};
}

async function labelLines(call: Call): Promise<string[]> {
	const files = call.flags.list('label-file');
	return (await Promise.all(files.map((path) => linesOf(call, path)))).flat();
}

function switches(flags: FlagValues): Partial<ContainerConfig> {
	return {
		tty: flags.bool('tty'),
		openStdin: flags.bool('interactive'),
		privileged: flags.bool('privileged'),
		readonlyRootfs: flags.bool('read-only'),
		init: flags.bool('init'),
		autoRemove: flags.bool('rm'),
		noNewPrivileges: securityOptions(flags),
	};
}

function texts(flags: FlagValues): Partial<ContainerConfig> {
	const given = (name: string, field: string) => {
		const value = flags.optional(name);
		return value ? { [field]: value } : {};
	};
	return {
		...given('name', 'name'),
		...given('workdir', 'workingDir'),
		...given('user', 'user'),
		...given('hostname', 'hostname'),
		...given('stop-signal', 'stopSignal'),
		...(flags.has('oom-score-adj') ? { oomScoreAdj: flags.int('oom-score-adj') } : {}),
	};
}

function lists(flags: FlagValues): Partial<ContainerConfig> {
	const dns = {
		nameservers: flags.list('dns'),
		searches: flags.list('dns-search'),
		options: flags.list('dns-option'),
	};
	const hasDns = Object.values(dns).some((values) => values.length > 0);
	const sysctls = labels(flags.list('sysctl'));
	return {
		capAdd: flags.list('cap-add').flatMap((value) => value.split(',')),
		capDrop: flags.list('cap-drop').flatMap((value) => value.split(',')),
		...(hasDns ? { dns } : {}),
		...(Object.keys(sysctls).length > 0 ? { sysctls } : {}),
	};
}

/** Whether privileges may not grow; other options name what the engine has not, and so turn nothing off. */
function securityOptions(flags: FlagValues): boolean {
	const options = flags.list('security-opt').map((option) => option.split(/[=:]/));
	const names = [
		'no-new-privileges',
		'seccomp',
		'apparmor',
		'label',
		'systempaths',
		'writable-cgroups',
	];
	for (const [i, [name = '', value]] of options.entries())
		if (!names.includes(name) || (value === undefined && name !== 'no-new-privileges'))
			throw new InputError(`Invalid --security-opt: "${flags.list('security-opt')[i]}"`);
	return options.some(([name, value]) => name === 'no-new-privileges' && value !== 'false');
}

/** `key=value` and `key` as a map. */
export function labels(entries: readonly string[]): Record<string, string> {
	return Object.fromEntries(
		entries.map((entry) => {
			const at = entry.indexOf('=');
			return at < 0 ? [entry, ''] : [entry.slice(0, at), entry.slice(at + 1)];
		}),
	);
}

function hostLine(entry: string): string {
	const { name = '', address = '' } = splitHost(entry) ?? {};
	return `${address === 'host-gateway' ? '172.17.0.1' : address}\t${name}`;
}

function network(flags: FlagValues): NetworkMode {
	const given = [...flags.list('network'), ...flags.list('net')];
	if (given.length > 1)
		throw new CliError('docker: more than one network is not offered by this engine', 125);
	const name = networkName(given[0] ?? 'bridge');
	if (name === '') throw new InputError('no name set for network');
	if (name === 'default') return 'bridge';
	const isKnown = ['bridge', 'host', 'none'].includes(name) || name.startsWith('container:');
	if (isKnown) return name as NetworkMode;
	throw new EngineError(404, `network ${name} not found`);
}

/** `bridge` or `name=bridge`. After opts/network.go: Set. */
function networkName(text: string): string {
	if (!text.includes('=')) return text;
	const fields = text.split(',').map((field) => field.split('='));
	const other = fields.find(([key]) => key !== 'name');
	if (other)
		throw new CliError(`docker: '${other[0]}' of --network is not offered by this engine`, 125);
	return fields[0]?.[1] ?? '';
}

function resources(flags: FlagValues): Resources {
	const memory = parseBytes(flags.string('memory') || '0') ?? 0;
	const nanoCpus = cpus(flags);
	return {
		...(memory > 0 ? { memory } : {}),
		...(nanoCpus > 0 ? { nanoCpus } : {}),
		...(flags.has('cpu-shares') ? { cpuShares: flags.int('cpu-shares') } : {}),
		...(flags.has('pids-limit') ? { pidsLimit: flags.int('pids-limit') } : {}),
	};
}

/** The kernel's default. */
const cpuPeriod = 100_000;

/** Unlike Docker: a quota in each period is told as the share of a CPU that it is. */
function cpus(flags: FlagValues): number {
	const [quota, period] = [flags.int('cpu-quota'), flags.int('cpu-period')];
	if (flags.has('cpus') && (quota > 0 || period > 0))
		throw new EngineError(400, 'conflicting options: Nano CPUs and CPU Period cannot both be set');
	const share = quota > 0 ? quota / (period || cpuPeriod) : Number(flags.string('cpus') || 0);
	return Math.round(share * 1e9);
}

const policies = ['no', 'always', 'on-failure', 'unless-stopped'] as const;

/** After opts/opts.go: ParseRestartPolicy, and what the daemon says of one. */
function restart(flags: FlagValues): NonNullable<ContainerConfig['restart']> {
	const [name = '', count, ...more] = flags.string('restart').split(':');
	if (count !== undefined && name === '')
		throw new InputError('invalid restart policy format: no policy provided before colon');
	if (more.length > 0) throw new InputError('invalid restart policy format');
	if (count !== undefined && !/^\d+$/.test(count))
		throw new InputError('invalid restart policy format: maximum retry count must be an integer');
	if (flags.bool('rm') && name !== '' && name !== 'no')
		throw new InputError('conflicting options: cannot specify both --restart and --rm');
	const policy = policies.find((known) => known === (name || 'no'));
	if (!policy)
		throw new EngineError(
			400,
			`invalid restart policy: unknown policy '${name}'; use one of 'no', 'always', 'on-failure', or 'unless-stopped'`,
		);
	if (Number(count ?? 0) > 0 && policy !== 'on-failure')
		throw new EngineError(
			400,
			"invalid restart policy: maximum retry count can only be used with 'on-failure'",
		);
	return { name: policy, maximumRetryCount: Number(count ?? 0) };
}
