import type { Image, PullProgress } from '../../api/engine.ts';
import { EngineError } from '../../client/engine-error.ts';
import { trustFlag } from './container-flags.ts';
import { CliError, withHelp } from './errors.ts';
import { notOffered } from './flags.ts';
import { PullDisplay } from './pull-progress.ts';
import { parseReference, requireReference, withTag, type Reference } from './reference.ts';
import { boolFlag, type Call, type Verb } from './verb.ts';

/** `docker pull` */
export const pull: Verb = {
	name: 'pull',
	usage: 'pull [OPTIONS] NAME[:TAG|@DIGEST]',
	short: 'Download an image from a registry',
	aliases: ['docker image pull', 'docker pull'],
	flags: [
		boolFlag('quiet', 'Print only the name of the image', 'q'),
		trustFlag,
		...notOffered('all-tags/a! platform=linux/386'),
	],
	min: 1,
	max: 1,
	run: async (call) => {
		const [text = ''] = call.args;
		const quiet = call.flags.bool('quiet');
		const reference = requireReference(text, (why) => new CliError(why));
		if (!quiet && isUntagged(reference)) await call.io.out('Using default tag: latest\n');
		await pullImage(call, text, quiet ? 'none' : 'out');
		await call.io.out(`${canonicalName(reference)}\n`);
		return 0;
	},
};

/** Pulls with docker's progress lines; `none` keeps quiet. */
async function pullImage(call: Call, ref: string, stream: 'out' | 'err' | 'none'): Promise<Image> {
	const { io, engine } = call;
	if (stream === 'none') return engine.pullImage(ref, undefined, io.signal);
	const display = new PullDisplay(io, stream);
	const say = (line: string) => (stream === 'err' ? io.err(`${line}\n`) : io.out(`${line}\n`));
	let head: Promise<void> | undefined;
	const begin = () => (head ??= say(headLine(parseReference(ref))));
	const lines: string[] = [];
	const report = (progress: PullProgress) => {
		// Below waits whoever is told that the first line cannot be written.
		if ('layer' in progress)
			begin()
				.then(() => display.report(progress))
				.catch(() => undefined);
		else if (progress.phase !== 'resolving') lines.push(...summary(progress));
	};
	const image = await engine.pullImage(ref, report, io.signal);
	await begin();
	await display.finish();
	for (const line of lines) await say(line);
	return image;
}

function headLine({ path, tag, digest }: Reference): string {
	return `${digest || tag || 'latest'}: Pulling from ${path}`;
}

function summary(progress: Extract<PullProgress, { ref: string }>): string[] {
	const what =
		progress.phase === 'pulled' ? 'Downloaded newer image for' : 'Image is up to date for';
	const note = progress.note ? [progress.note] : [];
	return [...note, `Digest: ${progress.digest}`, `Status: ${what} ${progress.ref}`];
}

/** Takes the image from the store, or pulls it as `--pull` says. */
export async function requireImage(
	call: Call,
	ref: string,
	verb: 'run' | 'create',
): Promise<Image> {
	const { engine, flags, io } = call;
	const policy = flags.string('pull');
	if (!['always', 'missing', 'never'].includes(policy))
		throw withHelp(
			new Error(`invalid pull option: '${policy}': must be one of "always", "missing" or "never"`),
			verb,
			125,
		);
	const present = engine.image(ref);
	if (present && policy !== 'always') return present;
	if (!present) parseReference(ref);
	if (policy === 'never') throw new EngineError(404, `No such image: ${withTag(ref)}`);
	if (!present) await io.err(`Unable to find image '${withTag(ref)}' locally\n`);
	return pullImage(call, ref, flags.bool('quiet') ? 'none' : 'err');
}

function isUntagged({ tag, digest }: Reference): boolean {
	return tag === '' && digest === '';
}

/** `docker.io/library/nginx:1` */
function canonicalName({ domain, path, tag, digest }: Reference): string {
	return `${domain}/${path}${digest === '' ? `:${tag || 'latest'}` : `@${digest}`}`;
}
