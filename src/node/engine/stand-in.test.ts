import { describe, expect, it } from 'vitest';
import { familiarString, parseReference } from './reference.ts';
import { standIn } from './stand-in.ts';

const here = ['nginx:1', 'nginx:2', 'nginx:latest', 'busybox:1', 'busybox:1.35', 'debian:12']
	.concat(['debian:bookworm', 'registry.k8s.io/pause:3.6', 'registry.k8s.io/pause:3.9'])
	.map(parseReference);

const found = (name: string) => {
	const reference = standIn(parseReference(name), here);
	return reference && familiarString(reference);
};

describe('a stand-in', () => {
	it.each([
		['nginx:1.14.2', 'nginx:1'],
		['nginx:1.16.1-alpine', 'nginx:1'],
		['docker.io/library/nginx:2.0', 'nginx:2'],
		['busybox:1.28', 'busybox:1.35'],
		['busybox:v1.36.1', 'busybox:1.35'],
		['debian:12.5', 'debian:12'],
		['registry.k8s.io/pause:3.10', 'registry.k8s.io/pause:3.9'],
		['k8s.gcr.io/pause:3.2', 'registry.k8s.io/pause:3.6'],
		['k8s.gcr.io/pause:3.9', 'registry.k8s.io/pause:3.9'],
		['k8s.gcr.io/pause', 'registry.k8s.io/pause:3.9'],
		['registry.k8s.io/pause:latest', 'registry.k8s.io/pause:3.9'],
		['registry.k8s.io/nginx', 'nginx:latest'],
		['public.ecr.aws/docker/library/nginx:1.25', 'nginx:1'],
	])('for %s is %s', (asked, expected) => expect(found(asked)).toBe(expected));
	it.each([
		'nginx:3',
		'nginx:3.1',
		'nginx:1.161',
		'nginx:doesnotexist',
		'nginx:v2-broken',
		'nginx:1.2.3.x',
		'debian:11',
		'debian:bullseye',
		'pause:3.9',
		'gcr.io/google-samples/nginx:1.0',
		'example.com/nginx:1.14',
		'someone/nginx:1.14',
		`nginx@sha256:${'0'.repeat(64)}`,
	])('for %s there is none', (asked) => expect(found(asked)).toBeUndefined());
});
