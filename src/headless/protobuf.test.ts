import { describe, expect, it } from 'vitest';
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

	it('gives only the type of a kind it has no table for', () => {
		expect(protobufToJson(body('x/v1', 'Strange', text(1, 'y')))).toEqual({
			apiVersion: 'x/v1',
			kind: 'Strange',
		});
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
