import { damage, hostileText } from './hostile.ts';
import type { Random } from './random.ts';
import { spdyExec, spdyForward } from './spdy-frames.ts';
import type { Talk } from './sockets.ts';
import { podName } from './upgrades-cluster.ts';
import { tunnelled, webSocketFrames } from './websocket-frames.ts';

/** One client's conversation with a front. */
export interface Conversation extends Pick<Talk, 'pieces' | 'isPolite' | 'reads' | 'leaves'> {
	name: string;
	front: 'kubernetes' | 'docker';
	/** Bytes of the pieces' heads, for a report. */
	head: string;
}

export type Heads = Record<string, string>;

const path = `/api/v1/namespaces/default/pods/${podName}`;
const programs = ['cat', 'cat', 'cat', 'say', 'deaf', 'flood', 'gone', 'none'];
export const webSocketHeads: Heads = {
	host: 'localhost',
	connection: 'Upgrade',
	upgrade: 'websocket',
	'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==',
	'sec-websocket-version': '13',
};
export const spdyHeads: Heads = {
	host: 'localhost',
	connection: 'Upgrade',
	upgrade: 'SPDY/3.1',
};
const tunnel = 'SPDY/3.1+portforward.k8s.io';
const versions = ['v5', 'v4', 'v3', 'v2'].map((name) => `${name}.channel.k8s.io`);
/** Of a log, which comes in frames of its own. */
const bodyProtocols = ['binary.k8s.io', 'base64.binary.k8s.io'];

const subprotocols = [
	...versions,
	'channel.k8s.io',
	'base64.channel.k8s.io',
	'v4.base64.channel.k8s.io',
];

export function requestHead(method: string, target: string, heads: Heads): string {
	const lines = Object.entries(heads).map(([name, value]) => `${name}: ${value}\r\n`);
	return `${method} ${target} HTTP/1.1\r\n${lines.join('')}\r\n`;
}

function execQuery(random: Random, isTty: boolean): string {
	const all = ['stdin=1', 'stderr=1'].filter(() => random.chance(0.95));
	return [`command=${random.pick(programs)}`, 'stdout=1', ...all, ...(isTty ? ['tty=1'] : [])].join(
		'&',
	);
}

function portQuery(random: Random): string {
	const one = () =>
		random.chance(0.9) ? String(80 + random.int(4)) : random.pick(['0', '-1', 'x', '1e9', '', ',']);
	return `ports=${Array.from({ length: 1 + random.int(4) }, one).join(random.pick([',', '&ports=']))}`;
}

/** Where a stream is asked for. */
function target(random: Random, isTty: boolean): string {
	return random.weighted<string>(
		[5, () => `${path}/exec?${execQuery(random, isTty)}`],
		[2, () => `${path}/attach?stdin=1&stdout=1&stderr=1${isTty ? '&tty=1' : ''}`],
		[2, () => `${path}/portforward?${portQuery(random)}`],
		[0.3, () => `${path}/log?follow=1`],
		[0.3, () => `${path}/exec?command=`],
	);
}

/** A header is missing, or says something else. */
function spoiled(random: Random, heads: Heads): Heads {
	if (random.chance(0.93)) return heads;
	const name = random.pick(Object.keys(heads));
	const value = hostileText(random)
		.replace(/[^\x20-\x7e]/g, '')
		.slice(0, 200);
	const rest = Object.entries(heads).filter(([key]) => key !== name);
	return Object.fromEntries(random.chance(0.5) ? rest : [...rest, [name, value]]);
}

function webSocket(random: Random): [head: string, frames: Buffer[]] {
	const where = target(random, random.chance(0.3));
	const offered = where.includes('/log?') ? bodyProtocols : subprotocols;
	const subprotocol = random.chance(0.9)
		? random.pick(offered)
		: random.pick(['portforward.k8s.io', 'x', '', ',,', 'constructor', subprotocols.join(', ')]);
	const heads = spoiled(random, { ...webSocketHeads, 'sec-websocket-protocol': subprotocol });
	const method = random.chance(0.95) ? 'GET' : 'POST';
	return [requestHead(method, where, heads), webSocketFrames(random)];
}

function spdy(random: Random): [head: string, frames: Buffer[]] {
	const isTty = random.chance(0.4);
	const where = target(random, isTty);
	const isForward = where.includes('/portforward');
	const offered = isForward ? 'portforward.k8s.io' : random.pick(versions);
	const heads = spoiled(random, {
		...spdyHeads,
		'x-stream-protocol-version': random.chance(0.95) ? offered : random.pick(['', 'x', ',,']),
	});
	const frames = isForward ? spdyForward(random) : spdyExec(random, isTty);
	return [requestHead('POST', where, heads), frames];
}

function inTunnel(random: Random): [head: string, frames: Buffer[]] {
	const heads = { ...webSocketHeads, 'sec-websocket-protocol': tunnel };
	const inside = random.chance(0.9) ? spdyForward(random) : spdyExec(random, false);
	const frames = random.chance(0.9) ? tunnelled(random, inside) : webSocketFrames(random);
	return [requestHead('GET', `${path}/portforward`, heads), frames];
}

/** Asks an engine for a stream; `newExec` makes an exec that runs a program. */
export interface DockerPlaces {
	newExec(program: string, tty: boolean): Promise<string>;
}

async function hijack(
	random: Random,
	places: DockerPlaces,
): Promise<[head: string, frames: Buffer[]]> {
	const tty = random.chance(0.3);
	const program = random.pick(programs);
	const id = await places.newExec(program, tty);
	const start = random.chance(0.7);
	const where = start
		? `/v1.43/exec/${random.chance(0.97) ? id : 'nobody'}/start`
		: `/v1.43/containers/${random.pick([podName, 'tty', 'nobody'])}/attach?stream=1&stdin=1&stdout=1&stderr=1`;
	const good = start ? JSON.stringify({ Detach: false, Tty: tty }) : '';
	const body = random.chance(0.9) ? good : damage(random, good).slice(0, 10_000);
	const length = Buffer.byteLength(body);
	const heads = spoiled(random, {
		host: 'localhost',
		connection: 'Upgrade',
		upgrade: random.chance(0.97) ? 'tcp' : 'x',
		'x-program': program,
		'content-type': 'application/json',
		'content-length': String(
			random.chance(0.95) ? length : random.pick([length + 5, 0, -1, 'x', 9e9]),
		),
	});
	const raw = Array.from({ length: random.int(5) }, () =>
		Buffer.from(random.bytes(random.pick([0, 1, 100, 60_000]))),
	);
	return [requestHead('POST', where, heads) + body, raw];
}

/** A log that is followed, which is a plain answer without an end. */
function followed(random: Random): [head: string, frames: Buffer[]] {
	const query = random.pick(['follow=1', 'follow=true&timestamps=1', 'follow=1&limitBytes=20']);
	return [requestHead('GET', `${path}/log?${query}`, { host: 'localhost' }), []];
}

type Kind = 'WebSocket' | 'SPDY' | 'tunnel' | 'docker' | 'log';

/** What one client brings. */
export async function hostileConversation(
	random: Random,
	places: DockerPlaces,
): Promise<Conversation> {
	const name = random.weighted<Kind>(
		[6, () => 'WebSocket'],
		[6, () => 'SPDY'],
		[3, () => 'tunnel'],
		[3, () => 'docker'],
		[0.5, () => 'log'],
	);
	const makers = { WebSocket: webSocket, SPDY: spdy, tunnel: inTunnel, log: followed };
	const [head, frames] = name === 'docker' ? await hijack(random, places) : makers[name](random);
	return {
		name,
		front: name === 'docker' ? 'docker' : 'kubernetes',
		head,
		pieces: [Buffer.from(head), ...cut(random, frames)],
		isPolite: random.chance(0.7),
		leaves: random.pick(['destroy', 'destroy', 'reset', 'end'] as const),
		...(random.chance(0.2) ? { reads: random.pick([1, 1000, 100_000]) } : {}),
	};
}

/** All at once, one after the other, or broken off. */
function cut(random: Random, frames: readonly Buffer[]): Buffer[] {
	const whole = Buffer.concat(frames);
	return random.weighted<Buffer[]>(
		[4, () => [whole]],
		[4, () => [...frames]],
		[1, () => [whole.subarray(0, random.int(whole.length + 1))]],
	);
}
