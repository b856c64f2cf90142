import { describe, expect, it } from 'vitest';
import type { Container, Pod, PodSpec } from '../../api/kubernetes.ts';
import { ManualClock } from '../../util/clock.ts';
import { podHostsFile } from '../engine/container-files.ts';
import { cgroupOps } from '../engine/cgroup.ts';
import { containerConfig } from './container-config.ts';
import { FakeAgent } from './fake-agent.ts';
import { FakeEngine } from './fake-engine.ts';
import { referenceError } from './image-puller.ts';
import { podHosts } from './pod-hosts.ts';

const node = {
	name: 'node1',
	address: '192.168.56.11',
	podCidr: '10.244.1.0/24',
	role: 'worker' as const,
	tainted: false,
	memoryBytes: 96 << 20,
	kernel: '6.1.192',
	osImage: 'Debian',
};

function podOf(spec: Partial<PodSpec>): Pod {
	const meta = { uid: 'u1', resourceVersion: '1', creationTimestamp: '' };
	return {
		apiVersion: 'v1',
		kind: 'Pod',
		metadata: { name: 'web', namespace: 'shop', ...meta },
		spec: { containers: [{ name: 'c', image: 'nginx' }], ...spec },
		status: {},
	};
}

async function configOf(spec: Partial<PodSpec>, container: Partial<Container> = {}, user = '') {
	const engine = new FakeEngine(new ManualClock());
	const image = engine.addImage('nginx');
	image.config.user = user;
	const sandbox = await engine.runPodSandbox({
		name: 'web',
		namespace: 'shop',
		uid: 'u1',
		attempt: 0,
		hostname: 'web',
		labels: {},
		annotations: {},
		hostNetwork: false,
		cgroupParent: 'kubepods/podu1',
		dns: { nameservers: [], searches: [], options: [] },
		portMappings: [],
	});
	const run = { attempt: 0, messageFile: '', mounts: [], env: new Map(), image, sandbox, node };
	return containerConfig(podOf(spec), { name: 'c', image: 'nginx', ...container }, run);
}

const managed = [
	'# Kubernetes-managed hosts file.',
	'127.0.0.1\tlocalhost',
	'::1\tlocalhost ip6-localhost ip6-loopback',
	'fe00::0\tip6-localnet',
	'fe00::0\tip6-mcastprefix',
	'fe00::1\tip6-allnodes',
	'fe00::2\tip6-allrouters',
];

describe('/etc/hosts of a pod', () => {
	const agent = new FakeAgent();
	agent.files.set('/etc/hosts', '127.0.0.1\tlocalhost\n192.168.56.11\tnode1\n');
	const textOf = async (spec: Partial<PodSpec>) =>
		podHostsFile(await podHosts(podOf(spec), 'node1', 'cluster.local', agent), '10.244.1.5');
	const hostAliases = [
		{ ip: '10.1.2.3', hostnames: ['foo.remote', 'bar.remote'] },
		{ ip: '10.1.2.4', hostnames: ['baz'] },
	];
	const added = ['', '# Entries added by HostAliases.', '10.1.2.3\tfoo.remote\tbar.remote'];

	it('names the pod by itself', async () => {
		expect(await textOf({})).toBe([...managed, '10.244.1.5\tweb', ''].join('\n'));
	});
	it('names it within its subdomain', async () => {
		expect(await textOf({ hostname: 'a', subdomain: 'sub' })).toBe(
			[...managed, '10.244.1.5\ta.sub.shop.svc.cluster.local\ta', ''].join('\n'),
		);
	});
	it('adds the aliases', async () => {
		expect(await textOf({ hostAliases })).toBe(
			[...managed, '10.244.1.5\tweb', ...added, '10.1.2.4\tbaz', ''].join('\n'),
		);
	});
	it("is the node's own on the host's network", async () => {
		const own = ['127.0.0.1\tlocalhost', '192.168.56.11\tnode1'];
		expect(await textOf({ hostNetwork: true, hostAliases })).toBe(
			[
				'# Kubernetes-managed hosts file (host network).',
				...own,
				...added,
				'10.1.2.4\tbaz',
				'',
			].join('\n'),
		);
	});
});

describe('who a container runs as', () => {
	it.each([
		[{}, {}, '', undefined],
		[{ runAsUser: 1000 }, {}, 'nginx', '1000'],
		[{ runAsUser: 1000, runAsGroup: 3000 }, {}, '', '1000:3000'],
		[{ runAsGroup: 3000 }, {}, '', '0:3000'],
		[{ runAsGroup: 3000 }, {}, 'nginx:web', 'nginx:3000'],
		[{ runAsUser: 1, runAsGroup: 2 }, { runAsUser: 5, runAsGroup: 6 }, '', '5:6'],
	])('%o and %o on an image of user "%s"', async (securityContext, own, user, expected) => {
		const config = await configOf({ securityContext }, { securityContext: own }, user);
		expect(config.user).toBe(expected);
	});
	it('has the groups of the pod and of its volumes', async () => {
		const securityContext = { supplementalGroups: [4000, 2000], fsGroup: 2000 };
		expect((await configOf({ securityContext })).groups).toEqual([2000, 4000]);
		expect((await configOf({})).groups).toBeUndefined();
	});
});

it('kills a container whole when its memory runs out', async () => {
	const { resources = {} } = await configOf({});
	const ops = cgroupOps('kubepods/podu1/c', resources, { controllers: ['memory'], swap: false });
	const path = '/sys/fs/cgroup/kubepods/podu1/c/memory.oom.group';
	expect(ops).toContainEqual({ op: 'write', path, data: '1' });
	const docker = cgroupOps(
		'docker/c',
		{ memory: 1 << 23 },
		{ controllers: ['memory'], swap: false },
	);
	expect(docker.some((op) => 'path' in op && op.path.endsWith('oom.group'))).toBe(false);
});

it.each([
	['nginx', undefined],
	['registry.example:5000/a/b:1', undefined],
	['busyBOX', 'invalid reference format: repository name (library/busyBOX) must be lowercase'],
	['hub/My-Image:V1', 'invalid reference format: repository name (hub/My-Image) must be lowercase'],
	['ghcr.io/Me/x', 'invalid reference format: repository name (Me/x) must be lowercase'],
	['bad::name', 'invalid reference format'],
	['a//b', 'invalid reference format'],
	['', 'invalid reference format'],
])('says what is wrong with the image name "%s"', (ref, expected) => {
	expect(referenceError(ref)).toBe(expected);
});
