import type { CommandIo } from '../../api/command.ts';
import { CliError } from './errors.ts';
import { boolFlag, type Call, type Verb } from './verb.ts';

/** `docker cp` */
export const cp: Verb = {
	name: 'cp',
	usage:
		'cp [OPTIONS] CONTAINER:SRC_PATH DEST_PATH\n\tdocker cp [OPTIONS] SRC_PATH CONTAINER:DEST_PATH',
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
		const [from, to] = call.args.map(side);
		if (!from || !to) return 1;
		if (from.path === '-' || to.path === '-')
			throw new CliError('copying a tar archive through "-" is not supported');
		if (from.container && to.container)
			throw new CliError('copying between containers is not supported');
		if (!from.container && !to.container)
			throw new CliError('must specify at least one container source');
		const name = from.container || to.container;
		return call.engine.withRootfs(name, (root) => copy(call, root, from, to));
	},
};

interface Side {
	container: string;
	path: string;
}

function side(text: string): Side {
	const colon = text.indexOf(':');
	if (colon < 0 || /^[./]/.test(text)) return { container: '', path: text };
	return { container: text.slice(0, colon), path: text.slice(colon + 1) };
}

/** The node's own `cp` does the work, so that modes, links and owners are kept. */
async function copy({ io, flags }: Call, root: string, from: Side, to: Side): Promise<number> {
	const source = from.container ? inside(root, from.path) : from.path;
	const target = to.container ? inside(root, to.path) : to.path;
	await requireSource(io, source, from);
	const options = flags.bool('archive') ? '-a' : '-dR';
	const code = await io.run(['cp', options, '--', source, target]);
	if (code === 0 && !flags.bool('quiet') && io.isTty.stderr) {
		const shown = to.container ? `${to.container}:${to.path}` : target;
		await io.err(`Successfully copied to ${shown}\n`);
	}
	return code;
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

async function requireSource(io: CommandIo, source: string, from: Side): Promise<void> {
	try {
		await io.stat(source);
	} catch {
		throw new CliError(
			from.container
				? `Error response from daemon: Could not find the file ${from.path} in container ${from.container}`
				: `lstat ${source}: no such file or directory`,
		);
	}
}
