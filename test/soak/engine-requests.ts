import type { HttpRequest } from '../../src/api/transport.ts';
import { damage, hostileText, jsonOf, mutate } from './hostile.ts';
import type { Random } from './random.ts';

const names = ['c0', 'c1', 'c2', 'c3'];
const images = ['busybox', 'web:1', 'busybox:latest', 'nosuch', 'web:9'];

/** A body that makes a container, with much of what can be asked for. */
function goodCreate(random: Random): Record<string, unknown> {
	const some = <T>(value: T): T | undefined => (random.chance(0.3) ? value : undefined);
	return {
		Image: random.pick(images.slice(0, 3)),
		Cmd: some(['sh', '-c', 'true']),
		Env: some(['A=b']),
		Labels: some({ a: 'b' }),
		OpenStdin: random.chance(0.5),
		Tty: random.chance(0.2),
		ExposedPorts: some({ '80/tcp': {} }),
		Volumes: some({ '/anon': {} }),
		WorkingDir: some('/w'),
		User: some('1:2'),
		StopTimeout: some(1),
		HostConfig: {
			AutoRemove: random.chance(0.3),
			Binds: some(['/src:/dst:ro', 'named:/named']),
			Memory: some(8 << 20),
			NetworkMode: random.pick(['default', 'host', 'none', 'container:c0', 'bridge', 'odd']),
			PidMode: some(random.pick(['host', 'container:c1'])),
			PortBindings: some({ '80/tcp': [{ HostIp: '', HostPort: random.pick(['', '8080']) }] }),
			PublishAllPorts: random.chance(0.1),
			RestartPolicy: some({ Name: 'on-failure', MaximumRetryCount: 2 }),
			Tmpfs: some({ '/tmp': 'size=1m' }),
			Ulimits: some([{ Name: 'nofile', Soft: 10, Hard: 20 }]),
			Mounts: some([{ Type: 'volume', Source: 'vol', Target: '/vol' }]),
			VolumesFrom: some(['c0:ro']),
		},
		NetworkingConfig: { EndpointsConfig: { bridge: {} } },
	};
}

const exec = (random: Random) => ({
	Cmd: ['sh'],
	AttachStdin: random.chance(0.5),
	Tty: random.chance(0.5),
	Env: ['A=b'],
	ConsoleSize: [10, 20],
});

const verbs = 'start start start stop kill restart pause unpause wait resize rename attach'.split(
	' ',
);
const params =
	't signal condition h w all limit size filters stdout stderr follow since until tail force v name tag repo'.split(
		' ',
	);

function query(random: Random): string {
	const pairs = Array.from({ length: random.int(4) }, () => {
		const value = random.weighted(
			[2, () => random.pick(['1', '0', '5', 'true', 'KILL', 'next-exit', 'removed', 'all'])],
			[1, () => filters(random)],
			[1, () => hostileText(random)],
		);
		return `${random.pick(params)}=${escaped(random, value)}`;
	});
	return pairs.length > 0 ? `?${pairs.join('&')}` : '';
}

function filters(random: Random): string {
	const value = {
		[random.pick(['name', 'label', 'status', 'odd', 'dangling', 'type', 'exited', 'since'])]:
			random.pick<unknown>([['c0'], { c0: true }, ['running'], 'x', [1], null, ['(']]),
	};
	return random.chance(0.8) ? JSON.stringify(value) : damage(random, JSON.stringify(value));
}

function escaped(random: Random, text: string): string {
	if (random.chance(0.1)) return text.replace(/\s/g, '');
	return encodeURIComponent(text.replace(/\p{Surrogate}/gu, ''));
}

function path(random: Random, execs: readonly string[]): [method: string, path: string] {
	const name = random.chance(0.9) ? random.pick(names) : escaped(random, hostileText(random));
	const id = execs.length > 0 && random.chance(0.9) ? random.pick(execs) : name;
	return random.weighted<[string, string]>(
		[6, () => ['POST', `/containers/${name}/${random.pick(verbs)}`]],
		[2, () => ['DELETE', `/containers/${name}`]],
		[2, () => ['GET', `/containers/${name}/${random.pick(['json', 'logs', 'top', 'changes'])}`]],
		[1, () => ['GET', `/${random.pick(['containers/json', 'images/json', 'events', 'info'])}`]],
		[1, () => ['POST', `/exec/${id}/${random.pick(['start', 'resize'])}`]],
		[1, () => ['GET', `/exec/${id}/json`]],
		[1, () => ['DELETE', `/images/${random.pick(images)}`]],
		[1, () => ['GET', `/images/${random.pick(images)}/${random.pick(['json', 'history'])}`]],
		[0.5, () => ['POST', `/images/${random.pick(images)}/tag`]],
		[0.5, () => ['GET', `/${escaped(random, hostileText(random))}`]],
	);
}

/** One request to a node's Engine API: half of them could be meant, the others no client sends. */
export function hostileEngineRequest(random: Random, execs: readonly string[]): HttpRequest {
	const headers: Record<string, string> = random.chance(0.95)
		? { 'content-type': 'application/json' }
		: {};
	const post = (where: string, value: object): HttpRequest => {
		if (random.chance(0.4)) mutate(random, value);
		const text = jsonOf(value);
		const body = random.chance(0.1) ? damage(random, text) : text;
		return { method: 'POST', path: where, headers, body };
	};
	return random.weighted<HttpRequest>(
		[4, () => post(`/containers/create?name=${random.pick(names)}`, goodCreate(random))],
		[1, () => post(`/containers/${random.pick(names)}/exec`, exec(random))],
		[1, () => post(`/exec/${execs.at(-1) ?? 'x'}/start`, { Detach: random.chance(0.5) })],
		[
			1.5,
			() => ({ method: 'POST', path: `/images/create?fromImage=${random.pick(images)}`, headers }),
		],
		[
			8,
			() => {
				const [method, where] = path(random, execs);
				return { method, path: where + query(random), headers };
			},
		],
	);
}
