import type { Image, PullProgress } from '../../api/engine.ts';
import { daemonMessage, CliError } from './errors.ts';
import { PullDisplay } from './pull-progress.ts';
import { boolFlag, type Call, type Verb } from './verb.ts';

/** `docker pull` */
export const pull: Verb = {
	name: 'pull',
	usage: 'pull [OPTIONS] NAME[:TAG|@DIGEST]',
	short: 'Download an image from a registry',
	aliases: ['docker image pull', 'docker pull'],
	flags: [
		boolFlag('quiet', 'Print only the name of the image', 'q'),
		boolFlag('all-tags', 'Every tag of the repository', 'a'),
		{ name: 'platform', kind: 'string', usage: 'Platform of the image', hidden: true },
	],
	min: 1,
	max: 1,
	run: async (call) => {
		const [ref = ''] = call.args;
		if (call.flags.bool('all-tags'))
			throw new CliError('--all-tags is not supported by this registry');
		if (!call.flags.bool('quiet') && !hasTag(ref)) await call.io.out('Using default tag: latest\n');
		await pullImage(call, ref, call.flags.bool('quiet') ? 'none' : 'out');
		await call.io.out(`${canonicalName(ref)}\n`);
		return 0;
	},
};

/** Pulls with docker's progress lines; `none` keeps quiet. */
async function pullImage(call: Call, ref: string, stream: 'out' | 'err' | 'none'): Promise<Image> {
	const { io, engine } = call;
	const display = new PullDisplay(io, stream === 'none' ? 'out' : stream);
	const say = (text: string) => (stream === 'err' ? io.err(text) : io.out(text));
	const lines: string[] = [];
	let headed = Promise.resolve();
	const report = (progress: PullProgress) => {
		if (stream === 'none') return;
		if ('layer' in progress) {
			if (lines.length === 0) {
				lines.push('head');
				headed = say(`${tagOf(ref)}: Pulling from ${repositoryPath(ref)}\n`);
			}
			void headed.then(() => display.report(progress));
		} else if (progress.phase !== 'resolving') lines.push(...summary(progress));
	};
	const image = await engine.pullImage(ref, report, io.signal);
	await headed;
	await display.finish();
	if (stream !== 'none') await say(finalLines(ref, lines));
	return image;
}

function summary(progress: Extract<PullProgress, { ref: string }>): string[] {
	const what =
		progress.phase === 'pulled' ? 'Downloaded newer image for' : 'Image is up to date for';
	return [`Digest: ${progress.digest}`, `Status: ${what} ${progress.ref}`];
}

function finalLines(ref: string, lines: readonly string[]): string {
	const rest = lines.filter((line) => line !== 'head');
	const head = lines[0] === 'head' ? [] : [`${tagOf(ref)}: Pulling from ${repositoryPath(ref)}`];
	return [...head, ...rest].map((line) => `${line}\n`).join('');
}

/** Takes the image from the store, or pulls it as `--pull` says. */
export async function requireImage(call: Call, ref: string): Promise<Image> {
	const { engine, flags, io } = call;
	const policy = flags.string('pull');
	if (!['always', 'missing', 'never'].includes(policy))
		throw new CliError(
			`docker: invalid pull option: '${policy}': must be one of "always", "missing" or "never"${help}`,
			125,
		);
	const present = engine.image(ref);
	if (present && policy !== 'always') return present;
	const how = flags.bool('quiet') ? 'none' : 'err';
	if (policy === 'never')
		throw new CliError(
			`docker: Error response from daemon: No such image: ${withTag(ref)}${help}`,
			125,
		);
	if (!present) await io.err(`Unable to find image '${withTag(ref)}' locally\n`);
	try {
		return await pullImage(call, ref, how);
	} catch (error) {
		throw new CliError(`docker: ${daemonMessage(error)}${help}`, 125);
	}
}

const help = "\n\nRun 'docker run --help' for more information";

function hasTag(ref: string): boolean {
	return ref.includes('@') || /:[^/]+$/.test(ref);
}

function withTag(ref: string): string {
	return hasTag(ref) ? ref : `${ref}:latest`;
}

function tagOf(ref: string): string {
	return withTag(ref).slice(withTag(ref).lastIndexOf(':') + 1);
}

/** `docker.io/library/nginx:1` */
function canonicalName(ref: string): string {
	const [domain, path] = splitName(ref);
	return `${domain}/${path}${withTag(ref).slice(nameOf(ref).length)}`;
}

function repositoryPath(ref: string): string {
	return splitName(ref)[1];
}

function nameOf(ref: string): string {
	return ref.replace(/@.*$/, '').replace(/:[^/:]+$/, '');
}

function splitName(ref: string): [string, string] {
	const name = nameOf(ref);
	const [first = '', ...rest] = name.split('/');
	if (rest.length > 0 && /[.:]|^localhost$/.test(first)) return [first, rest.join('/')];
	return ['docker.io', name.includes('/') ? name : `library/${name}`];
}
