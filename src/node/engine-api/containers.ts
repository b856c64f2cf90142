import type { Attachment, Container, Engine, EventRange } from '../../api/engine.ts';
import type { Connection, HttpResponse } from '../../api/transport.ts';
import { EngineError } from '../../client/engine-error.ts';
import { containerFilter } from './container-filters.ts';
import { inspectContainer, summarizeContainer } from './container-view.ts';
import { wait } from './container-wait.ts';
import { createBody, type CreateBody } from './create-body.ts';
import { containerConfig } from './create-config.ts';
import { readBody } from './decode.ts';
import { rawConnection, streamed } from './raw-connection.ts';
import {
	answer,
	flag,
	integer,
	multiplexed,
	param,
	terminalSize,
	unixTime,
	type Call,
	type Route,
} from './route.ts';

type Act = (engine: Engine, id: string, call: Call) => Promise<void>;

/** Verbs of the form POST /containers/{id}/{verb} that answer nothing. */
const acts: Record<string, Act> = {
	start: (engine, id) => engine.startContainer(id),
	stop: (engine, id, call) => engine.stopContainer(id, seconds(call)),
	restart: (engine, id, call) => engine.restartContainer(id, seconds(call)),
	kill: (engine, id, call) => engine.killContainer(id, call.query.get('signal') || 'SIGKILL'),
	pause: (engine, id) => engine.pauseContainer(id),
	unpause: (engine, id) => engine.unpauseContainer(id),
};

function seconds(call: Call): number | undefined {
	return integer(call, 't');
}

/** A start of what runs and a stop of what does not change nothing. */
function isIdle(verb: string, { state }: Container): boolean {
	const runs = state === 'running' || state === 'paused' || state === 'restarting';
	return verb === 'start' ? state === 'running' : verb === 'stop' && !runs;
}

async function act(engine: Engine, call: Call): Promise<HttpResponse> {
	const verb = param(call, 1);
	const { id } = engine.container(param(call));
	const isDone = isIdle(verb, engine.container(id));
	await acts[verb]?.(engine, id, call);
	return answer(undefined, isDone ? 304 : 204);
}

export function containerRoutes(engine: Engine, now: () => number): Route[] {
	return [
		{ method: 'GET', pattern: /^\/containers\/json$/, handle: (call) => list(engine, call, now()) },
		{ method: 'POST', pattern: /^\/containers\/create$/, handle: (call) => create(engine, call) },
		{
			method: 'GET',
			pattern: /^\/containers\/([^/]+)\/json$/,
			handle: (call) => inspect(engine, call),
		},
		{
			method: 'POST',
			pattern: /^\/containers\/([^/]+)\/(start|stop|restart|kill|pause|unpause)$/,
			handle: (call) => act(engine, call),
		},
		{
			method: 'POST',
			pattern: /^\/containers\/([^/]+)\/wait$/,
			handle: (call) => wait(engine, call),
		},
		{
			method: 'POST',
			pattern: /^\/containers\/([^/]+)\/resize$/,
			handle: (call) => {
				const { rows, columns } = terminalSize(call);
				const attachment = engine.attach(param(call));
				attachment.resize(rows, columns);
				attachment.detach();
				return answer(undefined, 200);
			},
		},
		{
			method: 'DELETE',
			pattern: /^\/containers\/([^/]+)$/,
			handle: async (call) => {
				const options = { force: flag(call, 'force'), volumes: flag(call, 'v') };
				await engine.removeContainer(param(call), options);
				return answer(undefined);
			},
		},
		...streamRoutes(engine),
	];
}

/** What a container says and is told, and what can be seen of it. */
function streamRoutes(engine: Engine): Route[] {
	return [
		{
			method: 'GET',
			pattern: /^\/containers\/([^/]+)\/logs$/,
			handle: (call) => logs(engine, call),
		},
		{ method: 'GET', pattern: /^\/containers\/([^/]+)\/top$/, handle: (call) => top(engine, call) },
		{
			method: 'POST',
			pattern: /^\/containers\/([^/]+)\/attach$/,
			handle: (call) => streamed(attach(engine, call), call.signal),
			upgrade: async (call) => attach(engine, call),
		},
		{
			method: 'GET',
			pattern: /^\/containers\/([^/]+)\/changes$/,
			handle: async (call) => {
				const changes = await engine.changes(param(call));
				return answer(changes.map(({ kind, path }) => ({ Path: path, Kind: 'CAD'.indexOf(kind) })));
			},
		},
		{
			method: 'POST',
			pattern: /^\/containers\/([^/]+)\/rename$/,
			handle: async (call) => {
				await engine.renameContainer(param(call), call.query.get('name') ?? '');
				return answer(undefined);
			},
		},
	];
}

async function list(engine: Engine, call: Call, now: number): Promise<HttpResponse> {
	const filter = await containerFilter(engine, call);
	const limit = integer(call, 'limit') ?? 0;
	const all = flag(call, 'all') || filter.all || limit > 0;
	const containers = engine.listContainers({ all }).filter(filter.fits);
	const shown = limit > 0 ? containers.slice(0, limit) : containers;
	const rows = shown.map((container) => summarizeContainer(container, now));
	if (!flag(call, 'size')) return answer(rows);
	return answer(
		await Promise.all(rows.map(async (row) => ({ ...row, ...(await sizes(engine, row.Id)) }))),
	);
}

async function sizes(engine: Engine, id: string) {
	const { own, root } = await engine.containerSize(id);
	return { SizeRw: own, SizeRootFs: root };
}

async function inspect(engine: Engine, call: Call): Promise<HttpResponse> {
	const container = engine.container(param(call));
	const size = flag(call, 'size') ? await sizes(engine, container.id) : {};
	return answer({ ...inspectContainer(container), ...size });
}

async function create(engine: Engine, call: Call): Promise<HttpResponse> {
	const body = readBody<CreateBody>(call, createBody);
	const { id } = await engine.createContainer(
		containerConfig(body, call.query.get('name') || null),
	);
	return answer({ Id: id, Warnings: [] }, 201);
}

async function logs(engine: Engine, call: Call): Promise<HttpResponse> {
	const container = engine.container(param(call));
	if (!flag(call, 'stdout') && !flag(call, 'stderr'))
		throw new EngineError(400, 'Bad parameters: you must choose at least one stream');
	const range = { since: unixTime(call, 'since'), until: unixTime(call, 'until') };
	const type = container.config.tty ? 'raw-stream' : 'multiplexed-stream';
	return {
		status: 200,
		headers: { 'content-type': `application/vnd.docker.${type}` },
		body: logStream(engine, container, call, range),
	};
}

async function* logStream(
	engine: Engine,
	container: Container,
	call: Call,
	{ since, until }: EventRange,
): AsyncIterable<Uint8Array<ArrayBuffer>> {
	const tail = call.query.get('tail') ?? '';
	const entries = engine.logs(container.id, {
		follow: flag(call, 'follow'),
		...(/^\d+$/.test(tail) ? { tail: Number(tail) } : {}),
		...(since ? { since } : {}),
		...(until ? { until } : {}),
		...(call.signal ? { signal: call.signal } : {}),
	});
	const stamp = (time: number) =>
		flag(call, 'timestamps') ? `${new Date(time).toISOString().replace('Z', '000000Z')} ` : '';
	for await (const entry of entries) {
		if (!flag(call, entry.stream)) continue;
		const head = new TextEncoder().encode(stamp(entry.time));
		const line = new Uint8Array(head.length + entry.data.length);
		line.set(head);
		line.set(entry.data, head.length);
		yield container.config.tty ? line : multiplexed(entry.stream, line);
	}
}

async function top(engine: Engine, call: Call): Promise<HttpResponse> {
	const processes = await engine.top(param(call));
	return answer({
		Titles: ['UID', 'PID', 'PPID', 'C', 'STIME', 'TTY', 'TIME', 'CMD'],
		Processes: processes.map(({ user, pid, ppid, time, command }) =>
			[user, pid, ppid, 0, '-', '?', time, command].map(String),
		),
	});
}

/** The streams that were asked for; without any of them only what happens is watched. */
function attach(engine: Engine, call: Call): Connection {
	const container = engine.container(param(call));
	const attachment: Attachment = engine.attach(container.id);
	const takesInput = flag(call, 'stdin');
	return rawConnection({
		tty: container.config.tty ?? false,
		onOutput: (listener) =>
			attachment.onOutput((stream, data) =>
				flag(call, stream) ? listener(stream, data) : undefined,
			),
		write: async (data) => (takesInput ? attachment.write(data) : undefined),
		closeStdin: () => (takesInput ? attachment.closeStdin() : undefined),
		done: attachment.done,
		close: () => attachment.detach(),
	});
}
