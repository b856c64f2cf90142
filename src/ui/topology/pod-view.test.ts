import { describe, expect, it } from 'vitest';
import { pod, type Look } from '../../../test/harness/fixture-objects.ts';
import { podView, versionOf } from './pod-view.ts';

const sketch = (look: Look) =>
	podView(
		pod({
			name: 'web-6d4-x7k2p',
			set: 'web-6d4',
			image: 'nginx:2',
			node: 'node-2',
			ip: '10.244.2.4',
			look,
			order: 1,
		}),
	);

describe('podView', () => {
	it.each<[Look, string, string]>([
		['ready', 'ready', 'Running'],
		['starting', 'starting', 'Running'],
		['pulling', 'starting', 'ContainerCreating'],
		['failing', 'failing', 'ImagePullBackOff'],
		['crashing', 'failing', 'CrashLoopBackOff'],
		['terminating', 'terminating', 'Terminating'],
		['pending', 'pending', 'Pending'],
	])('a pod that is %s is drawn as %s and called %s', (look, state, status) => {
		expect(sketch(look)).toMatchObject({ state, status });
	});

	it('does not say that a pod starts whose node is not heard', () => {
		const seen = (look: Look) => podView(sketch(look).pod, false).state;
		expect(seen('starting')).toBe('unknown');
		expect(seen('crashing')).toBe('unknown');
		expect(seen('terminating')).toBe('terminating');
		expect(seen('ready')).toBe('ready');
	});

	it('tells siblings apart by the end of their name, and versions by the tag', () => {
		expect(sketch('ready')).toMatchObject({ shortName: 'x7k2p', version: '2', ready: '1/1' });
		expect(versionOf('registry:5000/nginx')).toBeUndefined();
		expect(versionOf('web:v3-alpine')).toBe('3');
	});

	it('counts a grace period down to the deletion timestamp', () => {
		const left = (sketch('terminating').graceEnds ?? 0) - Date.now();
		expect(left).toBeGreaterThan(7000);
		expect(sketch('ready').graceEnds).toBeUndefined();
	});
});
