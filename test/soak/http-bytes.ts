import { hostileRequest } from './api-requests.ts';
import { damage, hostileText } from './hostile.ts';
import type { Random } from './random.ts';

/** What a client writes to a connection, piece by piece. */
export interface Bytes {
	/** In the report. */
	name: string;
	pieces: Buffer[];
	/** Whether the server owes an answer; else it may wait for the rest. */
	whole: boolean;
}

type Head = Record<string, string>;

function bytes(text: string): Buffer {
	return Buffer.from(text, 'utf8');
}

function head(method: string, path: string, headers: Head): string {
	const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
	return `${method} ${path} HTTP/1.1\r\n${lines.join('')}\r\n`;
}

const ours = { host: 'localhost' };
const leaving = { ...ours, connection: 'close' };

/** A request of the API's own soak as it goes over the wire, after which the connection is closed. */
function hostile(random: Random): string {
	const { method, path, headers = {}, body } = hostileRequest(random);
	const text = typeof body === 'string' ? body : '';
	const length = text === '' ? {} : { 'content-length': `${Buffer.byteLength(text)}` };
	return head(method, path, { ...leaving, ...headers, ...length }) + text;
}

const chunks = [
	'5\r\nhello\r\n',
	'0\r\n\r\n',
	'zz\r\n',
	'-1\r\n',
	'ffffffffffffffff\r\n',
	'5\r\nhi\r\n',
	'',
];

function chunked(random: Random): string {
	const headers = {
		...leaving,
		'content-type': 'application/json',
		'transfer-encoding': 'chunked',
	};
	const body = Array.from({ length: random.int(5) }, () => random.pick(chunks));
	return head('POST', '/api/v1/namespaces', headers) + body.join('');
}

function lengths(random: Random): string {
	const length = random.pick(['-1', 'x', '99999999999999999999', '3', '0', '1e9', '4000000']);
	const headers: Head = {
		...leaving,
		'content-type': 'application/json',
		'content-length': length,
	};
	if (random.chance(0.3)) headers['transfer-encoding'] = 'chunked';
	return `${head('POST', '/api/v1/namespaces', headers)}{"a":1}`;
}

function hugeHeads(random: Random): string {
	const long = 'x'.repeat(random.pick([4000, 15_000, 17_000, 200_000]));
	const many = Array.from({ length: 3000 }, (_, i) => [`x-${i}`, 'y']);
	return random.pick([
		head('GET', '/api', { ...leaving, 'x-long': long }),
		head('GET', `/api?${long}`, leaving),
		head('GET', '/api', { ...leaving, ...(Object.fromEntries(many) as Head) }),
	]);
}

function strangers(random: Random): string {
	const host = random.pick([
		'evil.example',
		'',
		'localhost:99999999',
		'127.0.0.1.evil.example',
		'[::1',
		'@',
	]);
	const origin = random.pick(['http://evil.example', 'null', '', 'http://localhost', '://']);
	const fetch = random.pick(['cross-site', 'same-origin', 'x']);
	const method = random.pick(['GET', 'OPTIONS', 'POST']);
	return head(method, '/api', { connection: 'close', host, origin, 'sec-fetch-site': fetch });
}

function pipelined(random: Random): string {
	const asked = Array.from({ length: 2 + random.int(20) }, () =>
		head(random.pick(['GET', 'HEAD', 'OPTIONS']), random.pick(['/api', '/healthz', '/x']), ours),
	);
	return asked.join('') + hostile(random);
}

const pod = '/api/v1/namespaces/default/pods/';
const subresources = [
	'exec?command=ls&stdout=1',
	'attach?stdin=1',
	'portforward?ports=80',
	'log',
	'',
];
const keys = ['dGhlIHNhbXBsZSBub25jZQ==', '', 'x', 'a'.repeat(5000)];
const versions = ['13', '8', '0', '', 'x'];
const subprotocols = [
	'v5.channel.k8s.io',
	'v4.channel.k8s.io',
	'base64.channel.k8s.io',
	'portforward.k8s.io',
	'SPDY/3.1+portforward.k8s.io',
	'constructor',
	',,,',
	'',
];

function handshake(random: Random): string {
	const path = pod + random.pick(['streaming/', 'nobody/', '%zz/']) + random.pick(subresources);
	const upgrade = random.pick(['websocket', 'websocket', 'SPDY/3.1', 'SPDY/3.1', 'h2c', 'x', '']);
	const method = random.pick(['GET', 'GET', 'POST', 'PUT', 'DELETE']);
	return head(method, path, {
		...ours,
		connection: 'Upgrade',
		upgrade,
		'sec-websocket-key': random.pick(keys),
		'sec-websocket-version': random.pick(versions),
		'sec-websocket-protocol': random.pick(subprotocols),
		'x-stream-protocol-version': random.pick(subprotocols),
	});
}

/** Good handshakes, so that what follows reaches those who read frames. */
function goodHandshake(random: Random): string {
	const isSpdy = random.chance(0.5);
	const path = `${pod}streaming/${random.pick(subresources.slice(0, 3))}`;
	return head(isSpdy ? 'POST' : 'GET', path, {
		...ours,
		connection: 'Upgrade',
		upgrade: isSpdy ? 'SPDY/3.1' : 'websocket',
		'sec-websocket-key': keys[0] as string,
		'sec-websocket-version': '13',
		'sec-websocket-protocol': random.pick(subprotocols.slice(0, 5)),
		'x-stream-protocol-version': 'v4.channel.k8s.io',
	});
}

/** Frames of WebSocket and SPDY with heads that promise what does not come, and bytes that are neither. */
function garbage(random: Random): Buffer {
	const rest = Buffer.from(random.bytes(random.pick([0, 1, 10, 300, 5000])));
	const starts = [
		[0x82, 0x85, 1, 2, 3, 4],
		[0x82, 0xff, 0xff, 0xff, 0xff, 0xff],
		[0x88, 0x80, 0, 0, 0, 0],
		[0x80, 3, 0, 1, 1, 0, 0, 10, 0, 0, 0, 1],
		[0x80, 3, 0, 4, 0, 0xff, 0xff, 0xff],
		[0, 0, 0, 1, 0, 0, 0, 4],
		[],
	];
	return Buffer.concat([Buffer.from(random.pick(starts)), rest]);
}

/** Cuts a text into pieces, as a slow client sends it. */
function slowly(random: Random, text: string): Buffer[] {
	const whole = bytes(text);
	const cuts = [0, random.int(whole.length), random.int(whole.length), whole.length].sort(
		(a, b) => a - b,
	);
	return cuts.slice(1).map((cut, i) => whole.subarray(cuts[i], cut));
}

/** What one connection brings. */
export function hostileBytes(random: Random): Bytes {
	const some = (name: string, text: string, whole = false): Bytes => ({
		name,
		pieces: [bytes(text)],
		whole,
	});
	return random.weighted<Bytes>(
		[8, () => some('a hostile request', hostile(random), true)],
		[3, () => ({ name: 'a slow request', pieces: slowly(random, hostile(random)), whole: true })],
		[2, () => some('a damaged request', damage(random, hostile(random)))],
		[1, () => some('a request that is cut off', hostile(random).slice(0, random.int(300)))],
		[2, () => some('broken chunks', chunked(random))],
		[2, () => some('a wrong length', lengths(random))],
		[1, () => some('a huge head', hugeHeads(random), true)],
		[2, () => some('a stranger', strangers(random), true)],
		[2, () => some('a pipeline', pipelined(random), true)],
		[2, () => some('a broken handshake', handshake(random))],
		[
			4,
			() => ({
				name: 'garbage after a handshake',
				pieces: [bytes(goodHandshake(random)), garbage(random), garbage(random)],
				whole: false,
			}),
		],
		[
			1,
			() => ({
				name: 'no HTTP',
				pieces: [garbage(random), bytes(hostileText(random))],
				whole: false,
			}),
		],
	);
}
