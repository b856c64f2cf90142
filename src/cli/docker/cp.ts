import type { CommandIo } from '../../api/command.ts';
import { EngineError } from '../../client/engine-error.ts';
import { CliError } from './errors.ts';
import { humanSize } from './human.ts';
import { boolFlag, type Call, type Verb } from './verb.ts';

/** `docker cp` */
export const cp: Verb = {
	name: 'cp',
	usage:
		'cp [OPTIONS] CONTAINER:SRC_PATH DEST_PATH|-\n\tdocker cp [OPTIONS] SRC_PATH|- CONTAINER:DEST_PATH',
	short: 'Copy files/folders between a container and the local filesystem',
	aliases: ['docker container cp', 'docker cp'],
	flags: [
		boolFlag('archive', 'Keep owners and modes', 'a'),
		boolFlag('follow-link', 'Follow a symbolic link in SRC_PATH', 'L'),
		boolFlag('quiet', 'Say nothing', 'q'),
	],
	min: 2,
	max: 2,
	run: async (call) => {
		const [source = '', target = ''] = call.args;
		if (source === '') throw new CliError('source can not be empty');
		if (target === '') throw new CliError('destination can not be empty');
		const [from, to] = [side(source), side(target)];
		checkSides(from, to);
		return call.engine.withRootfs(from.container || to.container, (root) =>
			copy(call, root, from, to),
		);
	},
};

function checkSides(from: Side, to: Side): void {
	if (from.container && to.container)
		throw new CliError('copying between containers is not supported');
	if (!from.container && !to.container)
		throw new CliError('must specify at least one container source');
	if (from.path === '-' || to.path === '-')
		throw new CliError('docker: tar streams through "-" are not offered by this engine');
}

interface Side {
	container: string;
	path: string;
}

function side(text: string): Side {
	const colon = text.indexOf(':');
	if (colon < 0 || /^[./]/.test(text)) return { container: '', path: text };
	return { container: text.slice(0, colon), path: text.slice(colon + 1) };
}

/** What a path is: `missing` where there is nothing. Where a link leads is left to the node's `cp`. */
interface Found {
	type: string;
	size: number;
}

const missing: Found = { type: 'missing', size: 0 };

function find(io: CommandIo, path: string): Promise<Found> {
	return io.stat(path.replace(/(?<=.)\/\.?$/, '')).catch(() => missing);
}

/** The node's own `cp` does the work, so that modes, links and owners are kept. */
async function copy({ io, flags }: Call, root: string, from: Side, to: Side): Promise<number> {
	const source = from.container ? inside(root, from.path) : absolute(io.cwd, from.path);
	const target = to.container ? inside(root, to.path) : absolute(io.cwd, to.path);
	const what = await find(io, source);
	requireSource(what, source, from);
	await requireTarget(io, what, target, to, from);
	const follow = flags.bool('follow-link') ? 'H' : '';
	const options = flags.bool('archive') ? `-a${follow}` : `-dR${follow}`;
	const code = await io.run(['cp', options, '--', source, target]);
	const isShown = flags.has('quiet') ? !flags.bool('quiet') : io.isTty.stdout;
	if (code === 0 && isShown) {
		const shown = to.container ? `${to.container}:${to.path}` : target;
		await io.err(`Successfully copied ${sizeText(what)}to ${shown}\n`);
	}
	return code === 0 ? 0 : 1;
}

/** A file's bytes in a tar archive; unlike Docker's, a directory's are not counted. */
function sizeText({ type, size }: Found): string {
	const blocks = Math.ceil(size / 512) + 3;
	return type === 'file' ? `${humanSize(blocks * 512)} ` : '';
}

function absolute(cwd: string, path: string): string {
	return inside('', path.startsWith('/') ? path : `${cwd}/${path}`) || '/';
}

function inside(root: string, path: string): string {
	const parts: string[] = [];
	for (const part of path.split('/')) {
		if (part === '..') parts.pop();
		else if (part !== '' && part !== '.') parts.push(part);
	}
	// Of the root only what is in it can be meant: where it is mounted has a name of its own.
	if (parts.length === 0) return `${root}/.`;
	const tail = /\/\.?$/.test(path) ? path.slice(path.lastIndexOf('/')) : '';
	return `${root}/${parts.join('/')}${tail}`;
}

function requireSource({ type }: Found, source: string, from: Side): void {
	if (type === 'missing' && from.container)
		throw new EngineError(
			404,
			`Could not find the file ${from.path} in container ${from.container}`,
		);
	if (type === 'missing') throw new CliError(`lstat ${source}: no such file or directory`);
	if (type === 'file' && /\/\.?$/.test(from.path)) throw new CliError('not a directory');
}

/** After go-archive: PrepareArchiveCopy, CopyTo. */
async function requireTarget(
	io: CommandIo,
	source: Found,
	target: string,
	to: Side,
	from: Side,
): Promise<void> {
	const there = await find(io, target);
	if (there.type === 'missing') return requireParent(io, source, target, to);
	if (source.type === 'dir' && there.type === 'file') {
		const isContent = from.path.endsWith('/.');
		throw new CliError(isContent ? 'not a directory' : 'cannot copy directory');
	}
	if (there.type === 'file' && /\/\.?$/.test(to.path)) throw new CliError('not a directory');
}

async function requireParent(
	io: CommandIo,
	source: Found,
	target: string,
	to: Side,
): Promise<void> {
	const parent = target.replace(/\/\.?$/, '').replace(/\/[^/]*$/, '') || '/';
	const isThere = ['dir', 'symlink'].includes((await find(io, parent)).type);
	if (!isThere && !to.container)
		throw new CliError(`invalid output path: directory "${parent}" does not exist`);
	if (!isThere) {
		const path = to.path.replace(/\/\.?$/, '').replace(/\/[^/]*$/, '') || '/';
		throw new EngineError(404, `Could not find the file ${path} in container ${to.container}`);
	}
	if (source.type === 'file' && to.path.endsWith('/')) throw new CliError('no such directory');
}
