import { notOffered } from './flags.ts';
import { boolFlag, forEachArgument, forgiven, type Verb } from './verb.ts';

/** `docker rmi` */
export const rmi: Verb = {
	name: 'rmi',
	usage: 'rmi [OPTIONS] IMAGE [IMAGE...]',
	short: 'Remove one or more images',
	aliases: ['docker image rm', 'docker image remove', 'docker rmi'],
	flags: [
		boolFlag('force', 'Remove it even if a stopped container uses it', 'f'),
		boolFlag('no-prune', 'Keep untagged parents'),
		...notOffered('platform=linux/386'),
	],
	min: 1,
	completes: 'image',
	run: (call) =>
		forEachArgument(call, async (ref) => {
			const force = call.flags.bool('force');
			const changes = await call.engine.removeImage(ref, { force }).catch((error: unknown) => {
				throw force ? forgiven(error) : error;
			});
			const lines = changes.map(({ untagged, deleted }) =>
				untagged === undefined ? `Deleted: ${deleted}` : `Untagged: ${untagged}`,
			);
			return lines.join('\n');
		}),
};
