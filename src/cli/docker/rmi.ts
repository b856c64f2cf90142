import { boolFlag, forEachArgument, type Verb } from './verb.ts';

/** `docker rmi` */
export const rmi: Verb = {
	name: 'rmi',
	usage: 'rmi [OPTIONS] IMAGE [IMAGE...]',
	short: 'Remove one or more images',
	aliases: ['docker image rm', 'docker image remove', 'docker rmi'],
	flags: [
		boolFlag('force', 'Remove it even if a stopped container uses it', 'f'),
		boolFlag('no-prune', 'Keep untagged parents'),
	],
	min: 1,
	completes: 'image',
	run: (call) =>
		forEachArgument(call, async (ref) => {
			const changes = await call.engine.removeImage(ref, { force: call.flags.bool('force') });
			const lines = changes.map(({ untagged, deleted }) =>
				untagged === undefined ? `Deleted: ${deleted}` : `Untagged: ${untagged}`,
			);
			return lines.join('\n');
		}),
};
