import type { CommandIo } from '../../api/command.ts';
import type { Mount } from '../../api/engine.ts';
import { EngineError } from '../../client/engine-error.ts';
import { InputError } from './errors.ts';
import type { Call } from './verb.ts';

/** The mounts asked for by `-v`, `--mount`, `--tmpfs` and `--volumes-from`. */
export async function parseMounts({ flags, engine, io }: Call): Promise<Mount[]> {
	const inherited = flags.list('volumes-from').flatMap((entry) => {
		const [name = '', mode = ''] = entry.split(':');
		if (mode !== '' && !isMode(mode)) throw refused(`invalid mode: ${mode}`);
		const mounts = engine.container(name).mounts;
		return mounts.map((mount) => ({ ...mount, readonly: mode === 'ro' || mount.readonly }));
	});
	const own = [
		...flags.list('volume').map((text) => volumeMount(text, io.cwd)),
		...flags.list('mount').map((text) => longMount(text, io.cwd)),
		...flags.list('tmpfs').map(tmpfsMount),
	];
	const targets = new Set(own.map((mount) => mount.target));
	if (targets.size < own.length) throw duplicate(own);
	for (const text of flags.list('mount')) await requireSource(longMount(text, io.cwd), io);
	return [...inherited.filter((mount) => !targets.has(mount.target)), ...own];
}

/** Only `-v` makes what is missing. */
async function requireSource({ type, source }: Mount, io: CommandIo): Promise<void> {
	if (type !== 'bind') return;
	await io.stat(source).catch(() => {
		throw refused(
			`invalid mount config for type "bind": bind source path does not exist: ${source}`,
		);
	});
}

function duplicate(mounts: readonly Mount[]): EngineError {
	const seen = new Set<string>();
	const twice = mounts.find((mount) => seen.size === seen.add(mount.target).size);
	return refused(`Duplicate mount point: ${twice?.target}`);
}

/** What the daemon says of a specification. */
function refused(why: string): EngineError {
	return new EngineError(400, why);
}

function made(type: Mount['type'], source: string, target: string, readonly: boolean): Mount {
	return { type, source, target, readonly };
}

/** `/target`, `source:/target`, `source:/target:ro`. After volume/mounts/linux_parser.go: ParseMountRaw. */
function volumeMount(text: string, cwd: string): Mount {
	const [first = '', second, mode = ''] = volumeParts(text);
	if (second === undefined) return made('volume', '', pathOf(first, 'volume', text), false);
	const type = /^[./]/.test(first) ? 'bind' : 'volume';
	const source = type === 'bind' ? resolve(first.startsWith('.') ? cwd : '', first) : first;
	const target = pathOf(second, type, text);
	const words = mode.split(',');
	if (type === 'bind' && words.includes('nocopy')) throw refused(`invalid mode: ${mode}`);
	const noCopy = words.includes('nocopy') ? { noCopy: true } : {};
	return { ...made(type, source, target, words.includes('ro')), ...noCopy };
}

function volumeParts(text: string): string[] {
	if (text === '') throw new InputError('invalid empty volume spec');
	const parts = text.split(':');
	if (parts.length < 4 && parts.includes(''))
		throw new InputError(`invalid spec: ${text}: empty section between colons`);
	if (parts.length > 3 || (parts.length === 2 && isMode(parts[1] ?? '')))
		throw refused(`invalid volume specification: '${text}'`);
	const mode = parts[2];
	if (mode !== undefined && !isMode(mode)) throw refused(`invalid mode: ${mode}`);
	return parts;
}

const modes = [
	['rw', 'ro'],
	['z', 'Z'],
	['private', 'rprivate', 'slave', 'rslave', 'shared', 'rshared'],
	['nocopy'],
	['consistent', 'cached', 'delegated'],
];

/** At most one of each kind. After volume/mounts/linux_parser.go: linuxValidMountMode. */
function isMode(text: string): boolean {
	const words = text.split(',');
	const kinds = words.map((word) => modes.findIndex((kind) => kind.includes(word)));
	return !kinds.includes(-1) && new Set(kinds).size === kinds.length;
}

function pathOf(target: string, type: 'bind' | 'volume', whole: string): string {
	const path = target.startsWith('/') ? resolve('', target) : target;
	const why = path === '/' ? "invalid specification: destination can't be '/'" : undefined;
	if (target.startsWith('/') && !why) return path;
	throw refused(
		`invalid volume specification: '${whole}': invalid mount config for type "${type}": ` +
			(why ?? `invalid mount path: '${target}' mount path must be absolute`),
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

/** Keys of `--mount`; those without a field ask for what is not done here. */
const keys = new Map<string, string>([
	['type', 'type'],
	['source', 'source'],
	['src', 'source'],
	['target', 'target'],
	['dst', 'target'],
	['destination', 'target'],
	['readonly', 'readonly'],
	['ro', 'readonly'],
	['consistency', 'consistency'],
	['tmpfs-size', 'tmpfs-size'],
	['tmpfs-mode', 'tmpfs-mode'],
	['volume-nocopy', 'volume-nocopy'],
	...[
		'bind-propagation',
		'bind-nonrecursive',
		'bind-recursive',
		'volume-subpath',
		'volume-label',
		'volume-driver',
		'volume-opt',
		'image-subpath',
	].map((key): [string, string] => [key, '']),
]);

const bare = new Set(['readonly', 'ro', 'volume-nocopy', 'bind-nonrecursive']);
const yes = ['1', 't', 'T', 'true', 'TRUE', 'True'];
const no = ['0', 'f', 'F', 'false', 'FALSE', 'False'];

function isYes(value: string | undefined): boolean {
	return value !== undefined && yes.includes(value);
}

/** What is wrong with a `--mount`. After opts/mount.go: Set. */
export function mountProblem(text: string): string | undefined {
	const problem = text.split(',').map(fieldProblem).find(Boolean);
	if (problem) return problem;
	const fields = mountFields(text);
	const type = fields.get('type') ?? 'volume';
	if (!fields.get('target')) return 'target is required';
	if (type === 'image') return 'mounts of type image are not offered here';
	return type === 'tmpfs' && fields.has('source') && fields.get('source') === ''
		? 'source must not be empty'
		: undefined;
}

function fieldProblem(field: string): string | undefined {
	const equals = field.indexOf('=');
	const key = (equals < 0 ? field : field.slice(0, equals)).toLowerCase();
	const value = equals < 0 ? undefined : field.slice(equals + 1);
	if (value === undefined && !bare.has(key))
		return `invalid field '${field}' must be a key=value pair`;
	const known = keys.get(key);
	if (known === undefined) return `unexpected key '${key}' in '${field}'`;
	if (known === '') return `'${key}' is not offered here`;
	if (bare.has(known) && value !== undefined && ![...yes, ...no].includes(value))
		return `invalid value for ${key}: ${value}`;
	return undefined;
}

function mountFields(text: string): Map<string, string> {
	return new Map(
		text.split(',').map((field): [string, string] => {
			const [key = '', ...value] = field.split('=');
			return [keys.get(key.toLowerCase()) ?? key, value.length > 0 ? value.join('=') : 'true'];
		}),
	);
}

/** `type=bind,source=/a,target=/b,readonly` */
function longMount(text: string, cwd: string): Mount {
	const fields = mountFields(text);
	const type = fields.get('type') ?? 'volume';
	if (type !== 'bind' && type !== 'volume' && type !== 'tmpfs')
		throw refused(`mount type unknown: "${type}"`);
	const target = fields.get('target') ?? '';
	const source = fields.get('source') ?? '';
	const problem = sourceProblem(type, source) ?? pathProblem(target);
	if (problem) throw refused(`invalid mount config for type "${type}": ${problem}`);
	const readonly = isYes(fields.get('readonly'));
	const path = () => resolve(source.startsWith('.') ? cwd : '', source);
	const from = type === 'tmpfs' ? tmpfsOptions(fields) : type === 'bind' ? path() : source;
	const noCopy = type === 'volume' && isYes(fields.get('volume-nocopy')) ? { noCopy: true } : {};
	return { ...made(type, from, resolve('', target), readonly), ...noCopy };
}

function sourceProblem(type: Mount['type'], source: string): string | undefined {
	if (type === 'tmpfs' && source !== '') return 'field Source must not be specified';
	if (type !== 'bind') return undefined;
	if (source === '') return 'field Source must not be empty';
	return source.startsWith('.') ? undefined : pathProblem(source);
}

function pathProblem(path: string): string | undefined {
	return path.startsWith('/')
		? undefined
		: `invalid mount path: '${path}' mount path must be absolute`;
}

function tmpfsOptions(fields: Map<string, string>): string {
	const option = (key: string) => {
		const value = fields.get(`tmpfs-${key}`);
		return value ? [`${key}=${value}`] : [];
	};
	return [...option('size'), ...option('mode')].join(',');
}

/** `/run:size=1m,mode=755`; the options are the kernel's. */
function tmpfsMount(text: string): Mount {
	const [target = '', options = ''] = text.split(':');
	if (!target.startsWith('/'))
		throw refused(
			`invalid tmpfs option: invalid mount path: '${target}' mount path must be absolute`,
		);
	const kept = options
		.split(',')
		.filter((option) => /^(size|mode|uid|gid|nr_inodes)=/.test(option));
	return made('tmpfs', kept.join(','), target, options.split(',').includes('ro'));
}
