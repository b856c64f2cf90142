import type { Engine, Image, PullProgress } from '../../api/engine.ts';
import { EngineError } from '../../client/engine-error.ts';
import { answer, flag, goTime, param, type Call, type Route } from './route.ts';

export function imageRoutes(engine: Engine): Route[] {
	return [
		{
			method: 'GET',
			pattern: /^\/images\/json$/,
			handle: () => answer(engine.listImages().map((image) => summary(engine, image))),
		},
		{
			method: 'POST',
			pattern: /^\/images\/create$/,
			handle: (call) => ({
				status: 200,
				headers: { 'content-type': 'application/json' },
				body: pull(engine, call),
			}),
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

/** docker pull's JSON lines; an error after the first line is one more line, as the status is sent. */
async function* pull(engine: Engine, call: Call): AsyncIterable<string> {
	const name = call.query.get('fromImage') ?? '';
	const tag = call.query.get('tag') ?? '';
	const ref = tag === '' ? name : `${name}${tag.includes(':') ? '@' : ':'}${tag}`;
	const lines: string[] = [];
	let wake = () => {};
	const say = (value: unknown) => {
		lines.push(`${JSON.stringify(value)}\n`);
		wake();
	};
	let ended = false;
	const done = engine
		.pullImage(ref, (progress) => say(pullLine(progress)), call.signal)
		.catch((error: unknown) => {
			const message = (error as Error).message;
			say({ errorDetail: { message }, error: message });
		})
		.finally(() => {
			ended = true;
			wake();
		});
	while (!ended || lines.length > 0) {
		yield* lines.splice(0);
		if (!ended && lines.length === 0) await new Promise<void>((resolve) => (wake = resolve));
	}
	await done;
}

const phases = {
	exists: 'Already exists',
	waiting: 'Waiting',
	downloading: 'Downloading',
	verifying: 'Verifying Checksum',
	extracting: 'Extracting',
	complete: 'Pull complete',
};

function pullLine(progress: PullProgress): Record<string, unknown> {
	if ('layer' in progress) {
		const id = progress.layer.replace('sha256:', '').slice(0, 12);
		const detail = { current: progress.done, total: progress.total };
		return { status: phases[progress.phase], progressDetail: detail, id };
	}
	if (progress.phase === 'resolving') return { status: `Pulling from ${progress.ref}` };
	const what = progress.phase === 'pulled' ? 'Downloaded newer image' : 'Image is up to date';
	return { status: `Status: ${what} for ${progress.ref}` };
}
