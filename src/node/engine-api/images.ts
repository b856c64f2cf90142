import type { Engine, Image, PullProgress } from '../../api/engine.ts';
import type { HttpResponse } from '../../api/transport.ts';
import { globMatches } from '../../cli/docker/filters.ts';
import { EngineError } from '../../client/engine-error.ts';
import { parseReference } from '../engine/reference.ts';
import { boolFilter, hasLabels, invalidValue, readFilters } from './filters.ts';
import { answer, flag, goTime, param, type Call, type Route } from './route.ts';
import { unsupported } from './unsupported.ts';

export function imageRoutes(engine: Engine): Route[] {
	return [
		{
			method: 'GET',
			pattern: /^\/images\/json$/,
			handle: (call) => {
				const images = engine.listImages().filter(imageFilter(engine, call));
				return answer(images.map((image) => summary(engine, image)));
			},
		},
		{
			method: 'POST',
			pattern: /^\/images\/create$/,
			handle: (call) => pull(engine, call),
		},
		{
			method: 'GET',
			pattern: /^\/images\/(.+)\/json$/,
			handle: (call) => answer(inspect(known(engine, param(call)))),
		},
		{
			method: 'GET',
			pattern: /^\/images\/(.+)\/history$/,
			handle: (call) => answer(history(known(engine, param(call)))),
		},
		{
			method: 'POST',
			pattern: /^\/images\/(.+)\/tag$/,
			handle: (call) => {
				const tag = call.query.get('tag');
				engine.tagImage(param(call), `${call.query.get('repo') ?? ''}${tag ? `:${tag}` : ''}`);
				return answer(undefined, 201);
			},
		},
		{
			method: 'DELETE',
			pattern: /^\/images\/(.+)$/,
			handle: async (call) => {
				const removed = await engine.removeImage(param(call), { force: flag(call, 'force') });
				return answer(
					removed.map(({ untagged, deleted }) =>
						untagged === undefined ? { Deleted: deleted } : { Untagged: untagged },
					),
				);
			},
		},
	];
}

function known(engine: Engine, name: string): Image {
	const image = engine.image(name);
	if (!image) throw new EngineError(404, `No such image: ${name}`);
	return image;
}

function summary(engine: Engine, image: Image) {
	const users = engine.listContainers({ all: true }).filter((each) => each.imageId === image.id);
	return {
		Id: image.id,
		ParentId: '',
		RepoTags: image.tags,
		RepoDigests: image.digests,
		Created: Math.floor(image.created / 1000),
		Size: image.size,
		SharedSize: -1,
		Labels: image.config.labels,
		Containers: users.length,
	};
}

function inspect(image: Image) {
	const { config } = image;
	return {
		Id: image.id,
		RepoTags: image.tags,
		RepoDigests: image.digests,
		Created: goTime(image.created),
		Architecture: image.architecture,
		Os: image.os,
		Size: image.size,
		Config: {
			Env: config.env,
			Cmd: config.cmd,
			Entrypoint: config.entrypoint.length > 0 ? config.entrypoint : null,
			WorkingDir: config.workingDir,
			User: config.user,
			ExposedPorts: Object.fromEntries(config.exposedPorts.map((port) => [port, {}])),
			Volumes: Object.fromEntries(config.volumes.map((path) => [path, {}])),
			Labels: config.labels,
			StopSignal: config.stopSignal,
		},
		RootFS: { Type: 'layers', Layers: image.layers.map((layer) => layer.diffId) },
		GraphDriver: {
			Name: 'overlay2',
			Data: {
				LowerDir: image.layers
					.map((layer) => layer.directory)
					.reverse()
					.join(':'),
			},
		},
	};
}

function history(image: Image) {
	return image.history
		.map((entry, index) => ({
			Id: index === image.history.length - 1 ? image.id : '<missing>',
			Created: Math.floor(entry.created / 1000),
			CreatedBy: entry.createdBy,
			Tags: index === image.history.length - 1 ? image.tags : null,
			Size: entry.size,
			Comment: '',
		}))
		.reverse();
}

/** docker pull's JSON lines; what fails before the first of them is a plain refusal. */
async function pull(engine: Engine, call: Call): Promise<HttpResponse> {
	const name = call.query.get('fromImage') ?? '';
	const tag = call.query.get('tag') ?? '';
	if (name === '' && call.query.has('fromSrc')) throw unsupported('import');
	const ref = tag === '' ? name : `${name}${tag.includes(':') ? '@' : ':'}${tag}`;
	const lines = new Lines();
	const told = pullTold(ref);
	const done = engine.pullImage(
		ref,
		(progress) => {
			if (progress.phase !== 'resolving') lines.say(told(progress));
		},
		call.signal,
	);
	done.then(
		() => lines.end(),
		(error: unknown) => {
			const { message } = error as Error;
			lines.say([{ errorDetail: { message }, error: message }]);
			lines.end();
		},
	);
	await Promise.race([done, lines.begun]);
	return {
		status: 200,
		headers: { 'content-type': 'application/json' },
		body: lines.read(),
	};
}

/** JSON lines on their way to a client. */
class Lines {
	/** Settles with the first line. */
	readonly begun: Promise<void>;
	#kept: string[] = [];
	#ended = false;
	#wake: () => void = () => undefined;
	#begin: () => void = () => undefined;

	constructor() {
		this.begun = new Promise((resolve) => (this.#begin = resolve));
	}
	say(values: readonly unknown[]): void {
		this.#kept.push(...values.map((value) => `${JSON.stringify(value)}\n`));
		this.#begin();
		this.#wake();
	}
	end(): void {
		this.#ended = true;
		this.#wake();
	}
	async *read(): AsyncIterable<string> {
		for (;;) {
			yield* this.#kept.splice(0);
			if (this.#kept.length > 0) continue;
			if (this.#ended) return;
			await new Promise<void>((resolve) => (this.#wake = resolve));
		}
	}
}

const phases = {
	exists: 'Already exists',
	waiting: 'Pulling fs layer',
	downloading: 'Downloading',
	verifying: 'Verifying Checksum',
	extracting: 'Extracting',
	complete: 'Pull complete',
};

type Line = Record<string, unknown>;

/** What a pull says; its first word is where it pulls from. After moby pkg/progress and distribution/pull_v2.go */
function pullTold(ref: string): (progress: PullProgress) => Line[] {
	let isBegun = false;
	return (progress) => {
		const lines = pullLines(progress);
		if (isBegun) return lines;
		isBegun = true;
		const { path, tag, digest } = parseReference(ref);
		return [{ status: `Pulling from ${path}`, id: digest ?? tag ?? 'latest' }, ...lines];
	};
}

/** Only what is under way has figures: a client that draws no bars leaves such lines out. */
function layerLines(progress: Extract<PullProgress, { layer: string }>): Line[] {
	const { phase, layer, done: current, total } = progress;
	const id = layer.replace('sha256:', '').slice(0, 12);
	const isUnderWay = phase === 'downloading' || phase === 'extracting';
	const line = {
		status: phases[phase],
		progressDetail: isUnderWay ? { current, total } : {},
		id,
	};
	if (phase !== 'extracting' || current > 0) return [line];
	return [{ status: 'Download complete', progressDetail: {}, id }, line];
}

function pullLines(progress: PullProgress): Line[] {
	if ('layer' in progress) return layerLines(progress);
	const what = progress.phase === 'pulled' ? 'Downloaded newer image' : 'Image is up to date';
	return [
		...(progress.note ? [{ status: progress.note }] : []),
		{ status: `Digest: ${progress.digest ?? ''}` },
		{ status: `Status: ${what} for ${progress.ref}` },
	];
}

const imageFilters = ['before', 'dangling', 'label', 'reference', 'since', 'until'];

/** After moby daemon/images/images.go: acceptedImageFilterTags. */
function imageFilter(engine: Engine, call: Call): (image: Image) => boolean {
	const filters = readFilters(call, imageFilters);
	const dangling = boolFilter(filters, 'dangling');
	const times = (name: string) =>
		(filters.get(name) ?? []).map((ref) => known(engine, ref).created);
	const [before, since] = [times('before'), times('since')];
	const until = (filters.get('until') ?? []).map((text) => moment(text));
	const patterns = filters.get('reference');
	return ({ created, tags, config }) =>
		(dangling === undefined || dangling === (tags.length === 0)) &&
		hasLabels(config.labels, filters.get('label')) &&
		before.every((time) => created < time) &&
		since.every((time) => created > time) &&
		until.every((time) => created < time) &&
		(patterns === undefined || tags.some((tag) => patterns.some((each) => isLike(tag, each))));
}

function moment(text: string): number {
	const time = /^\d+(\.\d+)?$/.test(text) ? Number(text) * 1000 : Date.parse(text);
	if (Number.isNaN(time)) throw invalidValue('until', text);
	return time;
}

/** A shell pattern over the name, with or without its tag. */
function isLike(tag: string, pattern: string): boolean {
	return globMatches(pattern, tag) || globMatches(pattern, tag.slice(0, tag.lastIndexOf(':')));
}
