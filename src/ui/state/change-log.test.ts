import { describe, expect, it } from 'vitest';
import type { KubeObject } from '../../api/kubernetes.ts';
import { ChangeLog } from './change-log.ts';

const object = (name: string, resourceVersion: string): KubeObject => ({
	apiVersion: 'v1',
	kind: 'Pod',
	metadata: { name, uid: name, resourceVersion, creationTimestamp: '2026-01-01T00:00:00Z' },
});

describe('ChangeLog', () => {
	it('gives back the objects as they were after any kept change', () => {
		const log = new ChangeLog();
		const [a1, a2, b3] = [object('a', '1'), object('a', '2'), object('b', '3')];
		log.add({ kind: 'Pod', type: 'added', object: a1 }, undefined, 10);
		log.add({ kind: 'Pod', type: 'updated', object: a2 }, a1, 20);
		log.add({ kind: 'Pod', type: 'added', object: b3 }, undefined, 30);
		log.add({ kind: 'Pod', type: 'deleted', object: a2 }, a2, 40);
		const versions = (number: number) =>
			[...log.rewind([b3], number).values()]
				.map(({ metadata }) => metadata.name + metadata.resourceVersion)
				.sort();
		expect([0, 1, 2, 3, 4].map(versions)).toEqual([[], ['a1'], ['a2'], ['a2', 'b3'], ['b3']]);
	});

	it('keeps the last ones and their numbers', () => {
		const log = new ChangeLog();
		for (let index = 0; index < 1000; index++)
			log.add({ kind: 'Pod', type: 'added', object: object(String(index), '1') }, undefined, index);
		expect(log.changes.at(-1)?.number).toBe(1000);
		expect(log.changes.length).toBeLessThanOrEqual(400);
	});
});
