import { describe, expect, it } from 'vitest';
import type { Json } from './fields.ts';
import { threeWayPatch } from './strategic-merge.ts';

const cases: { name: string; original: Json; modified: Json; current: Json; patch: Json }[] = [
	{
		name: 'nothing to do when the live object has more',
		original: { spec: { replicas: 2 } },
		modified: { spec: { replicas: 2 } },
		current: { spec: { replicas: 2, paused: false }, status: {} },
		patch: {},
	},
	{
		name: 'puts back what was changed by hand',
		original: { spec: { replicas: 2 } },
		modified: { spec: { replicas: 2 } },
		current: { spec: { replicas: 5 } },
		patch: { spec: { replicas: 2 } },
	},
	{
		name: 'deletes what is gone from the file, and nothing that others added',
		original: { metadata: { labels: { a: '1', b: '2' } } },
		modified: { metadata: { labels: { a: '1' } } },
		current: { metadata: { labels: { a: '1', b: '2', c: '3' } } },
		patch: { metadata: { labels: { b: null } } },
	},
	{
		name: 'changes one container by name',
		original: { containers: [{ name: 'a', image: 'x:1' }] },
		modified: { containers: [{ name: 'a', image: 'x:2' }] },
		current: { containers: [{ name: 'a', image: 'x:1', imagePullPolicy: 'Always' }] },
		patch: {
			'$setElementOrder/containers': [{ name: 'a' }],
			containers: [{ name: 'a', image: 'x:2' }],
		},
	},
	{
		name: 'deletes a container that left the file and keeps an injected one',
		original: { containers: [{ name: 'a' }, { name: 'b' }] },
		modified: { containers: [{ name: 'a' }] },
		current: { containers: [{ name: 'a' }, { name: 'b' }, { name: 'sidecar' }] },
		patch: {
			'$setElementOrder/containers': [{ name: 'a' }],
			containers: [{ $patch: 'delete', name: 'b' }],
		},
	},
	{
		name: 'merges the ports of a Service by port',
		original: { ports: [{ port: 80 }] },
		modified: { ports: [{ port: 80, targetPort: 8080 }] },
		current: { ports: [{ port: 80, protocol: 'TCP', targetPort: 80, nodePort: 30_000 }] },
		patch: {
			'$setElementOrder/ports': [{ port: 80 }],
			ports: [{ port: 80, targetPort: 8080 }],
		},
	},
	{
		name: 'replaces a list of scalars',
		original: { command: ['a'] },
		modified: { command: ['b'] },
		current: { command: ['a'] },
		patch: { command: ['b'] },
	},
	{
		name: 'treats finalizers as a set',
		original: { finalizers: ['a', 'b'] },
		modified: { finalizers: ['a', 'c'] },
		current: { finalizers: ['a', 'b', 'other'] },
		patch: {
			'$setElementOrder/finalizers': ['a', 'c'],
			'$deleteFromPrimitiveList/finalizers': ['b'],
			finalizers: ['c'],
		},
	},
];

describe('threeWayPatch', () => {
	it.each(cases)('$name', ({ original, modified, current, patch }) => {
		expect(threeWayPatch(original, modified, current)).toEqual(patch);
	});

	it('replaces lists in plain merge patches', () => {
		const patch = threeWayPatch(
			{},
			{ containers: [{ name: 'b' }] },
			{ containers: [{ name: 'a' }] },
			{ strategic: false },
		);
		expect(patch).toEqual({ containers: [{ name: 'b' }] });
	});
});
