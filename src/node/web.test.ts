import { describe, expect, it } from 'vitest';
import type { Agent, GuestSocket } from '../api/agent.ts';
import { ManualClock } from '../util/clock.ts';
import { KernelError } from './agent/kernel-error.ts';
import { firstAddress } from './dns/lookup.ts';
import { decodeQuery } from './dns/decode.ts';
import { encodeAnswer } from './dns/encode.ts';
import { webTransport } from './web.ts';

type Server = (request: Uint8Array) => Uint8Array<ArrayBuffer>;

const encode = (text: string) => new TextEncoder().encode(text);
const zone: Record<string, string> = { 'web.default.svc.cluster.local': '10.96.0.7' };

/** The cluster's DNS over TCP: knows {@link zone}. */
function nameServer(message: Uint8Array): Uint8Array<ArrayBuffer> {
	const decoded = decodeQuery(message.subarray(2));
	if (decoded.kind !== 'query') throw new Error('no query');
	const { name } = decoded.query.question;
	const address = zone[name];
	const answers = address ? [{ name, ttl: 5, data: { type: 'A' as const, address } }] : [];
	const rest = { code: address ? 0 : 3, answers, authority: [], additional: [] };
	const answer = encodeAnswer(decoded.query, rest, 65_535);
	return Uint8Array.from([answer.length >> 8, answer.length & 255, ...answer]);
}

/** A guest with servers by `address:port`; what was sent to each is kept. */
function guest(servers: Record<string, Server>) {
	const sent: string[] = [];
	const dial = async ({ address, port }: { address: string; port: number }) => {
		const server = servers[`${address}:${port}`];
		if (!server) throw new KernelError('ECONNREFUSED', 'connect', 'dial');
		let tell: (bytes: Uint8Array<ArrayBuffer>) => void = () => undefined;
		const answer = new Promise<Uint8Array<ArrayBuffer>>((resolve) => (tell = resolve));
		async function* data() {
			yield await answer;
		}
		const socket: GuestSocket = {
			write: async (bytes) => {
				sent.push(new TextDecoder().decode(bytes));
				tell(server(bytes));
			},
			data: data(),
			end: () => undefined,
			close: () => undefined,
		};
		return socket;
	};
	const hosts = encode('127.0.0.1\tlocalhost\n192.168.56.2\tnode-1 # the first\n');
	const agent = { dial, batch: async () => [{ ok: true, data: hosts }] } as unknown as Agent;
	return { agent, sent };
}

const page: Server = () => encode('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi');
const get = (agent: Agent, path: string, more = {}, runs: 'linux' | 'kubernetes' = 'kubernetes') =>
	webTransport(agent, new ManualClock(), runs).request({ method: 'GET', path, ...more });

describe('the guest’s HTTP', () => {
	it('goes to a name of /etc/hosts, and tells the server that name', async () => {
		const { agent, sent } = guest({ '192.168.56.2:30080': page });
		const { status, body } = await get(agent, 'http://node-1:30080/a/b?c=d');
		expect(status).toBe(200);
		for await (const piece of body as AsyncIterable<Uint8Array>)
			expect(piece).toEqual(encode('hi'));
		expect(sent[0]).toMatch(/^GET \/a\/b\?c=d HTTP\/1\.1\r\nHost: node-1:30080\r\n/);
	});
	it('asks the cluster’s DNS for the full name of a Service, where there is a cluster', async () => {
		const { agent, sent } = guest({ '10.96.0.7:80': page, '10.96.0.10:53': nameServer });
		const full = 'http://web.default.svc.cluster.local/';
		expect((await get(agent, full)).status).toBe(200);
		expect(sent.at(-1)).toContain('\r\nHost: web.default.svc.cluster.local\r\n');
		const unknown = { errno: 'ENOTFOUND' };
		await expect(get(agent, full.replace('web', 'none'))).rejects.toMatchObject(unknown);
		await expect(get(agent, full, {}, 'linux')).rejects.toMatchObject(unknown);
		// As `curl http://web/` in a node's shell.
		await expect(get(agent, 'http://web/')).rejects.toMatchObject(unknown);
	});
	it('says why there is no answer', async () => {
		const broken = (text: string) => guest({ '10.0.0.1:80': () => encode(text) }).agent;
		const refused = get(broken(''), 'http://10.0.0.1:81/');
		await expect(refused).rejects.toMatchObject({ errno: 'ECONNREFUSED' });
		const noHttp = get(broken('SSH-2.0\r\n\r\n'), 'http://10.0.0.1/');
		await expect(noHttp).rejects.toMatchObject({ errno: 'EPROTO' });
		const secure = get(broken(''), 'https://10.0.0.1/');
		await expect(secure).rejects.toMatchObject({ errno: 'EPROTONOSUPPORT' });
	});
	it('lets no header or method say more than it is', async () => {
		const { agent, sent } = guest({ '10.0.0.1:80': page });
		const headers = {
			'x-a': '1\r\nX-B: 2',
			'x\r\ny': '1',
			host: 'elsewhere',
			'content-length': '99',
			accept: 'text/html',
		};
		await get(agent, 'http://10.0.0.1/', { headers });
		const lines = sent[0]?.split('\r\n') ?? [];
		expect(lines.filter((line) => /^(x|host|content|accept)/i.test(line))).toEqual([
			'Host: 10.0.0.1',
			'accept: text/html',
		]);
		await expect(get(agent, 'http://10.0.0.1/', { method: 'GET / X\r\n' })).rejects.toThrow();
	});
	it('finds no address in an answer without one', () => {
		expect(() => firstAddress(new Uint8Array(3))).toThrow('unexpected end');
	});
});
