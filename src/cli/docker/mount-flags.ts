import type { Mount } from '../../api/engine.ts';
import { CliError } from './errors.ts';
import type { Call } from './verb.ts';

/** The mounts asked for by `-v`, `--mount`, `--tmpfs` and `--volumes-from`. */
export function parseMounts({ flags, engine, io }: Call): Mount[] {
	const inherited = flags.list('volumes-from').flatMap((entry) => {
		const [name = '', mode] = entry.split(':');
		const mounts = engine.container(name).mounts;
		return mounts.map((mount) => ({ ...mount, readonly: mode === 'ro' || mount.readonly }));
	});
	const own = [
		...flags.list('volume').map((text) => volumeMount(text, io.cwd)),
		...flags.list('mount').map(longMount),
		...flags.list('tmpfs').map(tmpfsMount),
	];
	const targets = new Set(own.map((mount) => mount.target));
	if (targets.size < own.length) throw duplicate(own);
	return [...inherited.filter((mount) => !targets.has(mount.target)), ...own];
}

function duplicate(mounts: readonly Mount[]): CliError {
	const seen = new Set<string>();
	const twice = mounts.find((mount) => seen.size === seen.add(mount.target).size);
	return new CliError(
		`docker: Error response from daemon: Duplicate mount point: ${twice?.target}\n\n` +
			"Run 'docker run --help' for more information",
		125,
	);
}

/** `/target`, `source:/target`, `source:/target:ro` */
function volumeMount(text: string, cwd: string): Mount {
	const parts = text.split(':');
	const [first = '', second, mode = ''] = parts;
	if (parts.length > 3 || text === '')
		throw new CliError(`docker: invalid spec: ${text}: invalid volume specification`, 125);
	if (second === undefined) return made('volume', '', absolute(first, text), false);
	const target = absolute(second, text);
	const readonly = mode.split(',').includes('ro');
	if (first.startsWith('/')) return made('bind', first.replace(/(.)\/+$/, '$1'), target, readonly);
	if (/^[.~]/.test(first)) return made('bind', resolve(cwd, first), target, readonly);
	return made('volume', first, target, readonly);
}

function made(type: Mount['type'], source: string, target: string, readonly: boolean): Mount {
	return { type, source, target, readonly };
}

function absolute(target: string, whole: string): string {
	if (target.startsWith('/')) return target.replace(/(.)\/+$/, '$1');
	throw new CliError(
		`docker: Error response from daemon: invalid volume specification: '${whole}': ` +
			`invalid mount config for type "volume": invalid mount path: '${target}' mount path must be ` +
			"absolute\n\nRun 'docker run --help' for more information",
		125,
	);
}

function resolve(cwd: string, path: string): string {
	const parts: string[] = [];
	for (const part of `${cwd}/${path}`.split('/')) {
		if (part === '..') parts.pop();
		else if (part !== '' && part !== '.') parts.push(part);
	}
	return `/${parts.join('/')}`;
}

/** `type=bind,source=/a,target=/b,readonly` */
function longMount(text: string): Mount {
	const fields = new Map(
		text.split(',').map((field): [string, string] => {
			const [key = '', ...value] = field.split('=');
			return [key.toLowerCase(), value.length > 0 ? value.join('=') : 'true'];
		}),
	);
	const pick = (...names: string[]) => names.map((name) => fields.get(name)).find(Boolean);
	const type = pick('type') ?? 'volume';
	const target = pick('target', 'destination', 'dst');
	if (!target || !['bind', 'volume', 'tmpfs'].includes(type))
		throw new CliError(
			`invalid argument "${text}" for "--mount" flag: ${target ? `invalid mount type: ${type}` : 'target is required'}`,
			125,
		);
	const readonly = ['true', '1'].includes(pick('readonly', 'ro') ?? 'false');
	const size = pick('tmpfs-size');
	const source = type === 'tmpfs' ? (size ? `size=${size}` : '') : (pick('source', 'src') ?? '');
	return made(type as Mount['type'], source, target, readonly);
}

/** `/run:size=1m,mode=755`; the options are the kernel's. */
function tmpfsMount(text: string): Mount {
	const [target = '', options = ''] = text.split(':');
	const kept = options
		.split(',')
		.filter((option) => /^(size|mode|uid|gid|nr_inodes)=/.test(option));
	return made('tmpfs', kept.join(','), target, options.split(',').includes('ro'));
}
