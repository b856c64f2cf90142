import type { ContainerConfig, Image, NetworkMode, Resources } from '../../api/engine.ts';
import { CliError } from './errors.ts';
import { parseBytes, type FlagValues } from './flags.ts';
import { parseMounts } from './mount-flags.ts';
import { parsePorts, publishAll } from './port-flags.ts';
import type { Call } from './verb.ts';

/** Reads the flags of `run` and `create`. After cli/command/container/opts.go: parse. */
export async function containerConfig(call: Call, image: Image): Promise<ContainerConfig> {
	const { flags, args } = call;
	const [ref = '', ...cmd] = args;
	const entrypoint = flags.optional('entrypoint');
	const ports = parsePorts(flags.list('publish'));
	if (flags.bool('publish-all')) ports.push(...publishAll(image, flags.list('expose'), ports));
	return {
		image: ref,
		...(cmd.length > 0 ? { cmd } : {}),
		...(entrypoint === undefined ? {} : { entrypoint: entrypoint === '' ? [] : [entrypoint] }),
		env: await environment(call),
		labels: labels(flags.list('label')),
		mounts: parseMounts(call),
		ports,
		network: network(flags),
		resources: resources(flags),
		restart: restart(flags),
		extraHosts: flags.list('add-host').map(hostLine),
		...switches(flags),
		...texts(flags),
		...lists(flags),
	};
}

function switches(flags: FlagValues): Partial<ContainerConfig> {
	return {
		tty: flags.bool('tty'),
		openStdin: flags.bool('interactive'),
		privileged: flags.bool('privileged'),
		readonlyRootfs: flags.bool('read-only'),
		init: flags.bool('init'),
		autoRemove: flags.bool('rm'),
		noNewPrivileges: flags
			.list('security-opt')
			.some((option) => /^no-new-privileges(?!.*false)/.test(option)),
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

async function environment({ io, flags }: Call): Promise<string[]> {
	const lines: string[] = [];
	for (const path of flags.list('env-file')) {
		const text = await io.readFile(path).catch(() => {
			throw new CliError(`docker: open ${path}: no such file or directory`, 125);
		});
		lines.push(
			...new TextDecoder()
				.decode(text)
				.split('\n')
				.map((line) => line.trimStart()),
		);
	}
	const meant = lines.filter((line) => line !== '' && !line.startsWith('#'));
	return [...meant, ...flags.list('env')].flatMap((entry) => {
		if (entry.includes('=')) return entry;
		const value = io.env[entry];
		return value === undefined ? entry : `${entry}=${value}`;
	});
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
	const match = /^([^:=]+)[:=](.+)$/.exec(entry);
	if (!match) throw new CliError(`docker: bad format for add-host: "${entry}"`, 125);
	const ip = match[2] === 'host-gateway' ? '172.17.0.1' : match[2];
	return `${ip}\t${match[1]}`;
}

function network(flags: FlagValues): NetworkMode {
	const name = flags.optional('network') ?? flags.optional('net') ?? 'bridge';
	if (name === 'default') return 'bridge';
	const isKnown = ['bridge', 'host', 'none'].includes(name) || name.startsWith('container:');
	if (isKnown) return name as NetworkMode;
	throw new CliError(
		`docker: Error response from daemon: network ${name} not found\n\n` +
			"Run 'docker run --help' for more information",
		125,
	);
}

function resources(flags: FlagValues): Resources {
	const memory = parseBytes(flags.string('memory') || '0') ?? 0;
	return {
		...(memory > 0 ? { memory } : {}),
		...(flags.has('cpus') ? { nanoCpus: Math.round(Number(flags.string('cpus')) * 1e9) } : {}),
		...(flags.has('cpu-shares') ? { cpuShares: flags.int('cpu-shares') } : {}),
		...(flags.has('pids-limit') ? { pidsLimit: flags.int('pids-limit') } : {}),
	};
}

const policies = ['no', 'always', 'on-failure', 'unless-stopped'] as const;

function restart(flags: FlagValues): NonNullable<ContainerConfig['restart']> {
	const [name = 'no', count] = flags.string('restart').split(':');
	const policy = policies.find((known) => known === (name || 'no'));
	if (!policy)
		throw new CliError(
			`docker: Error response from daemon: invalid restart policy: unknown policy '${name}'; ` +
				`use one of 'no', 'always', 'on-failure', or 'unless-stopped'\n\n` +
				"Run 'docker run --help' for more information",
			125,
		);
	if (flags.bool('rm') && policy !== 'no')
		throw new CliError('docker: conflicting options: cannot specify both --restart and --rm', 125);
	return { name: policy, maximumRetryCount: Number(count ?? 0) };
}
