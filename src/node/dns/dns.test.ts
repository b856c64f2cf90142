import { describe, expect, it } from 'vitest';
import type { Endpoint, EndpointSlice, Service } from '../../api/kubernetes.ts';
import { MemoryTransport } from '../../client/memory-transport.ts';
import { Client } from '../../client/rest.ts';
import { ManualClock } from '../../util/clock.ts';
import { SeededRng } from '../../util/rng.ts';
import { FakeAgent } from '../kubelet/fake-agent.ts';
import { decodeQuery } from './decode.ts';
import { startDns } from './dns.ts';
import { encodeAnswer } from './encode.ts';
import { recordTypes, type Question } from './message.ts';
import { Zone } from './zone.ts';

const meta = { uid: 'u', resourceVersion: '1', creationTimestamp: '' };

function service(name: string, spec: Service['spec'], namespace = 'default'): Service {
	return {
		apiVersion: 'v1',
		kind: 'Service',
		metadata: { name, namespace, ...meta },
		spec,
		status: { loadBalancer: {} },
	};
}

function slice(of: string, endpoints: Endpoint[]): EndpointSlice {
	return {
		apiVersion: 'discovery.k8s.io/v1',
		kind: 'EndpointSlice',
		metadata: {
			name: `${of}-x`,
			namespace: 'default',
			labels: { 'kubernetes.io/service-name': of },
			...meta,
		},
		addressType: 'IPv4',
		endpoints,
		ports: [{ name: 'db', port: 5432, protocol: 'TCP' }],
	};
}

const services = [
	service('web', { clusterIP: '10.96.0.50', ports: [{ name: 'http', port: 80 }] }),
	service('db', { clusterIP: 'None', ports: [{ name: 'db', port: 5432 }] }),
	service('empty', { clusterIP: 'None' }),
	service('out', { type: 'ExternalName', externalName: 'example.org' }),
	service('alias', { type: 'ExternalName', externalName: 'web.default.svc.cluster.local' }),
];
const slices = [
	slice('db', [
		{ addresses: ['10.244.1.2'], hostname: 'db-0', conditions: { ready: true } },
		{ addresses: ['10.244.2.2'], conditions: { ready: true } },
		{ addresses: ['10.244.3.2'], conditions: { ready: false } },
	]),
];
const zone = new Zone('cluster.local', {
	service: (namespace, name) =>
		services.find((s) => s.metadata.name === name && s.metadata.namespace === namespace),
	services: () => services,
	slices: (_namespace, name) => slices.filter((s) => s.metadata.name === `${name}-x`),
	allSlices: () => slices,
});

function question(name: string, type: keyof typeof recordTypes): Question {
	return { name, originalName: name, type: recordTypes[type], class: 1 };
}

function ask(name: string, type: keyof typeof recordTypes = 'A') {
	const { code, answers, authority } = zone.answer(question(name, type));
	const texts = answers.map(({ data }) => {
		if (data.type === 'A') return data.address;
		if (data.type === 'SRV') return `${data.weight} ${data.port} ${data.target}`;
		return data.type === 'TXT' ? data.text : 'target' in data ? data.target : '';
	});
	return { code, texts: texts.sort(), authority: authority.length };
}

describe('zone', () => {
	it.each([
		['web.default.svc.cluster.local', 'A', ['10.96.0.50']],
		['db.default.svc.cluster.local', 'A', ['10.244.1.2', '10.244.2.2']],
		['db-0.db.default.svc.cluster.local', 'A', ['10.244.1.2']],
		['10-244-2-2.db.default.svc.cluster.local', 'A', ['10.244.2.2']],
		['10-244-7-9.default.pod.cluster.local', 'A', ['10.244.7.9']],
		['_http._tcp.web.default.svc.cluster.local', 'SRV', ['100 80 web.default.svc.cluster.local']],
		[
			'_db._tcp.db.default.svc.cluster.local',
			'SRV',
			[
				'50 5432 10-244-2-2.db.default.svc.cluster.local',
				'50 5432 db-0.db.default.svc.cluster.local',
			],
		],
		['50.0.96.10.in-addr.arpa', 'PTR', ['web.default.svc.cluster.local']],
		['2.1.244.10.in-addr.arpa', 'PTR', ['db-0.db.default.svc.cluster.local']],
		['out.default.svc.cluster.local', 'A', ['example.org']],
		['alias.default.svc.cluster.local', 'A', ['10.96.0.50', 'web.default.svc.cluster.local']],
		['dns-version.cluster.local', 'TXT', ['1.1.0']],
	] as const)('answers %s %s', (name, type, texts) => {
		expect(ask(name, type)).toMatchObject({ code: 0, texts });
	});

	it.each([
		'gone.default.svc.cluster.local',
		'web.other.svc.cluster.local',
		'empty.default.svc.cluster.local',
		'db-9.db.default.svc.cluster.local',
		'10-244-7-300.default.pod.cluster.local',
		'web.default.svc.cluster.local.default.svc.cluster.local',
		'_x._tcp.web.default.svc.cluster.local',
		'example.org',
		'9.9.96.10.in-addr.arpa',
	])('says that %s does not exist', (name) => {
		expect(ask(name)).toMatchObject({ code: 3, texts: [] });
	});

	it('has no IPv6 addresses, but the name exists', () => {
		expect(ask('web.default.svc.cluster.local', 'AAAA')).toEqual({
			code: 0,
			texts: [],
			authority: 1,
		});
	});
});

/** A query as a resolver sends it. */
function query(
	name: string,
	type: number,
	options: { edns?: number } = {},
): Uint8Array<ArrayBuffer> {
	const labels = name
		.split('.')
		.flatMap((label) => [label.length, ...[...label].map((c) => c.charCodeAt(0))]);
	const opt = options.edns
		? [0, 0, 41, options.edns >> 8, options.edns & 255, 0, 0, 0, 0, 0, 0]
		: [];
	return Uint8Array.from([
		0xbe,
		0xef,
		0x01,
		0,
		0,
		1,
		0,
		0,
		0,
		0,
		0,
		opt.length ? 1 : 0,
		...labels,
		0,
		0,
		type,
		0,
		1,
		...opt,
	]);
}

describe('wire format', () => {
	it('reads a question and its EDNS size', () => {
		const decoded = decodeQuery(query('Web.Default', 1, { edns: 1232 }));
		expect(decoded).toMatchObject({
			kind: 'query',
			query: {
				id: 0xbeef,
				udpSize: 1232,
				edns: true,
				recursionDesired: true,
				question: { name: 'web.default', originalName: 'Web.Default', type: 1 },
			},
		});
	});

	it('follows a compression pointer', () => {
		const bytes = Uint8Array.from([
			...query('a.b', 1).slice(0, 4),
			0,
			1,
			0,
			0,
			0,
			0,
			0,
			1,
			1,
			97,
			1,
			98,
			0,
			0,
			1,
			0,
			1,
			0xc0,
			12,
			0,
			41,
			16,
			0,
			0,
			0,
			0,
			0,
			0,
			0,
		]);
		expect(decodeQuery(bytes)).toMatchObject({ kind: 'query', query: { udpSize: 4096 } });
	});

	it.each([
		['a pointer to itself', [0xc0, 12, 0, 1, 0, 1]],
		['a pointer forwards', [0xc0, 40, 0, 1, 0, 1]],
		['an unfinished name', [5, 97]],
		['an unknown label type', [0x80, 0, 0, 1, 0, 1]],
		['no type', [1, 97, 0]],
	])('answers %s with a format error', (_what, tail) => {
		const bytes = Uint8Array.from([...query('', 1).slice(0, 12), ...tail]);
		expect(decodeQuery(bytes)).toEqual({ kind: 'malformed', id: 0xbeef });
	});

	it('never throws, whatever arrives', () => {
		const rng = new SeededRng(42);
		for (let round = 0; round < 3000; round++) {
			const bytes = rng.bytes(Math.floor(rng.next() * 60));
			if (round % 2 && bytes.length > 12) bytes.set([0, 1, 1, 0, 0, 1, 0, 0, 0, 0, 0, 1]);
			expect(['query', 'malformed', 'ignored']).toContain(decodeQuery(bytes).kind);
		}
	});

	it('writes an answer byte for byte, names compressed', () => {
		const decoded = decodeQuery(query('web.default.svc.cluster.local', 1));
		if (decoded.kind !== 'query') throw new Error('not read');
		const bytes = encodeAnswer(decoded.query, zone.answer(decoded.query.question), 512);
		expect([...bytes.slice(0, 12)]).toEqual([0xbe, 0xef, 0x85, 0x80, 0, 1, 0, 1, 0, 0, 0, 0]);
		expect([...bytes.slice(-16)]).toEqual([0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 30, 0, 4, 10, 96, 0, 50]);
	});

	it('marks what does not fit as truncated', () => {
		const decoded = decodeQuery(query('x', 1));
		if (decoded.kind !== 'query') throw new Error('not read');
		const answers = Array.from({ length: 60 }, (_, i) => ({
			name: 'x',
			ttl: 1,
			data: { type: 'A' as const, address: `10.0.0.${i}` },
		}));
		const bytes = encodeAnswer(
			decoded.query,
			{ code: 0, answers, authority: [], additional: [] },
			512,
		);
		expect(bytes.length).toBeLessThan(64);
		expect((bytes[2] ?? 0) & 2).toBe(2);
	});
});

describe('server', () => {
	it('listens on both addresses and answers from what the API has', async () => {
		const clock = new ManualClock();
		const client = new Client(new MemoryTransport(clock, new SeededRng(1)));
		const agent = new FakeAgent();
		const stop = new AbortController();
		await client.services('default').create(service('web', { clusterIP: '10.96.0.50', ports: [] }));
		startDns({ client, agent, clock, signal: stop.signal });
		await clock.advance(0);
		await clock.advance(0);
		expect([...agent.datagramListeners.keys()]).toEqual(['169.254.20.10:53', '10.96.0.10:53']);
		let answer = new Uint8Array();
		const data = query('web.default.svc.cluster.local', 1);
		agent.datagramListeners.get('10.96.0.10:53')?.({ from: '10.244.1.5:4000', data }, (bytes) => {
			answer = Uint8Array.from(bytes);
		});
		expect([...answer.slice(-4)]).toEqual([10, 96, 0, 50]);
		stop.abort(new Error('test over'));
		expect(agent.datagramListeners.size).toBe(0);
	});
});
