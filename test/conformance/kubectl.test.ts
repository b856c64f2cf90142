import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { installed, printed, runClient, type Ran } from '../harness/client.ts';
import { startHeadless, type HeadlessServer } from '../harness/headless.ts';

const binary = installed('kubectl');
const manifest = (name: string) =>
	fileURLToPath(new URL(`../fixtures/manifests/${name}`, import.meta.url));

let server: HeadlessServer;
const cache = mkdtempSync(join(tmpdir(), 'drydock-kubectl-'));

function kubectl(...args: string[]): Promise<Ran> {
	const all = ['--cache-dir', cache, '--kubeconfig', '/dev/null', '-s', server.ready.kubernetes];
	return runClient(binary ?? '', [...all, ...args]);
}

/** Runs a verb on a manifest that is given as text. */
function given(text: string, ...args: string[]): Promise<Ran> {
	const file = join(cache, 'given.yaml');
	writeFileSync(file, text);
	return kubectl(...args, '-f', file);
}

const ok = (...args: string[]) => printed(`kubectl ${args.join(' ')}`, kubectl(...args));

describe.skipIf(!binary)('a real kubectl against the headless server', () => {
	beforeAll(async () => {
		server = await startHeadless();
	});
	afterAll(async () => {
		expect(await server?.stop()).toBe(0);
	});

	it('sees three ready nodes, the control plane tainted', async () => {
		const nodes = await ok('get', 'nodes');
		expect(nodes.match(/ Ready /g)).toHaveLength(3);
		expect(nodes).toMatch(/control-plane\s+Ready\s+control-plane/);
		const taints = await ok('get', 'node', 'control-plane', '-o', 'jsonpath={.spec.taints[*].key}');
		expect(taints).toContain('node-role.kubernetes.io/control-plane');
	});

	it('applies the nginx Deployment and its Service and reads answers from both pods', async () => {
		expect(await ok('apply', '-f', manifest('nginx.yaml'))).toBe('deployment.apps/nginx created\n');
		expect(await ok('apply', '-f', manifest('myservice.yaml'))).toBe('service/myservice created\n');
		expect(await ok('rollout', 'status', 'deployment/nginx', '--timeout=60s')).toContain(
			'deployment "nginx" successfully rolled out',
		);
		const pods = await ok('get', 'pods', '-l', 'app=nginx', '-o', 'wide');
		expect(pods.match(/ 1\/1\s+Running/g)).toHaveLength(2);
		const address = await ok('get', 'service', 'myservice', '-o', 'jsonpath={.spec.clusterIP}');
		const loop = `for i in $(seq 20); do wget -qO- http://${address}/; done`;
		const run = ['run', 'client', '--image=busybox', '--rm', '-i', '--restart=Never', '-q'];
		const answers = await ok(...run, '--', 'sh', '-c', loop);
		const names = (await ok('get', 'pods', '-l', 'app=nginx', '-o', 'name')).trim().split('\n');
		const hosts = new Set(names.filter((name) => answers.includes(name.replace('pod/', ''))));
		expect(hosts.size).toBe(2);
	});

	it('describes, prints logs and passes exit codes on', async () => {
		const described = await ok('describe', 'deployment', 'nginx');
		expect(described).toContain(
			'Replicas:               2 desired | 2 updated | 2 total | 2 available',
		);
		const pod = (await ok('get', 'pods', '-l', 'app=nginx', '-o', 'name')).split('\n')[0] ?? '';
		expect(await ok('describe', pod)).toContain('Successfully assigned default/');
		expect((await kubectl('exec', pod, '--', 'sh', '-c', 'exit 3')).code).toBe(3);
		expect((await kubectl('logs', pod)).code).toBe(0);
		const missing = await kubectl('get', 'pod', 'nowhere');
		expect(missing.stderr).toBe('Error from server (NotFound): pods "nowhere" not found\n');
		expect(missing.code).toBe(1);
	});

	it.each(['true', 'false'])(
		'brings the output of programs that end at once (WebSockets %s, else SPDY)',
		async (webSockets) => {
			process.env['KUBECTL_REMOTE_COMMAND_WEBSOCKETS'] = webSockets;
			for (let index = 0; index < 6; index++) {
				const policy = index % 2 === 0 ? 'Never' : 'Always';
				const name = `quick-${webSockets}-${index}`;
				const run = ['run', name, '--image=busybox', '--rm', '-i', `--restart=${policy}`];
				const { stdout, stderr } = await kubectl(...run, '--', 'echo', 'hi');
				expect(stdout, policy).toBe(`hi\npod "${name}" deleted\n`);
				expect(stderr).not.toContain('falling back');
			}
			delete process.env['KUBECTL_REMOTE_COMMAND_WEBSOCKETS'];
		},
	);

	it('scales, updates, undoes and waits', async () => {
		expect(await ok('scale', 'deployment/nginx', '--replicas=3')).toContain('scaled');
		await ok('rollout', 'status', 'deployment/nginx', '--timeout=60s');
		expect(await ok('set', 'image', 'deployment/nginx', 'nginx=nginx:1')).toContain(
			'image updated',
		);
		await ok('rollout', 'status', 'deployment/nginx', '--timeout=90s');
		expect(await ok('get', 'rs', '-o', 'wide')).toContain('nginx:1');
		expect(await ok('rollout', 'undo', 'deployment/nginx')).toContain('rolled back');
		await ok('wait', '--for=condition=Available', 'deployment/nginx', '--timeout=60s');
		expect(await ok('rollout', 'history', 'deployment/nginx')).toContain('REVISION');
	});

	it('goes from client-side to server-side apply, and takes away what the file no longer has', async () => {
		const config = (data: string) =>
			`apiVersion: v1\nkind: ConfigMap\nmetadata: {name: moved}\ndata: ${data}\n`;
		const apply = (data: string, ...flags: string[]) => given(config(data), 'apply', ...flags);
		await apply('{a: "1", b: "1"}');
		expect((await apply('{a: "2"}', '--server-side')).stdout).toBe(
			'configmap/moved serverside-applied\n',
		);
		const data = ['get', 'configmap', 'moved', '-o', 'jsonpath={.data}'];
		expect(await ok(...data)).toBe('{"a":"2"}');
		expect((await apply('{a: "3"}', '--server-side', '--field-manager=other')).stderr).toContain(
			'conflict with "kubectl": .data.a',
		);
		await ok('delete', 'configmap', 'moved');
	});

	it('reads warnings in any script', async () => {
		const body = 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: odd}\n日本: 1\ngrün: 2\n';
		const { stderr } = await given(body, 'create', '--validate=warn', '--dry-run=server');
		expect(stderr).toBe('Warning: unknown field "grün"\nWarning: unknown field "日本"\n');
	});

	it('deletes namespaces with running pods, and the nodes of these go on', async () => {
		const names = ['a', 'b', 'c'];
		const endsOnTerm = 'trap exit TERM; sleep 3600 & wait';
		for (const name of names) {
			await ok('create', 'namespace', name);
			await ok('-n', name, 'run', 'p', '--image=busybox', '--', 'sh', '-c', endsOnTerm);
		}
		for (const name of names)
			await ok('-n', name, 'wait', '--for=condition=Ready', 'pod/p', '--timeout=60s');
		expect(
			(await ok('delete', 'namespace', ...names, '--timeout=90s')).match(/deleted/g),
		).toHaveLength(3);
		await new Promise((resolve) => setTimeout(resolve, 9000));
		expect((await ok('get', 'nodes')).match(/ Ready /g)).toHaveLength(3);
		await ok('run', 'after', '--image=busybox', '--', 'sleep', '3600');
		await ok('wait', '--for=condition=Ready', 'pod/after', '--timeout=60s');
		await ok('delete', 'pod', 'after', '--now');
	});

	it('gives a pod its hosts, its groups, and an end as a whole when its memory runs out', async () => {
		const pod = `
apiVersion: v1
kind: Pod
metadata: { name: whole }
spec:
  hostAliases: [{ ip: 10.1.2.3, hostnames: [foo.local, bar.local] }]
  securityContext: { runAsUser: 1000, supplementalGroups: [4000], fsGroup: 2000 }
  volumes: [{ name: data, emptyDir: {} }]
  containers:
    - name: main
      image: busybox:1.28
      command: [sh, -c, 'tail -f /dev/null & sleep 4; head -c 60000000 /dev/zero | tail; sleep 1000']
      resources: { requests: { memory: 32Mi }, limits: { memory: 32Mi } }
      volumeMounts: [{ name: data, mountPath: /data }]
    - name: unprobed
      image: busybox
      command: [sleep, '1000']
      volumeMounts: [{ name: data, mountPath: /data }]
      livenessProbe: { exec: { command: [missing] }, periodSeconds: 1 }
`;
		await given(pod, 'apply');
		const main = '.status.containerStatuses[?(@.name=="main")]';
		await ok('wait', `--for=jsonpath={.status.phase}=Running`, 'pod/whole', '--timeout=60s');
		const facts = 'cat /etc/hosts; id -G; stat -c %g /data';
		const shown = await ok('exec', 'whole', '-c', 'unprobed', '--', 'sh', '-c', facts);
		expect(shown).toMatch(/^# Kubernetes-managed hosts file\.\n/);
		expect(shown).toContain('\n# Entries added by HostAliases.\n10.1.2.3\tfoo.local\tbar.local\n');
		expect(shown).toMatch(/\n[\d ]*\b4000\b[\d ]*\n2000\n$/);
		await ok('wait', `--for=jsonpath={${main}.restartCount}=1`, 'pod/whole', '--timeout=60s');
		const last = await ok('get', 'pod', 'whole', '-o', `jsonpath={${main}.lastState.terminated}`);
		expect(JSON.parse(last)).toMatchObject({ exitCode: 137, reason: 'OOMKilled' });
		const events = await ok('describe', 'pod', 'whole');
		expect(events).toMatch(
			/Unhealthy .*Liveness probe errored and resulted in unknown state: .*"missing": executable file not found in \$PATH/,
		);
		expect(events).toContain('busybox:1.28');
		await ok('delete', 'pod', 'whole', '--now');
	});

	it('has the Service kubernetes again when somebody deletes it', async () => {
		await ok('delete', 'service', 'kubernetes');
		await ok('wait', '--for=create', 'service/kubernetes', '--timeout=30s');
		expect(await ok('get', 'endpoints', 'kubernetes')).toContain(':6443');
	});

	it('deletes and leaves nothing behind', async () => {
		expect(await ok('delete', 'deployment', 'nginx')).toContain('deleted');
		await ok('wait', '--for=delete', 'pod', '-l', 'app=nginx', '--timeout=60s');
		expect((await kubectl('get', 'pods')).stderr).toContain(
			'No resources found in default namespace.',
		);
	});
});
