import { describe, expect, it } from 'vitest';
import { engineBench } from '../../../test/unit/engine-bench.ts';
import type { Container } from '../../api/engine.ts';
import { dockerApi } from './docker-api.ts';

type Body = string | object;

async function bench() {
	const all = await engineBench();
	all.agent.program = () => undefined;
	await all.engine.pullImage('busybox');
	const api = dockerApi(all.engine, all.clock);
	const ask = async (line: string, body?: Body) => {
		const [method = '', path = ''] = line.split(' ');
		const response = await api.request({
			method,
			path,
			...(body === undefined
				? {}
				: {
						headers: { 'content-type': 'application/json' },
						body: typeof body === 'string' ? body : JSON.stringify(body),
					}),
		});
		return { status: response.status, text: await textOf(response.body) };
	};
	/** Creates a container, and answers what became of what was asked for. */
	const make = async (body: object): Promise<Container> => {
		const { status, text } = await ask('POST /containers/create', { Image: 'busybox', ...body });
		expect([status, text]).toEqual([201, expect.any(String)]);
		return all.engine.container((JSON.parse(text) as { Id: string }).Id);
	};
	return { ...all, api, ask, make };
}

async function textOf(body: string | Uint8Array | AsyncIterable<string | Uint8Array>) {
	if (typeof body === 'string') return body;
	if (body instanceof Uint8Array) return new TextDecoder().decode(body);
	let text = '';
	for await (const chunk of body)
		text += typeof chunk === 'string' ? chunk : new TextDecoder().decode(chunk);
	return text;
}

const create = 'POST /containers/create';
const image = { Image: 'busybox' };
const host = (HostConfig: object) => ({ ...image, HostConfig });
const mount = (Mount: object) => host({ Mounts: [Mount] });
const filters = (value: unknown) => encodeURIComponent(JSON.stringify(value));

/** What is no fault of the server's is told as one of the client's, in upstream's words. */
const refusals: [string, Body | undefined, number, string][] = [
	[create, undefined, 400, 'EOF while reading'],
	[create, 'not json', 400, 'invalid JSON'],
	[create, '{"Image":', 400, 'unexpected EOF'],
	[create, '[]', 400, 'cannot unmarshal array into Go value of type CreateRequest'],
	[create, {}, 400, 'config cannot be empty in order to create a container'],
	[create, { Cmd: ['a'] }, 400, 'no image specified'],
	[create, { Image: 3 }, 400, 'number 3 into Go struct field CreateRequest.Image of type string'],
	[create, { image: 'nosuch' }, 404, 'No such image: nosuch:latest'],
	[create, host({ Binds: 'x' }), 400, 'string into Go struct field CreateRequest.HostConfig.Binds'],
	[create, host({ Memory: 1.5 }), 400, 'of type int64'],
	[create, host({ Memory: -1 }), 400, 'Minimum memory limit'],
	[create, host({ NanoCpus: -1 }), 400, 'range of CPUs'],
	[create, host({ ShmSize: -1 }), 400, 'SHM size'],
	[create, host({ BlkioWeight: 70_000 }), 400, 'of type uint16'],
	[create, host({ Binds: ['/a:/b:bogus'] }), 400, 'invalid mode: bogus'],
	[create, host({ Binds: ['/a:b'] }), 400, "invalid mount path: 'b' mount path must be absolute"],
	[create, host({ Binds: ['/a:/'] }), 400, "destination can't be '/'"],
	[create, host({ Binds: ['/a:/x', '/b:/x/'] }), 400, 'Duplicate mount point: /x'],
	[create, mount({ Type: 'odd', Target: '/a' }), 400, 'mount type unknown'],
	[create, mount({ Type: 'bind', Target: '/a' }), 400, 'field Source must not be empty'],
	[
		create,
		mount({ Type: 'bind', Source: '/no/such', Target: '/a' }),
		400,
		'bind source path does not exist: /no/such',
	],
	[create, host({ PidMode: 'odd' }), 400, 'invalid PID mode'],
	[create, host({ RestartPolicy: { Name: 'odd' } }), 400, "unknown policy 'odd'"],
	[
		create,
		host({ AutoRemove: true, RestartPolicy: { Name: 'always' } }),
		400,
		"can't create 'AutoRemove' container with restart policy",
	],
	[create, host({ PortBindings: { 'x/tcp': [] } }), 400, 'invalid port specification: "x/tcp"'],
	[create, host({ PortBindings: { '80/tcp': [{ HostPort: '-1' }] } }), 400, 'invalid port'],
	[create, host({ Sysctls: { 'vm.swappiness': '1' } }), 400, 'not in a separate kernel namespace'],
	[create, host({ CapAdd: ['ODD'] }), 400, 'invalid capability'],
	[create, host({ Ulimits: [{ Name: 'odd' }] }), 400, 'invalid ulimit type: odd'],
	[create, host({ VolumesFrom: ['nope'] }), 404, 'No such container: nope'],
	[create, { ...image, WorkingDir: 'x' }, 400, 'it needs to be an absolute path'],
	[create, { ...image, Env: ['=x'] }, 400, 'invalid environment variable: =x'],
	[create, { ...image, StopSignal: 'ODD' }, 400, 'invalid signal: ODD'],
	['POST /containers/create?name=!', image, 400, 'Invalid container name (!)'],
	['GET /containers/%zz/json', undefined, 400, 'invalid URL escape "%zz"'],
	['GET /containers/json?filters=%zz', undefined, 400, 'invalid URL escape'],
	['GET /containers/json?filters=broken', undefined, 400, 'invalid filter'],
	['GET /containers/json?filters=[]', undefined, 400, 'invalid filter'],
	[`GET /containers/json?filters=${filters({ odd: ['x'] })}`, undefined, 400, "filter 'odd'"],
	[`GET /containers/json?filters=${filters({ status: ['x'] })}`, undefined, 400, "'status=x'"],
	[`GET /images/json?filters=${filters({ odd: ['x'] })}`, undefined, 400, "filter 'odd'"],
	[`GET /images/json?filters=${filters({ dangling: ['x'] })}`, undefined, 400, "'dangling=x'"],
	[`GET /events?until=1&filters=${filters({ odd: ['x'] })}`, undefined, 400, "filter 'odd'"],
	['GET /containers/json?limit=x', undefined, 400, 'parsing "x": invalid syntax'],
	['GET /events?since=x', undefined, 400, 'parsing "x": invalid syntax'],
	['GET /v9.9/containers/json', undefined, 400, 'client version 9.9 is too new'],
	['GET /v1.1/containers/json', undefined, 400, 'client version 1.1 is too old'],
	['GET //containers/json', undefined, 501, 'is not served'],
	['POST /containers/c1/resize?h=x&w=1', undefined, 400, 'parsing "x"'],
	['POST /containers/c1/resize?h=-1&w=1', undefined, 400, 'out of range'],
	['POST /containers/c1/stop?t=x', undefined, 400, 'parsing "x"'],
	['POST /containers/c1/kill?signal=ODD', undefined, 400, 'invalid signal: ODD'],
	['POST /containers/c1/wait?condition=odd', undefined, 400, 'invalid condition: "odd"'],
	['POST /containers/c1/exec', { Cmd: [] }, 400, 'No exec command specified'],
	['POST /containers/c1/exec', { Cmd: 'x' }, 400, 'cannot unmarshal string'],
	['POST /containers/c1/rename?name=!', undefined, 400, 'Invalid container name'],
	['GET /containers/c1/logs', undefined, 400, 'you must choose at least one stream'],
	['POST /exec/nope/start', {}, 404, 'No such exec instance: nope'],
	['POST /images/create?fromImage=NO', undefined, 400, 'invalid reference format'],
	['POST /images/create?fromImage=nosuch', undefined, 404, 'pull access denied for nosuch'],
	['POST /images/create?fromSrc=-', undefined, 501, 'import is not supported'],
	['DELETE /images/nosuch', undefined, 404, 'No such image: nosuch:latest'],
	['DELETE /containers/nope?force=1', undefined, 404, 'No such container: nope'],
	['POST /containers/nope/start', undefined, 404, 'No such container: nope'],
	['GET /networks/nope', undefined, 404, 'network nope not found'],
	['GET /networks/bridge', undefined, 501, 'is not served'],
	['GET /volumes/nope', undefined, 404, 'get nope: no such volume'],
	['GET /plugins/nope/json', undefined, 404, 'plugin "nope" not found'],
	['GET /services/nope', undefined, 503, 'not a swarm manager'],
];

const endpoint = (settings: object) => ({
	...image,
	NetworkingConfig: { EndpointsConfig: { bridge: settings } },
});

/** What docker knows and this engine has nothing behind. */
const unsupported: [string, object][] = [
	['Healthcheck', { ...image, Healthcheck: { Test: ['CMD', 'true'] } }],
	['MacAddress', { ...image, MacAddress: '02:42:ac:11:00:09' }],
	['HostConfig.Devices', host({ Devices: [{ PathOnHost: '/dev/null' }] })],
	['HostConfig.DeviceRequests', host({ DeviceRequests: [{ Count: -1 }] })],
	['HostConfig.CpusetCpus', host({ CpusetCpus: '0' })],
	['HostConfig.MemoryReservation', host({ MemoryReservation: 1 << 24 })],
	['HostConfig.IpcMode', host({ IpcMode: 'host' })],
	['HostConfig.Links', host({ Links: ['a:b'] })],
	['HostConfig.OomKillDisable', host({ OomKillDisable: true })],
	['HostConfig.SecurityOpt', host({ SecurityOpt: ['seccomp=profile.json'] })],
	['log driver "syslog"', host({ LogConfig: { Type: 'syslog' } })],
	['log option "max-size"', host({ LogConfig: { Config: { 'max-size': '1m' } } })],
	['ulimit "rtprio"', host({ Ulimits: [{ Name: 'rtprio', Soft: 1, Hard: 1 }] })],
	['tmpfs option "exec"', host({ Tmpfs: { '/run': 'exec' } })],
	[
		'BindOptions.Propagation',
		mount({ Type: 'bind', Source: '/a', Target: '/b', BindOptions: { Propagation: 'rshared' } }),
	],
	['EndpointsConfig.DriverOpts', endpoint({ DriverOpts: { a: 'b' } })],
];

/** All that a client sends for `docker run busybox`. */
const plain = {
	Hostname: '',
	Domainname: '',
	AttachStdout: true,
	AttachStderr: true,
	ExposedPorts: {},
	StdinOnce: false,
	Env: null,
	Cmd: null,
	Image: 'busybox',
	Volumes: {},
	WorkingDir: '',
	Entrypoint: null,
	OnBuild: null,
	Labels: {},
	HostConfig: {
		Binds: null,
		LogConfig: { Type: '', Config: {} },
		NetworkMode: 'default',
		PortBindings: {},
		RestartPolicy: { Name: 'no', MaximumRetryCount: 0 },
		ConsoleSize: [0, 0],
		CgroupnsMode: '',
		Dns: [],
		IpcMode: '',
		MemorySwappiness: -1,
		OomKillDisable: false,
		PidsLimit: 0,
		ShmSize: 0,
		BlkioDeviceReadBps: [],
		Ulimits: null,
		MaskedPaths: null,
		Devices: [],
		Unheard: { of: 'this' },
	},
	NetworkingConfig: { EndpointsConfig: { default: { IPAMConfig: null, Aliases: null } } },
};

describe('the Engine API', () => {
	it.each(refusals)('refuses %s %j with %i', async (line, body, status, text) => {
		const { ask, make, agent } = await bench();
		const { id } = await make({});
		await ask(`POST /containers/${id}/rename?name=c1`);
		await ask('POST /containers/c1/start');
		const plainBatch = agent.batch.bind(agent);
		agent.batch = async (ops) =>
			(await plainBatch(ops)).map((result, i) =>
				ops[i]?.op === 'stat' ? { ok: false, errno: 'ENOENT', message: '' } : result,
			);
		const before = (await ask('GET /containers/json?all=1')).text;
		const answer = await ask(line, body);
		expect(answer).toEqual({ status, text: expect.stringContaining('message') as string });
		expect((JSON.parse(answer.text) as { message: string }).message).toContain(text);
		expect((await ask('GET /containers/json?all=1')).text).toBe(before);
	});
	it.each(unsupported)('does not drop %s in silence', async (name, body) => {
		const { ask } = await bench();
		const { status, text } = await ask(create, body);
		expect([status, text]).toEqual([
			501,
			expect.stringContaining(JSON.stringify(name).slice(1, -1)),
		]);
	});
	it('takes what a client sends for nothing special', async () => {
		const { make } = await bench();
		const { config } = await make(plain);
		expect(config).toMatchObject({ image: 'busybox', network: 'bridge', mounts: [] });
		expect(config).not.toHaveProperty('dns');
	});
});

describe('a container made over the API', () => {
	it('has what was asked for', async () => {
		const { engine, agent, ask, make } = await bench();
		const { id: other } = await make(host({ Tmpfs: { '/old': 'size=1m,ro' } }));
		const { id } = await make({
			StopTimeout: 3,
			ExposedPorts: { '80/tcp': {} },
			Volumes: { '/anon': {} },
			Hostname: 'h',
			HostConfig: {
				Binds: ['/src:/dst:ro', 'named:/named:nocopy'],
				Mounts: [{ Type: 'tmpfs', Target: '/tmp', TmpfsOptions: { SizeBytes: 4096, Mode: 448 } }],
				Ulimits: [{ Name: 'nofile', Soft: 10, Hard: -1 }],
				Sysctls: { 'net.core.somaxconn': '99' },
				ShmSize: 8192,
				GroupAdd: ['20'],
				Dns: ['1.2.3.4'],
				ExtraHosts: ['db:10.0.0.9'],
				PidMode: 'host',
				VolumesFrom: [other],
				PublishAllPorts: true,
				ConsoleSize: [10, 20],
			},
		});
		await ask(`POST /containers/${id}/start`);
		const spec = agent.spawned.at(-1)?.spec;
		expect(spec).toMatchObject({
			rlimits: [{ type: 'nofile', soft: 10, hard: -1 }],
			sysctls: { 'net.core.somaxconn': '99' },
			groups: [20],
			hostname: 'h',
		});
		expect(spec?.unshare).not.toContain('pid');
		const mounts = new Map(spec?.mounts?.map((each) => [each.target, each]));
		expect(mounts.get('/dst')).toMatchObject({ source: '/src' });
		expect(mounts.get('/dst')?.flags).toContain('ro');
		expect(mounts.get('/tmp')).toMatchObject({ fstype: 'tmpfs', data: 'mode=700,size=4096' });
		expect(mounts.get('/old')).toMatchObject({ fstype: 'tmpfs', data: 'size=1m' });
		expect(mounts.get('/dev/shm')).toMatchObject({ data: 'mode=1777,size=8k' });
		expect(mounts.get('/anon')?.source).toMatch(/volumes\/[0-9a-f]{64}\/_data$/);
		const written = (name: string) =>
			agent.ops.flatMap((op) =>
				op.op === 'write' && op.path.includes(`${id}/${name}`) ? op.data : [],
			);
		expect(written('hosts')[0]).toContain('10.0.0.9\tdb\n');
		expect(written('resolv.conf')).toEqual(['nameserver 1.2.3.4\n']);
		expect(engine.container(id).config.ports).toEqual([
			{ containerPort: 80, protocol: 'tcp', hostPort: expect.any(Number) as number },
		]);
		expect(engine.listVolumes().map(({ name }) => name)).toContain('named');
	});
	it('is filtered by name, state, label and time', async () => {
		const { ask, make } = await bench();
		const { id } = await make({ Labels: { a: '1' } });
		await ask(`POST /containers/${id}/rename?name=web-1`);
		await make({});
		const found = async (value: unknown) => {
			const { text } = await ask(`GET /containers/json?all=1&filters=${filters(value)}`);
			return (JSON.parse(text) as unknown[]).length;
		};
		expect(await found({ name: ['^/web-[0-9]$'] })).toBe(1);
		expect(await found({ name: { other: true, web: true } })).toBe(1);
		expect(await found({ label: ['a=1', 'b'] })).toBe(0);
		expect(await found({ status: ['created', 'exited'] })).toBe(2);
		expect(await found({ status: ['running'] })).toBe(0);
		expect(await found({ ancestor: ['busybox'] })).toBe(2);
	});
	it('says when a start or a stop changes nothing', async () => {
		const { ask, make } = await bench();
		const { id } = await make({});
		const statuses = [];
		for (const verb of ['stop', 'start', 'start'])
			statuses.push((await ask(`POST /containers/${id}/${verb}`)).status);
		expect(statuses).toEqual([304, 204, 304]);
	});
	it('tells in the stream why a program was not started in it', async () => {
		const { agent, api, ask, make } = await bench();
		const { id } = await make({});
		await ask(`POST /containers/${id}/start`);
		const { text } = await ask(`POST /containers/${id}/exec`, { Cmd: ['nope'] });
		const exec = (JSON.parse(text) as { Id: string }).Id;
		const message = 'exec: "nope": executable file not found in $PATH';
		agent.refusal = Object.assign(new Error(message), { errno: 'ENOENT' });
		const headers = { 'content-type': 'application/json' };
		const connection = await api.upgrade({
			method: 'POST',
			path: `/exec/${exec}/start`,
			headers,
			body: '{"Tty":true}',
		});
		let said = '';
		for await (const { data } of connection.messages) said += new TextDecoder().decode(data);
		expect(said).toContain(
			`OCI runtime exec failed: exec failed: unable to start container process: ${message}: unknown\r\n`,
		);
		expect((await ask(`GET /exec/${exec}/json`)).text).toContain('"ExitCode":127');
		expect((await ask(`POST /exec/${exec}/start`, {})).status).toBe(409);
	});
	it('gives the code of its next run to who waits for that', async () => {
		const { agent, ask, clock, make } = await bench();
		const { id } = await make({});
		await ask(`POST /containers/${id}/start`);
		agent.spawned.at(-1)?.exit(1);
		await ask(`POST /containers/${id}/wait`);
		const next = ask(`POST /containers/${id}/wait?condition=next-exit`);
		const started = ask(`POST /containers/${id}/start`);
		await clock.advance(20);
		await started;
		agent.spawned.at(-1)?.exit(7);
		expect((await next).text).toBe('{"StatusCode":7}\n');
	});
	it('has the devices of the node when it is privileged', async () => {
		const { agent, ask, make } = await bench();
		const { id } = await make(host({ Privileged: true }));
		agent.entries.set('/dev', [
			{ name: 'null', type: 'char' },
			{ name: 'ttyS0', type: 'char' },
			{ name: 'net', type: 'dir' },
			{ name: 'log', type: 'socket' },
		]);
		agent.entries.set('/dev/net', [{ name: 'tun', type: 'char' }]);
		await ask(`POST /containers/${id}/start`);
		const devices = agent.spawned.at(-1)?.spec.mounts?.filter(({ flags }) => flags?.[0] === 'bind');
		expect(devices?.map(({ target }) => target)).toEqual(['/dev/ttyS0', '/dev/net/tun']);
	});
	it('tells what it changed, with the folders above, and how much that is', async () => {
		const { agent, ask, make } = await bench();
		const { id, overlay } = await make({});
		agent.entries.set(`${overlay.upper}/`, [
			{ name: 'bin', type: 'dir' },
			{ name: 'etc', type: 'dir' },
		]);
		agent.entries.set(overlay.upper, agent.entries.get(`${overlay.upper}/`) ?? []);
		agent.entries.set(`${overlay.upper}/bin`, [{ name: 'sh', type: 'char', size: 0 }]);
		agent.entries.set(`${overlay.upper}/etc`, [
			{ name: 'hosts', type: 'file', size: 0 },
			{ name: 'mine', type: 'file', size: 7 },
		]);
		const { text } = await ask(`GET /containers/${id}/changes`);
		expect(JSON.parse(text)).toEqual([
			{ Path: '/bin', Kind: 0 },
			{ Path: '/bin/sh', Kind: 2 },
			{ Path: '/etc', Kind: 0 },
			{ Path: '/etc/mine', Kind: 1 },
		]);
		const size = await ask(`GET /containers/${id}/json?size=1`);
		expect(JSON.parse(size.text)).toMatchObject({ SizeRw: 7, SizeRootFs: 12 });
	});
});
