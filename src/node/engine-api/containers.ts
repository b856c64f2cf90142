import type {
	Attachment,
	Container,
	ContainerConfig,
	Engine,
	NetworkMode,
} from '../../api/engine.ts';
import type { Connection, HttpResponse } from '../../api/transport.ts';
import { inspectContainer, summarizeContainer } from './container-view.ts';
import { wait } from './container-wait.ts';
import { answer, flag, multiplexed, param, type Call, type Route } from './route.ts';
import { rawConnection } from './raw-connection.ts';

type Act = (engine: Engine, id: string, call: Call) => Promise<void>;

/** Verbs of the form POST /containers/{id}/{verb} that answer nothing. */
const acts: Record<string, Act> = {
	start: (engine, id) => engine.startContainer(id),
	stop: (engine, id, call) => engine.stopContainer(id, seconds(call)),
	restart: (engine, id, call) => engine.restartContainer(id, seconds(call)),
	kill: (engine, id, call) => engine.killContainer(id, call.query.get('signal') ?? 'SIGKILL'),
	pause: (engine, id) => engine.pauseContainer(id),
	unpause: (engine, id) => engine.unpauseContainer(id),
};

function seconds(call: Call): number | undefined {
	const text = call.query.get('t');
	return text === null ? undefined : Number(text);
}

export function containerRoutes(engine: Engine, now: () => number): Route[] {
	return [
		{ method: 'GET', pattern: /^\/containers\/json$/, handle: (call) => list(engine, call, now()) },
		{ method: 'POST', pattern: /^\/containers\/create$/, handle: (call) => create(engine, call) },
		{
			method: 'GET',
			pattern: /^\/containers\/([^/]+)\/json$/,
			handle: (call) => answer(inspectContainer(engine.container(param(call)))),
		},
		{
			method: 'POST',
			pattern: /^\/containers\/([^/]+)\/(start|stop|restart|kill|pause|unpause)$/,
			handle: async (call) => {
				await acts[param(call, 1)]?.(engine, param(call), call);
				return answer(undefined);
			},
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
				const attachment = engine.attach(param(call));
				attachment.resize(Number(call.query.get('h')), Number(call.query.get('w')));
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
		{
			method: 'GET',
			pattern: /^\/containers\/([^/]+)\/logs$/,
			handle: (call) => logs(engine, call),
		},
		{ method: 'GET', pattern: /^\/containers\/([^/]+)\/top$/, handle: (call) => top(engine, call) },
		{
			method: 'POST',
			pattern: /^\/containers\/([^/]+)\/attach$/,
			upgrade: async (call) => attach(engine, call),
		},
	];
}

function list(engine: Engine, call: Call, now: number): HttpResponse {
	const filters = JSON.parse(call.query.get('filters') ?? '{}') as Record<string, unknown>;
	const wanted = (name: string) =>
		Array.isArray(filters[name])
			? (filters[name] as string[])
			: Object.keys((filters[name] as object) ?? {});
	const [name] = wanted('name');
	const status = wanted('status');
	const containers = engine
		.listContainers({
			all: flag(call, 'all') || status.length > 0,
			labels: wanted('label'),
			...(name === undefined ? {} : { name }),
		})
		.filter((container) => status.length === 0 || status.includes(container.state));
	const limit = Number(call.query.get('limit') ?? 0);
	const shown = limit > 0 ? containers.slice(0, limit) : containers;
	return answer(shown.map((container) => summarizeContainer(container, now)));
}

interface CreateBody {
	Image?: string;
	Cmd?: string[] | string;
	Entrypoint?: string[] | string;
	Env?: string[];
	WorkingDir?: string;
	User?: string;
	Hostname?: string;
	Labels?: Record<string, string>;
	Tty?: boolean;
	OpenStdin?: boolean;
	StopSignal?: string;
	HostConfig?: {
		Binds?: string[];
		NetworkMode?: string;
		PortBindings?: Record<string, { HostIp?: string; HostPort?: string }[]>;
		Memory?: number;
		NanoCpus?: number;
		CpuShares?: number;
		PidsLimit?: number;
		AutoRemove?: boolean;
		Privileged?: boolean;
		ReadonlyRootfs?: boolean;
		CapAdd?: string[];
		CapDrop?: string[];
		Init?: boolean;
		ExtraHosts?: string[];
		RestartPolicy?: { Name?: string; MaximumRetryCount?: number };
	};
}

async function create(engine: Engine, call: Call): Promise<HttpResponse> {
	const name = call.query.get('name');
	const config = containerConfig(call.body, name);
	const { id } = await engine.createContainer(config);
	return answer({ Id: id, Warnings: [] }, 201);
}

/** Leaves out what the client did not say, so that the image's own settings hold. */
function said<T extends object>(value: T): T {
	return Object.fromEntries(
		Object.entries(value).filter(([, each]) => each !== undefined && each !== null && each !== ''),
	) as T;
}

const words = (value: string[] | string | undefined) =>
	typeof value === 'string' ? [value] : value;

function containerConfig(body: CreateBody, name: string | null): ContainerConfig {
	const host = body.HostConfig ?? {};
	const network = host.NetworkMode === 'default' ? 'bridge' : host.NetworkMode;
	const policy = host.RestartPolicy?.Name;
	return said({
		image: body.Image ?? '',
		name: name ?? undefined,
		cmd: words(body.Cmd),
		entrypoint: words(body.Entrypoint),
		env: body.Env,
		workingDir: body.WorkingDir,
		user: body.User,
		hostname: body.Hostname,
		labels: body.Labels,
		tty: body.Tty,
		openStdin: body.OpenStdin,
		stopSignal: body.StopSignal,
		mounts: host.Binds?.map(bind),
		network: network as NetworkMode | undefined,
		ports: ports(host.PortBindings ?? {}),
		resources: said({
			memory: host.Memory || undefined,
			nanoCpus: host.NanoCpus || undefined,
			cpuShares: host.CpuShares || undefined,
			pidsLimit: host.PidsLimit || undefined,
		}),
		autoRemove: host.AutoRemove,
		privileged: host.Privileged,
		readonlyRootfs: host.ReadonlyRootfs,
		capAdd: host.CapAdd,
		capDrop: host.CapDrop,
		init: host.Init,
		extraHosts: host.ExtraHosts,
		restart: policy
			? {
					name: policy as 'always',
					maximumRetryCount: host.RestartPolicy?.MaximumRetryCount ?? 0,
				}
			: undefined,
	}) as ContainerConfig;
}

function bind(text: string) {
	const [source = '', target = '', options = ''] = text.split(':');
	const type = source.startsWith('/') ? ('bind' as const) : ('volume' as const);
	return { type, source, target, readonly: options.split(',').includes('ro') };
}

function ports(bindings: Record<string, { HostIp?: string; HostPort?: string }[]>) {
	return Object.entries(bindings).flatMap(([key, hosts]) => {
		const [port, protocol] = key.split('/');
		return hosts.map((host) => ({
			containerPort: Number(port),
			protocol: protocol === 'udp' ? ('udp' as const) : ('tcp' as const),
			hostPort: Number(host.HostPort ?? 0),
			...(host.HostIp ? { hostIp: host.HostIp } : {}),
		}));
	});
}

async function logs(engine: Engine, call: Call): Promise<HttpResponse> {
	const container = engine.container(param(call));
	const type = container.config.tty ? 'raw-stream' : 'multiplexed-stream';
	return {
		status: 200,
		headers: { 'content-type': `application/vnd.docker.${type}` },
		body: logStream(engine, container, call),
	};
}

async function* logStream(
	engine: Engine,
	container: Container,
	call: Call,
): AsyncIterable<Uint8Array<ArrayBuffer>> {
	const tail = Number(call.query.get('tail') ?? NaN);
	const since = Number(call.query.get('since') ?? 0) * 1000;
	const entries = engine.logs(container.id, {
		follow: flag(call, 'follow'),
		...(Number.isFinite(tail) ? { tail } : {}),
		...(since > 0 ? { since } : {}),
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

function attach(engine: Engine, call: Call): Connection {
	const container = engine.container(param(call));
	const attachment: Attachment = engine.attach(container.id);
	return rawConnection({
		tty: container.config.tty ?? false,
		onOutput: (listener) => attachment.onOutput(listener),
		write: (data) => attachment.write(data),
		closeStdin: () => attachment.closeStdin(),
		done: attachment.done,
		close: () => attachment.detach(),
	});
}
