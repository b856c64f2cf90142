import { afterEach, describe, expect, it } from 'vitest';
import type { Pod, PodSpec } from '../../api/kubernetes.ts';
import { MemoryTransport } from '../../client/memory-transport.ts';
import { Client } from '../../client/rest.ts';
import { forbidden } from '../../client/status.ts';
import { ManualClock } from '../../util/clock.ts';
import { logLine } from '../../util/log.ts';
import { SeededRng } from '../../util/rng.ts';
import { KernelError } from '../agent/kernel-error.ts';
import { answeringSocket, FakeAgent } from './fake-agent.ts';
import { endedProcess, FakeEngine } from './fake-engine.ts';
import { startKubelet, type Kubelet } from './kubelet.ts';

const node = {
	name: 'node1',
	address: '192.168.56.11',
	podCidr: '10.244.1.0/24',
	role: 'worker' as const,
	tainted: false,
	memoryBytes: 96 << 20,
	kernel: '6.1.192',
	osImage: 'Debian GNU/Linux 12 (bookworm)',
};

class Bench {
	readonly clock = new ManualClock();
	readonly rng = new SeededRng(7);
	readonly api = new MemoryTransport(this.clock, this.rng);
	readonly client = new Client(this.api);
	readonly engine = new FakeEngine(this.clock);
	readonly agent = new FakeAgent();
	readonly lines: string[] = [];
	readonly log = {
		warn: (component: string, message: string, error?: unknown) =>
			this.lines.push(logLine(component, message, error)),
	};
	stop = new AbortController();
	kubelet: Kubelet | undefined;

	start(): void {
		const { client, engine, agent, clock, rng } = this;
		this.stop = new AbortController();
		this.kubelet = startKubelet({
			client,
			engine,
			agent,
			clock,
			rng,
			log: this.log,
			node,
			signal: this.stop.signal,
		});
	}
	async create(spec: Partial<PodSpec>, name = 'web'): Promise<Pod> {
		return this.client.pods('default').create({
			apiVersion: 'v1',
			kind: 'Pod',
			metadata: { name, namespace: 'default', labels: { app: name } },
			spec: {
				containers: [{ name: 'c', image: 'nginx:1' }],
				restartPolicy: 'Always',
				terminationGracePeriodSeconds: 30,
				nodeName: 'node1',
				...spec,
			},
		});
	}
	pod(name = 'web'): Promise<Pod> {
		return this.client.pods('default').get(name);
	}
	async state(name = 'web') {
		const pod = await this.pod(name);
		return pod.status.containerStatuses?.[0];
	}
	async events(): Promise<string[]> {
		const list = await this.client.events().list();
		return list.items.map((e) => `${e.type} ${e.reason} ${e.message}`);
	}
	async run(ms = 0): Promise<void> {
		for (let turn = 0; turn < 8; turn++) await this.clock.advance(0);
		await this.clock.advance(ms);
		for (let turn = 0; turn < 8; turn++) await this.clock.advance(0);
	}
}

let bench: Bench;
function begin(): Bench {
	bench = new Bench();
	bench.engine.addImage('nginx:1');
	bench.start();
	return bench;
}
afterEach(() => bench.stop.abort(new Error('test over')));

function condition(pod: Pod, type: string) {
	return pod.status.conditions?.find((candidate) => candidate.type === type);
}

describe('kubelet', () => {
	it('lives on when its events, leases and statuses are refused', async () => {
		const { api, lines } = begin();
		const { create, run, pod } = bindAll(bench);
		await run();
		const refused = forbidden({ group: '', resource: 'events' }, 'web', 'not now');
		api.fault = ({ method, path }) => {
			if (method !== 'GET' && !path.endsWith('/pods')) throw refused;
		};
		await create({});
		await run(30_000);
		expect((await pod()).status.phase).toBeUndefined();
		expect(lines).toContain(
			'kubelet: an event was not written: events "web" is forbidden: not now',
		);
		expect(lines.some((line) => line.startsWith('kubelet: the lease was not renewed'))).toBe(true);
		expect(lines.some((line) => line.includes('status of pod web_default'))).toBe(true);
		api.fault = undefined;
		await run(20_000);
		expect((await pod()).status.phase).toBe('Running');
	});
	it('registers its node and renews the lease', async () => {
		const { client, run } = bindAll(begin());
		await run();
		const found = await client.nodes().get('node1');
		expect(found.metadata.labels?.['kubernetes.io/arch']).toBe('386');
		expect(found.status.conditions?.find((c) => c.type === 'Ready')).toMatchObject({
			status: 'True',
			reason: 'KubeletReady',
			message: 'kubelet is posting ready status',
		});
		const first = (await client.leases('kube-node-lease').get('node1')).spec.renewTime;
		await run(10_000);
		const second = (await client.leases('kube-node-lease').get('node1')).spec.renewTime;
		expect(Date.parse(second ?? '') - Date.parse(first ?? '')).toBe(10_000);
		await client.nodes().delete('node1');
		await run(20_000);
		expect((await client.nodes().get('node1')).metadata.name).toBe('node1');
	});

	it('runs a pod and says so in its status and events', async () => {
		const { run, create, pod, events } = bindAll(begin());
		await run();
		const before = bench.agent.batches;
		await create({});
		await run();
		const running = await pod();
		expect(running.status.phase).toBe('Running');
		expect(running.status.podIP).toMatch(/^10\.244\.1\./);
		expect(running.status.qosClass).toBe('BestEffort');
		expect(running.status.conditions?.map((c) => `${c.type}=${c.status}`)).toEqual([
			'PodReadyToStartContainers=True',
			'Initialized=True',
			'Ready=True',
			'ContainersReady=True',
			'PodScheduled=True',
		]);
		expect(running.status.containerStatuses?.[0]).toMatchObject({
			name: 'c',
			ready: true,
			started: true,
			restartCount: 0,
			imageID: 'nginx@sha256:feed',
		});
		expect(await events()).toEqual(
			expect.arrayContaining([
				'Normal Pulled Container image "nginx:1" already present on machine',
				'Normal Created Created container: c',
				'Normal Started Started container c',
			]),
		);
		// One request prepares the pod; the engine does the rest.
		expect(bench.agent.batches - before).toBe(1);
	});

	it('backs off from a container that keeps crashing', async () => {
		const { run, create, state, events, engine } = bindAll(begin());
		await run();
		await create({});
		await run(1000);
		engine.exit(engine.run('c').id, 1);
		await run();
		expect((await state())?.restartCount).toBe(1);
		expect((await state())?.state.running).toBeDefined();
		engine.exit(engine.run('c').id, 1);
		await run();
		const waiting = await state();
		expect(waiting?.state.waiting).toMatchObject({ reason: 'CrashLoopBackOff' });
		expect(waiting?.state.waiting?.message).toMatch(
			/^back-off 10s restarting failed container=c pod=web_default\(/,
		);
		expect(waiting?.lastState.terminated).toMatchObject({ exitCode: 1, reason: 'Error' });
		await run(9_000);
		expect((await state())?.restartCount).toBe(1);
		await run(1_500);
		expect((await state())?.restartCount).toBe(2);
		engine.exit(engine.run('c').id, 1);
		await run();
		expect((await state())?.state.waiting?.message).toContain('back-off 20s');
		expect((await events()).some((e) => e.startsWith('Warning BackOff'))).toBe(true);
		expect([...engine.containers.values()]).toHaveLength(2);
	});

	it('tells a failed pull, backs off and succeeds once the image is there', async () => {
		const { run, create, state, engine, events } = bindAll(begin());
		engine.pullErrors.set('absent:1', 'manifest for absent:1 not found');
		await run();
		await create({ containers: [{ name: 'c', image: 'absent:1' }] });
		await run();
		expect((await state())?.state.waiting).toEqual({
			reason: 'ErrImagePull',
			message: 'manifest for absent:1 not found',
		});
		await run(3000);
		expect((await state())?.state.waiting?.reason).toBe('ImagePullBackOff');
		expect(await events()).toEqual(
			expect.arrayContaining([
				'Normal Pulling Pulling image "absent:1"',
				'Warning Failed Failed to pull image "absent:1": manifest for absent:1 not found',
				'Warning Failed Error: ErrImagePull',
				'Normal BackOff Back-off pulling image "absent:1"',
				'Warning Failed Error: ImagePullBackOff',
			]),
		);
		engine.pullErrors.clear();
		await run(10_000);
		expect((await state())?.state.running).toBeDefined();
	});

	it.each([
		['Never', 'busybox:1', 'ErrImageNeverPull'],
		['IfNotPresent', 'Bad::Name', 'InvalidImageName'],
	] as const)('with pull policy %s and image %s waits with %s', async (policy, image, reason) => {
		const { run, create, state } = bindAll(begin());
		await run();
		await create({ containers: [{ name: 'c', image, imagePullPolicy: policy }] });
		await run();
		expect((await state())?.state.waiting?.reason).toBe(reason);
	});

	it('waits for a missing ConfigMap key and starts when it arrives', async () => {
		const { run, create, state, client } = bindAll(begin());
		await run();
		const env = [{ name: 'A', valueFrom: { configMapKeyRef: { name: 'cfg', key: 'a' } } }];
		await create({ containers: [{ name: 'c', image: 'nginx:1', env }] });
		await run();
		expect((await state())?.state.waiting).toEqual({
			reason: 'CreateContainerConfigError',
			message: 'configmap "cfg" not found',
		});
		const cfg = {
			apiVersion: 'v1',
			kind: 'ConfigMap',
			metadata: { name: 'cfg', namespace: 'default' },
		};
		await client.configmaps('default').create({ ...cfg, data: { a: '1' } });
		await run();
		expect((await state())?.state.running).toBeDefined();
		expect(bench.engine.run('c').config.env).toContain('A=1');
	});

	it('mounts a ConfigMap as files and swaps them at once when it changes', async () => {
		const { run, create, client, agent, state, events } = bindAll(begin());
		await run();
		await create({
			containers: [
				{ name: 'c', image: 'nginx:1', volumeMounts: [{ name: 'v', mountPath: '/etc/v' }] },
			],
			volumes: [{ name: 'v', configMap: { name: 'cfg' } }],
		});
		await run();
		expect((await state())?.state.waiting?.reason).toBe('ContainerCreating');
		expect(await events()).toContain(
			'Warning FailedMount MountVolume.SetUp failed for volume "v" : configmap "cfg" not found',
		);
		const cfg = {
			apiVersion: 'v1',
			kind: 'ConfigMap',
			metadata: { name: 'cfg', namespace: 'default' },
		};
		await client.configmaps('default').create({ ...cfg, data: { key: 'one' } });
		await run();
		const root = bench.engine.run('c').config.mounts?.[0]?.source ?? '';
		expect(root).toMatch(/\/volumes\/kubernetes\.io~configmap\/v$/);
		const read = () => agent.files.get(`${root}/${agent.links.get(`${root}/..data`)}/key`);
		expect(read()).toBe('one');
		expect(agent.links.get(`${root}/key`)).toBe('..data/key');
		await client.configmaps('default').patch('cfg', { data: { key: 'two' } }, 'merge');
		await run();
		expect(read()).toBe('two');
		expect([...agent.files.keys()].filter((path) => path.endsWith('/key'))).toHaveLength(1);
	});

	it('restarts a container although its ConfigMap is gone by now', async () => {
		const { run, create, client, engine, state } = bindAll(begin());
		await run();
		const cfg = {
			apiVersion: 'v1',
			kind: 'ConfigMap',
			metadata: { name: 'cfg', namespace: 'default' },
		};
		await client.configmaps('default').create({ ...cfg, data: { key: 'one' } });
		await create({
			containers: [
				{ name: 'c', image: 'nginx:1', volumeMounts: [{ name: 'v', mountPath: '/etc/v' }] },
			],
			volumes: [{ name: 'v', configMap: { name: 'cfg' } }],
		});
		await run();
		await client.configmaps('default').delete('cfg');
		engine.exit(engine.run('c').id, 1);
		await run();
		expect((await state())?.restartCount).toBe(1);
		expect((await state())?.state.running).toBeDefined();
	});

	it('completes a pod that is not restarted', async () => {
		const { run, create, pod, engine, agent } = bindAll(begin());
		await run();
		const { metadata } = await create({ restartPolicy: 'Never' });
		await run();
		agent.files.set(`/var/lib/kubelet/pods/${metadata.uid}/containers/c/0`, 'all done');
		engine.exit(engine.run('c').id, 0);
		await run();
		const done = await pod();
		expect(done.status.phase).toBe('Succeeded');
		expect(done.status.containerStatuses?.[0]?.state.terminated).toMatchObject({
			exitCode: 0,
			reason: 'Completed',
			message: 'all done',
		});
		expect(condition(done, 'Ready')).toMatchObject({ status: 'False', reason: 'PodCompleted' });
		expect(engine.listPodSandboxes()[0]?.state).toBe('notready');
		expect(engine.containers.size).toBe(1);
	});

	it.each([
		[137, true, 'OOMKilled'],
		[2, false, 'Error'],
	] as const)('reports exit code %i as a failed pod', async (code, oom, reason) => {
		const { run, create, pod, engine } = bindAll(begin());
		await run();
		await create({ restartPolicy: 'Never' });
		await run();
		engine.exit(engine.run('c').id, code, oom);
		await run();
		const failed = await pod();
		expect(failed.status.phase).toBe('Failed');
		expect(failed.status.containerStatuses?.[0]?.state.terminated).toMatchObject({
			reason,
			exitCode: code,
		});
	});

	it('deletes: TERM, last status, then the object and all that was on the node', async () => {
		const { run, create, client, engine, agent, events } = bindAll(begin());
		await run();
		await create({});
		await run();
		await client.pods('default').delete('web');
		await run();
		expect(engine.calls.filter((call) => call.startsWith('stop k8s_c_'))).toHaveLength(1);
		expect(await events()).toContain('Normal Killing Stopping container c');
		await expect(client.pods('default').get('web')).rejects.toMatchObject({ code: 404 });
		expect(engine.containers.size).toBe(0);
		expect(engine.sandboxes.size).toBe(0);
		expect([...agent.files.keys()].filter((path) => path.includes('/pods/'))).toEqual([]);
	});

	it('waits for the grace period, and a shorter one takes over', async () => {
		const { run, create, client, engine } = bindAll(begin());
		engine.ignoresTerm = true;
		await run();
		await create({});
		await run();
		await client.pods('default').delete('web');
		await run(5000);
		expect(engine.run('c').state).toBe('running');
		await client
			.pods('default')
			.patch('web', { metadata: { deletionGracePeriodSeconds: 1 } }, 'merge');
		await run(1000);
		expect(engine.calls.at(-1)).not.toContain(' 30');
		expect(engine.containers.size).toBe(0);
	});

	it('runs preStop before TERM', async () => {
		const { run, create, client, engine } = bindAll(begin());
		await run();
		await create({
			containers: [
				{
					name: 'c',
					image: 'nginx:1',
					lifecycle: { preStop: { exec: { command: ['nginx', '-s', 'quit'] } } },
				},
			],
		});
		await run();
		engine.execResult = () => endedProcess(0);
		await client.pods('default').delete('web');
		await run();
		const calls = engine.calls.filter((call) => /^(exec|stop) k8s/.test(call));
		expect(calls[0]).toMatch(/^exec .* nginx -s quit$/);
		expect(calls[1]).toMatch(/^stop /);
	});

	it('runs init containers one after the other before the rest', async () => {
		const { run, create, engine, pod } = bindAll(begin());
		await run();
		await create({
			initContainers: [
				{ name: 'one', image: 'nginx:1' },
				{ name: 'two', image: 'nginx:1' },
			],
		});
		await run();
		const names = () => [...engine.containers.values()].map((c) => c.name.split('_')[1]);
		expect(names()).toEqual(['one']);
		const pending = await pod();
		expect(pending.status.phase).toBe('Pending');
		expect(condition(pending, 'Initialized')?.message).toBe(
			'containers with incomplete status: [one two]',
		);
		expect(pending.status.containerStatuses?.[0]?.state.waiting?.reason).toBe('PodInitializing');
		engine.exit(engine.run('one').id, 0);
		await run();
		expect(names()).toEqual(['one', 'two']);
		engine.exit(engine.run('two').id, 0);
		await run();
		expect(names()).toEqual(['one', 'two', 'c']);
		expect((await pod()).status.phase).toBe('Running');
	});

	it('is ready only after the readiness probe passed, and says why not', async () => {
		const { run, create, pod, agent, events } = bindAll(begin());
		agent.onDial = () => answeringSocket('HTTP/1.1 500 Oops\r\nContent-Length: 0\r\n\r\n');
		await run();
		const readinessProbe = { httpGet: { path: '/ready', port: 80 }, periodSeconds: 5 };
		await create({ containers: [{ name: 'c', image: 'nginx:1', readinessProbe }] });
		await run();
		expect(condition(await pod(), 'Ready')).toMatchObject({
			status: 'False',
			reason: 'ContainersNotReady',
			message: 'containers with unready status: [c]',
		});
		expect(await events()).toContain(
			'Warning Unhealthy Readiness probe failed: HTTP probe failed with statuscode: 500',
		);
		let sent = '';
		agent.onDial = () => {
			const socket = answeringSocket('HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n');
			const write = socket.write.bind(socket);
			socket.write = (data) => {
				sent += new TextDecoder().decode(data);
				return write(data);
			};
			return socket;
		};
		await run(5000);
		expect(condition(await pod(), 'Ready')?.status).toBe('True');
		expect(sent).toMatch(
			/^GET \/ready HTTP\/1\.1\r\nHost: 10\.244\.1\.\d+\r\nUser-Agent: kube-probe\/1\.33\r\n/,
		);
		agent.onDial = () => {
			throw new KernelError('ECONNREFUSED', 'refused', 'connect');
		};
		await run(10_000);
		expect(condition(await pod(), 'Ready')?.status).toBe('True');
		expect(await events()).toContainEqual(
			expect.stringMatching(
				/^Warning Unhealthy Readiness probe failed: Get "http:\/\/10\.244\.1\.\d+:80\/ready": dial tcp 10\.244\.1\.\d+:80: connect: connection refused$/,
			),
		);
		await run(5_000);
		expect(condition(await pod(), 'Ready')?.status).toBe('False');
	});

	it('restarts a container whose liveness probe fails, after its startup probe passed', async () => {
		const { run, create, engine, events, state } = bindAll(begin());
		const outcomes = { ready: 1, alive: 0 };
		engine.execResult = ({ cmd }) =>
			endedProcess(cmd[0] === 'alive' ? outcomes.alive : outcomes.ready, 'no');
		await run();
		const exec = (name: string) => ({ exec: { command: [name] } });
		await create({
			containers: [
				{
					name: 'c',
					image: 'nginx:1',
					startupProbe: { ...exec('up'), periodSeconds: 1, failureThreshold: 30 },
					livenessProbe: { ...exec('alive'), periodSeconds: 2, failureThreshold: 2 },
				},
			],
		});
		await run(3000);
		expect((await state())?.started).toBe(false);
		expect(engine.calls.some((call) => call.endsWith(' alive'))).toBe(false);
		outcomes.ready = 0;
		await run(1000);
		expect((await state())?.started).toBe(true);
		outcomes.alive = 1;
		await run(4000);
		expect(await events()).toEqual(
			expect.arrayContaining([
				'Warning Unhealthy Liveness probe failed: no',
				'Normal Killing Container c failed liveness probe, will be restarted',
			]),
		);
		expect((await state())?.restartCount).toBe(1);
	});

	it('adopts running pods after its own restart and ends those the API has lost', async () => {
		const { run, create, client, engine, state } = bindAll(begin());
		await run();
		await create({}, 'web');
		await create({}, 'gone');
		await run();
		const ids = [...engine.containers.keys()];
		bench.stop.abort(new Error('kubelet killed'));
		await run();
		await client.pods('default').delete('gone', { gracePeriodSeconds: 0 });
		bench.start();
		await run();
		expect((await state())?.restartCount).toBe(0);
		expect([...engine.containers.keys()]).toEqual([ids[0]]);
	});

	/** The node comes back without anything it held. */
	async function loseEverything() {
		bench.stop.abort(new Error('power off'));
		await bench.run();
		bench.engine.containers.clear();
		bench.engine.sandboxes.clear();
		bench.start();
		await bench.run();
	}
	const lost = { exitCode: 137, reason: 'ContainerStatusUnknown' };

	it('starts lost containers again, and says that they were lost', async () => {
		const { run, create, pod, state } = bindAll(begin());
		await run();
		await create({});
		await run();
		await loseEverything();
		expect(await state()).toMatchObject({
			restartCount: 1,
			state: { running: {} },
			lastState: {
				terminated: {
					...lost,
					message:
						'The container could not be located when the pod was deleted.  The container used to be Running',
				},
			},
		});
		expect((await pod()).status.phase).toBe('Running');
	});

	it('fails a pod that is never restarted when its containers are lost', async () => {
		const { run, create, pod, engine } = bindAll(begin());
		await run();
		await create({ restartPolicy: 'Never' });
		await run();
		await loseEverything();
		expect((await pod()).status).toMatchObject({
			phase: 'Failed',
			containerStatuses: [{ state: { terminated: lost } }],
		});
		expect(engine.containers.size).toBe(0);
	});

	it('leaves no container waiting in the last status of a deleted pod', async () => {
		const { run, create, pod, client, api } = { ...bindAll(begin()), api: bench.api };
		await run();
		await create({ containers: [{ name: 'c', image: 'absent:1', imagePullPolicy: 'Never' }] });
		await run();
		const statuses: unknown[] = [];
		api.fault = ({ method, body }) => {
			if (method === 'PATCH') statuses.push(JSON.parse(String(body)));
		};
		await pod();
		await client.pods('default').delete('web');
		await run(1000);
		expect(JSON.stringify(statuses)).toContain(
			'"exitCode":137,"reason":"ContainerStatusUnknown","message":"The container could not be located when the pod was terminated"',
		);
	});

	it('tells a probe that could not be made from one that failed', async () => {
		const { run, create, engine, events, state } = bindAll(begin());
		await run();
		engine.execResult = () => {
			throw new Error('exec: "no": executable file not found in $PATH');
		};
		const probe = { exec: { command: ['no'] }, periodSeconds: 1, failureThreshold: 1 };
		await create({ containers: [{ name: 'c', image: 'nginx:1', livenessProbe: probe }] });
		await run(5000);
		expect(await events()).toContain(
			'Warning Unhealthy Liveness probe errored and resulted in unknown state: exec: "no": executable file not found in $PATH',
		);
		expect((await state())?.restartCount).toBe(0);
	});

	it('reports a full disk, and for five minutes after', async () => {
		const { run, client, agent, events } = bindAll(begin());
		const disk = async () =>
			(await client.nodes().get('node1')).status.conditions?.find(
				({ type }) => type === 'DiskPressure',
			);
		bench.stop.abort(new Error('restarted'));
		agent.files.set('/proc/mounts', 'tmpfs / tmpfs rw,size=70956k 0 0\n');
		bench.start();
		await run();
		expect((await client.nodes().get('node1')).status.capacity).toMatchObject({
			'ephemeral-storage': '70956Ki',
		});
		agent.files.set(
			'/proc/meminfo',
			'MemTotal: 90000 kB\nMemAvailable: 30000 kB\nShmem: 66000 kB\n',
		);
		agent.onSpawn = () => endedProcess(0, '100 17739 900 1000\n');
		await run(10_000);
		expect(await disk()).toMatchObject({
			status: 'True',
			reason: 'KubeletHasDiskPressure',
			message: 'kubelet has disk pressure',
		});
		expect(await events()).toContain(
			'Normal NodeHasDiskPressure Node node1 status is now: NodeHasDiskPressure',
		);
		agent.files.set('/proc/meminfo', 'MemTotal: 90000 kB\nMemAvailable: 80000 kB\nShmem: 1 kB\n');
		await run(290_000);
		expect((await disk())?.status).toBe('True');
		await run(20_000);
		expect(await disk()).toMatchObject({ status: 'False', reason: 'KubeletHasNoDiskPressure' });
	});

	it('gives volumes to the group of the pod', async () => {
		const { run, create, agent, state } = bindAll(begin());
		await run();
		const spawned: string[][] = [];
		agent.onSpawn = ({ argv }) => {
			spawned.push(argv.slice(3));
			return endedProcess(0);
		};
		const { metadata } = await create({
			securityContext: { fsGroup: 2000 },
			volumes: [
				{ name: 'data', emptyDir: {} },
				{ name: 'host', hostPath: { path: '/srv' } },
			],
		});
		await run();
		const path = `/var/lib/kubelet/pods/${metadata.uid}/volumes/kubernetes.io~empty-dir/data`;
		expect(spawned).toEqual([['2000', 'ug+rwx,g+s', 'ug+rw', path]]);
		expect((await state())?.state.running).toBeDefined();
	});

	it('fails a pod past its deadline', async () => {
		const { run, create, pod } = bindAll(begin());
		await run();
		await create({ activeDeadlineSeconds: 5 });
		await run(6000);
		expect((await pod()).status).toMatchObject({ phase: 'Failed', reason: 'DeadlineExceeded' });
	});

	it('says why a container could not run', async () => {
		const { run, create, state, engine } = bindAll(begin());
		engine.startErrors.set('nginx:1', 'exec: "x": executable file not found in $PATH');
		await run();
		await create({});
		await run();
		expect((await state())?.state.waiting?.reason).toBe('RunContainerError');
		await run(2500);
		const later = await state();
		expect(later?.state.waiting?.reason).toBe('CrashLoopBackOff');
		expect(later?.lastState.terminated).toMatchObject({ exitCode: 128, reason: 'StartError' });
	});
});

/** The bench's methods, usable without it. */
function bindAll(made: Bench) {
	return {
		client: made.client,
		engine: made.engine,
		agent: made.agent,
		run: made.run.bind(made),
		create: made.create.bind(made),
		pod: made.pod.bind(made),
		state: made.state.bind(made),
		events: made.events.bind(made),
	};
}
