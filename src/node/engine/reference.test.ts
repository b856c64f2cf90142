import { describe, expect, it } from 'vitest';
import { canonicalString, familiarString, parseReference } from './reference.ts';

const digest = `sha256:${'a'.repeat(64)}`;

describe('parseReference', () => {
	it.each([
		['nginx', 'docker.io/library/nginx:latest', 'nginx:latest'],
		['nginx:1', 'docker.io/library/nginx:1', 'nginx:1'],
		['docker.io/library/nginx:1', 'docker.io/library/nginx:1', 'nginx:1'],
		['index.docker.io/bitnami/redis', 'docker.io/bitnami/redis:latest', 'bitnami/redis:latest'],
		['registry.k8s.io/pause:3.9', 'registry.k8s.io/pause:3.9', 'registry.k8s.io/pause:3.9'],
		['localhost:5000/a/b', 'localhost:5000/a/b:latest', 'localhost:5000/a/b:latest'],
		[`nginx@${digest}`, `docker.io/library/nginx@${digest}`, `nginx@${digest}`],
	])('reads %s', (text, canonical, familiar) => {
		expect(canonicalString(parseReference(text))).toBe(canonical);
		expect(familiarString(parseReference(text))).toBe(familiar);
	});
	it('refuses as docker does', () => {
		expect(() => parseReference('Nginx')).toThrow('repository name must be lowercase');
		expect(() => parseReference('a b')).toThrow('invalid reference format');
		expect(() => parseReference('nginx@sha256:12')).toThrow('invalid reference format');
	});
});
