import { describe, expect, it } from 'vitest';
import type { StatusError } from '../client/status.ts';
import { SeededRng } from '../util/rng.ts';
import { isProtobuf, protobufToJson } from './protobuf.ts';

const ascii = (text: string) => [...Buffer.from(text)];
const message = (number: number, ...content: number[][]) => {
	const bytes = content.flat();
	return [(number << 3) | 2, bytes.length, ...bytes];
};
const text = (number: number, value: string) => message(number, ascii(value));
const integer = (number: number, value: number) => [number << 3, value];

function body(apiVersion: string, kind: string, ...raw: number[][]): Uint8Array {
	const type = message(1, text(1, apiVersion), text(2, kind));
	return Uint8Array.from([...ascii('k8s\0'), ...type, ...message(2, ...raw)]);
}

describe('protobufToJson', () => {
	it('knows the content type', () => {
		expect(isProtobuf('application/vnd.kubernetes.protobuf')).toBe(true);
		expect(isProtobuf('application/json')).toBe(false);
	});

	it('decodes a Namespace and drops what Go writes for nothing', () => {
		const meta = message(1, text(1, 'demo'), text(2, ''), message(8), integer(7, 0));
		expect(protobufToJson(body('v1', 'Namespace', meta, message(2)))).toEqual({
			apiVersion: 'v1',
			kind: 'Namespace',
			metadata: { name: 'demo', creationTimestamp: null },
			spec: {},
		});
	});

	it('keeps a zero that a pointer says: replicas 0', () => {
		const object = protobufToJson(body('apps/v1', 'Deployment', message(2, integer(1, 0))));
		expect(object).toMatchObject({ spec: { replicas: 0 } });
	});

	it('reads maps, quantities, inlined parts and int-or-string', () => {
		const env = message(
			7,
			text(1, 'KEY'),
			message(3, message(3, message(1, text(1, 'settings')), text(2, 'key'))),
		);
		const limits = message(1, text(1, 'cpu'), message(2, text(1, '100m')));
		const probe = message(
			11,
			message(1, message(2, text(1, '/'), message(2, integer(1, 0), integer(2, 80)))),
		);
		const container = message(2, text(1, 'web'), env, message(8, limits), probe);
		const pod = protobufToJson(body('v1', 'Pod', message(2, container)));
		expect(pod['spec']).toEqual({
			containers: [
				{
					name: 'web',
					env: [{ name: 'KEY', valueFrom: { configMapKeyRef: { name: 'settings', key: 'key' } } }],
					resources: { limits: { cpu: '100m' } },
					readinessProbe: { httpGet: { path: '/', port: 80 } },
				},
			],
		});
	});

	it('encodes Secret data as base64', () => {
		const data = message(2, text(1, 'a'), text(2, 'b'));
		expect(protobufToJson(body('v1', 'Secret', data))['data']).toEqual({ a: 'Yg==' });
	});

	it('answers 415 for a kind that is not in the table, so that the client sends JSON', () => {
		expect(() => protobufToJson(body('x/v1', 'Strange', text(1, 'y')))).toThrow(
			expect.objectContaining({ code: 415 }),
		);
		expect(() => protobufToJson(body('v1', 'constructor'))).toThrow(
			expect.objectContaining({ code: 415 }),
		);
	});

	it('reads what components write: a lease, an event of either group, a slice, a status', () => {
		const at = message(4, integer(1, 1), [2 << 3, 0xc0, 0x84, 0x3d]);
		const lease = body(
			'coordination.k8s.io/v1',
			'Lease',
			message(2, text(1, 'me'), integer(2, 40), at),
		);
		expect(protobufToJson(lease)['spec']).toEqual({
			holderIdentity: 'me',
			leaseDurationSeconds: 40,
			renewTime: '1970-01-01T00:00:01.001000Z',
		});
		expect(protobufToJson(body('v1', 'Event', text(3, 'Started')))).toMatchObject({
			reason: 'Started',
		});
		const event = body('events.k8s.io/v1', 'Event', text(7, 'Started'), text(10, 'so'));
		expect(protobufToJson(event)).toMatchObject({ reason: 'Started', note: 'so' });
		const slice = body('discovery.k8s.io/v1', 'EndpointSlice', message(3, integer(3, 80)));
		expect(protobufToJson(slice)['ports']).toEqual([{ port: 80 }]);
		const endpoints = body('v1', 'Endpoints', message(2, message(3, integer(2, 80))));
		expect(protobufToJson(endpoints)['subsets']).toEqual([{ ports: [{ port: 80 }] }]);
		const state = message(2, message(3, integer(1, 3)));
		const pod = body('v1', 'Pod', message(3, text(1, 'Failed'), message(8, text(1, 'web'), state)));
		expect(protobufToJson(pod)['status']).toEqual({
			phase: 'Failed',
			containerStatuses: [{ name: 'web', state: { terminated: { exitCode: 3 } } }],
		});
		const node = body(
			'v1',
			'Node',
			message(3, message(1, text(1, 'cpu'), message(2, text(1, '1')))),
		);
		expect(protobufToJson(node)['status']).toEqual({ capacity: { cpu: '1' } });
		const set = body('apps/v1', 'ReplicaSet', message(2, integer(1, 2)), message(3, integer(4, 1)));
		expect(protobufToJson(set)).toMatchObject({
			spec: { replicas: 2 },
			status: { readyReplicas: 1 },
		});
	});

	it('refuses a field of another wire type, a time out of range and a length beyond the body', () => {
		const damaged = [
			body('v1', 'Pod', integer(1, 1)),
			body('v1', 'ConfigMap', integer(2, 1)),
			body('apps/v1', 'Deployment', message(2, text(1, 'x'))),
			body('v1', 'Pod', message(1, message(8, [1 << 3, ...Array<number>(8).fill(0xff), 0x7f]))),
			body('v1', 'Pod', [(1 << 3) | 2, 0xff, 0xff, 0xff, 0xff, 0x7f]),
			body('v1', 'Pod', [(1 << 3) | 5, 1, 2, 3, 4]),
		];
		for (const bytes of damaged)
			expect(() => protobufToJson(bytes)).toThrow(expect.objectContaining({ code: 400 }));
	});

	it('keeps a key that every object has', () => {
		const data = message(2, text(1, '__proto__'), text(2, 'b'));
		expect(JSON.stringify(protobufToJson(body('v1', 'ConfigMap', data)))).toContain(
			'"__proto__":"b"',
		);
	});

	it('refuses any bytes with a Status', () => {
		const rng = new SeededRng(5);
		const container = message(2, text(1, 'web'), message(8, message(1, text(1, 'cpu'))));
		const whole = body(
			'v1',
			'Pod',
			message(1, text(1, 'a')),
			message(2, container),
			message(3, message(7)),
		);
		for (let round = 0; round < 500; round++) {
			const bytes = Uint8Array.from(whole);
			for (let left = 1 + Math.floor(rng.next() * 4); left > 0; left--)
				bytes[4 + Math.floor(rng.next() * (bytes.length - 4))] = Math.floor(rng.next() * 256);
			try {
				protobufToJson(bytes);
			} catch (error) {
				expect((error as StatusError).code).toBeOneOf([400, 415]);
			}
		}
	});

	it('refuses what is damaged, and never hangs', () => {
		const whole = body('apps/v1', 'Deployment', message(2, integer(1, 3)));
		expect(() => protobufToJson(Uint8Array.of(1, 2, 3))).toThrow(/not a Kubernetes protobuf/);
		for (let cut = 5; cut < whole.length; cut++)
			try {
				protobufToJson(whole.subarray(0, cut));
			} catch (error) {
				expect((error as Error).message).toMatch(/protobuf/);
			}
	});
});
