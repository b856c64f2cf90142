import type { Mount } from '../../api/engine.ts';
import { EngineError } from '../../client/engine-error.ts';
import type { CreateBody, MountBody } from './create-body.ts';
import { unsupported } from './unsupported.ts';

/** All that a create request mounts; what is mounted at one place twice is for the engine to refuse. */
export function mountsOf(body: CreateBody): Mount[] {
	const host = body.HostConfig ?? {};
	const binds = (host.Binds ?? []).map(bind);
	const long = (host.Mounts ?? []).map(mount);
	const tmpfs = Object.entries(host.Tmpfs ?? {}).map(([target, options]) => tmp(target, options));
	const given = [...binds, ...long, ...tmpfs];
	const taken = new Set(given.map(({ target }) => target));
	const anonymous = Object.keys(body.Volumes ?? {})
		.map((target) => clean(target, `invalid volume specification: '${target}'`))
		.filter((target) => !taken.has(target));
	return [...given, ...anonymous.map((target) => made('volume', '', target, false))];
}

function made(type: Mount['type'], source: string, target: string, readonly: boolean): Mount {
	return { type, source, target, readonly };
}

/** `source:/target[:mode]` or `/target`. After moby volume/mounts/linux_parser.go: ParseMountRaw. */
function bind(text: string): Mount {
	const whole = `invalid volume specification: '${text}'`;
	const parts = text.split(':');
	if (parts.length > 3 || parts.some((part) => part === '')) throw new EngineError(400, whole);
	const [first = '', second, mode = ''] = parts;
	if (second === undefined) return made('volume', '', clean(first, whole), false);
	const target = clean(second, whole);
	const { readonly, noCopy } = bindMode(mode);
	const isPath = first.startsWith('/');
	if (!isPath) return { ...made('volume', first, target, readonly), ...(noCopy ? { noCopy } : {}) };
	if (noCopy !== undefined) throw invalidMode(mode);
	return made('bind', plain(first), target, readonly);
}

/** Propagation and labels say nothing here: there is one mount namespace above, and no SELinux. */
const modes = new Set(['ro', 'rw', 'z', 'Z', 'copy', 'nocopy', 'rprivate', 'private']);

function bindMode(mode: string): { readonly: boolean; noCopy: boolean | undefined } {
	const words = mode === '' ? [] : mode.split(',');
	const isTwice = (a: string, b: string) =>
		words.filter((word) => word === a || word === b).length > 1;
	if (words.some((word) => !modes.has(word)) || isTwice('ro', 'rw') || isTwice('copy', 'nocopy'))
		throw invalidMode(mode);
	const noCopy = words.includes('nocopy') || (words.includes('copy') ? false : undefined);
	return { readonly: words.includes('ro'), noCopy };
}

function invalidMode(mode: string): EngineError {
	return new EngineError(400, `invalid mode: ${mode}`);
}

/** One of `--mount`. After moby volume/mounts/linux_parser.go: validateMountConfigImpl. */
function mount(body: MountBody): Mount {
	const { Type = '', Target = '' } = body;
	if (['npipe', 'cluster', 'image'].includes(Type)) throw unsupported(`mount type "${Type}"`);
	const invalid = `invalid mount config for type "${Type}"`;
	const make = kinds[Type];
	if (!make) throw new EngineError(400, `${invalid}: mount type unknown`);
	if (Target === '') throw new EngineError(400, `${invalid}: field Target must not be empty`);
	refuseOptions(body, Type);
	return make(body, clean(Target, invalid), invalid);
}

const kinds: Record<string, (body: MountBody, target: string, invalid: string) => Mount> = {
	tmpfs: (body, target, invalid) => {
		if (body.Source) throw new EngineError(400, `${invalid}: field Source must not be specified`);
		return made('tmpfs', tmpfsData(body), target, body.ReadOnly ?? false);
	},
	volume: ({ Source = '', ReadOnly = false, VolumeOptions = {} }, target) => ({
		...made('volume', Source, target, ReadOnly),
		...(VolumeOptions.NoCopy ? { noCopy: true } : {}),
	}),
	bind: ({ Source = '', ReadOnly = false, BindOptions = {} }, target, invalid) => {
		if (Source === '') throw new EngineError(400, `${invalid}: field Source must not be empty`);
		if (!Source.startsWith('/'))
			throw new EngineError(
				400,
				`${invalid}: invalid mount path: '${Source}' mount path must be absolute`,
			);
		const mustExist = !BindOptions.CreateMountpoint;
		return {
			...made('bind', plain(Source), target, ReadOnly),
			...(mustExist ? { mustExist } : {}),
		};
	},
};

const known = new Set(['CreateMountpoint', 'NoCopy', 'SizeBytes', 'Mode']);

function refuseOptions(body: MountBody, type: string): void {
	const groups = { bind: 'BindOptions', volume: 'VolumeOptions', tmpfs: 'TmpfsOptions' } as const;
	for (const [kind, group] of Object.entries(groups)) {
		const options: Record<string, unknown> = body[group] ?? {};
		if (kind !== type && Object.keys(options).length > 0)
			throw new EngineError(
				400,
				`invalid mount config for type "${type}": field ${group} must not be specified`,
			);
		const other = Object.entries(options).find(
			([name, value]) => !known.has(name) && isSaid(value),
		);
		if (other) throw unsupported(`HostConfig.Mounts.${group}.${other[0]}`);
	}
}

function isSaid(value: unknown): boolean {
	if (value === 'rprivate' || value === 'private') return false;
	return typeof value === 'object' && value !== null
		? Object.values(value).some(isSaid)
		: Boolean(value);
}

function tmpfsData({ TmpfsOptions = {} }: MountBody): string {
	const { SizeBytes = 0, Mode = 0 } = TmpfsOptions;
	if (SizeBytes < 0) throw new EngineError(400, 'invalid tmpfs size');
	const size = SizeBytes > 0 ? [`size=${SizeBytes}`] : [];
	return [`mode=${(Mode || 0o1777).toString(8)}`, ...size].join(',');
}

/** `/run: 'size=1m,mode=755,ro'`; what the mount has anyway may be said. */
function tmp(target: string, options: string): Mount {
	const words = options === '' ? [] : options.split(',');
	const data = words.filter((word) => /^(size|mode|uid|gid|nr_inodes|nr_blocks)=/.test(word));
	const flags = words.filter((word) => !data.includes(word));
	const odd = flags.filter((word) => !['ro', 'rw', 'nosuid', 'nodev', 'noexec'].includes(word));
	if (odd[0] && ['exec', 'dev', 'suid', 'noatime', 'relatime'].includes(odd[0]))
		throw unsupported(`tmpfs option "${odd[0]}"`);
	if (odd.length > 0) throw new EngineError(400, `invalid tmpfs option ["${odd.join('" "')}"]`);
	return made('tmpfs', data.join(','), clean(target, 'invalid tmpfs'), flags.includes('ro'));
}

/** An absolute path without `.`, `..` and doubled slashes, which is not the root. */
function clean(target: string, whole: string): string {
	if (!target.startsWith('/'))
		throw new EngineError(
			400,
			`${whole}: invalid mount path: '${target}' mount path must be absolute`,
		);
	const path = plain(target);
	if (path !== '/') return path;
	throw new EngineError(400, `${whole}: invalid specification: destination can't be '/'`);
}

function plain(path: string): string {
	const parts: string[] = [];
	for (const part of path.split('/')) {
		if (part === '..') parts.pop();
		else if (part !== '' && part !== '.') parts.push(part);
	}
	return `/${parts.join('/')}`;
}
