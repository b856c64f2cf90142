import type { Engine } from '../../api/engine.ts';
import { confirm } from './confirm.ts';
import { Filters } from './filters.ts';
import type { FlagSpec } from './flags.ts';
import { humanSize } from './human.ts';
import { boolFlag, type Call, type Verb } from './verb.ts';

const force = boolFlag('force', 'Do not ask', 'f');

/** The flag of every `prune`. */
export const pruneFilter: FlagSpec = {
	name: 'filter',
	kind: 'filter',
	usage: 'Only those that fit (e.g. "label=<key>=<value>")',
};

/** Whether something is old enough, and labelled, as `--filter` asks. */
export function pruneTest(
	call: Call,
	accepted = 'label label! until',
): (made: number, labels: Record<string, string> | undefined) => boolean {
	const filters = Filters.read(call.flags, accepted);
	const until = filters.until(call.services.clock.now());
	return (made, labels) => made < until && filters.fitsLabels(labels);
}

/** `docker container prune` */
export const containerPrune: Verb = {
	name: 'prune',
	usage: 'container prune [OPTIONS]',
	short: 'Remove all stopped containers',
	flags: [force, pruneFilter],
	min: 0,
	max: 0,
	run: async (call) => {
		if (!(await confirm(call, 'WARNING! This will remove all stopped containers.\n'))) return 0;
		const { gone, space } = await pruneContainers(call);
		const total = `Total reclaimed space: ${humanSize(space, 4)}\n`;
		await call.io.out(`${section('Deleted Containers', gone)}${total}`);
		return 0;
	},
};

/** `docker image prune` */
export const imagePrune: Verb = {
	name: 'prune',
	usage: 'image prune [OPTIONS]',
	short: 'Remove unused images',
	flags: [
		boolFlag('all', 'Every image that no container uses, not only untagged ones', 'a'),
		force,
		pruneFilter,
	],
	min: 0,
	max: 0,
	run: async (call) => {
		const all = call.flags.bool('all');
		const which = all
			? 'all images without at least one container associated to them'
			: 'all dangling images';
		if (!(await confirm(call, `WARNING! This will remove ${which}.\n`))) return 0;
		const { lines, bytes } = await pruneImages(call, all);
		await call.io.out(
			`${section('Deleted Images', lines)}Total reclaimed space: ${humanSize(bytes, 4)}\n`,
		);
		return 0;
	},
};

/** `docker system prune` */
export const systemPrune: Verb = {
	name: 'prune',
	usage: 'system prune [OPTIONS]',
	short: 'Remove unused data',
	flags: [
		boolFlag('all', 'Every unused image, not only untagged ones', 'a'),
		force,
		pruneFilter,
		boolFlag('volumes', 'Anonymous volumes too'),
	],
	min: 0,
	max: 0,
	run: async (call) => {
		const { engine, flags, io } = call;
		const all = flags.bool('all');
		const items = [
			'all stopped containers',
			'all networks not used by at least one container',
			...(flags.bool('volumes')
				? ['all anonymous volumes not used by at least one container']
				: []),
			all ? 'all images without at least one container associated to them' : 'all dangling images',
		];
		const list = items.map((item) => `  - ${item}\n`).join('');
		if (!(await confirm(call, `WARNING! This will remove:\n${list}\n`))) return 0;
		const { gone, space } = await pruneContainers(call);
		const volumes = flags.bool('volumes') ? await pruneVolumes(engine) : [];
		const { lines, bytes } = await pruneImages(call, all);
		await io.out(
			section('Deleted Containers', gone) +
				section('Deleted Volumes', volumes) +
				section('Deleted Images', lines) +
				`Total reclaimed space: ${humanSize(space + bytes, 4)}\n`,
		);
		return 0;
	},
};

function section(title: string, lines: readonly string[]): string {
	return lines.length > 0 ? `${title}:\n${lines.join('\n')}\n\n` : '';
}

async function pruneContainers(call: Call): Promise<{ gone: string[]; space: number }> {
	const { engine } = call;
	const fits = pruneTest(call);
	const gone: string[] = [];
	let space = 0;
	for (const { id, state, config, created } of engine.listContainers({ all: true })) {
		if (!['exited', 'created', 'dead'].includes(state) || config.sandbox) continue;
		if (!fits(created, config.labels)) continue;
		space += (await engine.containerSize(id)).own;
		await engine.removeContainer(id);
		gone.push(id);
	}
	return { gone, space };
}

async function pruneVolumes(engine: Engine): Promise<string[]> {
	const gone = engine
		.listVolumes()
		.filter((volume) => volume.anonymous && volume.usedBy.length === 0);
	for (const { name } of gone) await engine.removeVolume(name);
	return gone.map((volume) => volume.name);
}

async function pruneImages(call: Call, all: boolean): Promise<{ lines: string[]; bytes: number }> {
	const { engine } = call;
	const fits = pruneTest(call, 'dangling label label! until');
	const used = new Set(engine.listContainers({ all: true }).map((container) => container.imageId));
	const unused = engine
		.listImages()
		.filter((image) => !used.has(image.id) && (all || image.tags.length === 0))
		.filter((image) => fits(image.created, image.config.labels));
	const lines: string[] = [];
	const before = layerBytes(engine);
	for (const image of unused)
		for (const name of image.tags.length > 0 ? [...image.tags] : [image.id])
			for (const { untagged, deleted } of await engine.removeImage(name))
				lines.push(untagged === undefined ? `deleted: ${deleted}` : `untagged: ${untagged}`);
	return { lines, bytes: before - layerBytes(engine) };
}

/** Bytes of all layers, shared ones once. */
function layerBytes(engine: Engine): number {
	const layers = new Map(
		engine
			.listImages()
			.flatMap((image) => image.layers.map((layer) => [layer.chainId, layer.size])),
	);
	return [...layers.values()].reduce((sum, size) => sum + size, 0);
}
