import type { Cluster } from '../../src/api/cluster.ts';
import type { EndpointSlice, KubeObject } from '../../src/api/kubernetes.ts';
import type { ApiChange, ApiView } from '../../src/lesson/api-store.ts';
import type { Step } from '../../src/lesson/lesson.ts';
import { RequestLog } from '../../src/lesson/request-log.ts';
import { StepRun } from '../../src/lesson/step-run.ts';
import { ManualClock } from '../../src/util/clock.ts';
import { allLessons } from '../harness/lessons.ts';
import { inspection } from '../harness/fixture-inspection.ts';
import type { Figure } from './figure.ts';

const pods = 60;
const changesPerSecond = 20;
const seconds = 20;

/** A cluster of 60 Pods in which something changes all the time, without the cluster. */
class Bustle implements ApiView {
	readonly objects = new Map<string, KubeObject>();
	readonly listeners = new Set<(change: ApiChange) => void>();

	constructor() {
		for (let index = 0; index < pods; index++) this.#put('Pod', `web-${index}`, pod(index));
		this.#put('Deployment', 'web', { spec: {}, status: { readyReplicas: pods } });
		this.#put('EndpointSlice', 'web-1', slice());
	}
	list<T extends KubeObject>(kind: string): T[] {
		return [...this.objects.values()].filter((object) => object.kind === kind) as T[];
	}
	get<T extends KubeObject>(kind: string, _ns: string, name: string): T | undefined {
		return this.objects.get(`${kind}/${name}`) as T | undefined;
	}
	subscribe(listener: (change: ApiChange) => void): () => void {
		this.listeners.add(listener);
		return () => this.listeners.delete(listener);
	}
	change(number: number): void {
		const index = number % pods;
		const object = this.#put('Pod', `web-${index}`, pod(index, number));
		for (const listener of this.listeners) listener({ kind: 'Pod', type: 'updated', object });
	}
	#put(kind: string, name: string, rest: object): KubeObject {
		const metadata = {
			name,
			namespace: 'default',
			uid: name,
			resourceVersion: '1',
			creationTimestamp: '',
			labels: { app: 'web', 'kubernetes.io/service-name': 'web' },
		};
		const object = { apiVersion: 'v1', kind, metadata, ...rest };
		this.objects.set(`${kind}/${name}`, object);
		return object;
	}
}

const pod = (index: number, number = 0) => ({
	spec: { nodeName: `node-${index % 3}`, containers: [{ name: 'web', image: 'nginx:1' }] },
	status: {
		phase: 'Running',
		podIP: `10.244.0.${index}`,
		containerStatuses: [{ restartCount: number, ready: number % 2 === 0, state: {} }],
	},
});
const slice = (): Pick<EndpointSlice, 'endpoints'> => ({
	endpoints: Array.from({ length: pods }, (_, index) => ({
		addresses: [`10.244.0.${index}`],
		conditions: { ready: true },
	})),
});

function fakeCluster(): Cluster {
	const names = ['control-plane', 'node-1', 'node-2', 'node-3'];
	const nginx = { comm: 'nginx', args: ['nginx'], state: 'S', nspid: [1], ns: {}, cgroup: '/' };
	const processes = Array.from({ length: 120 }, (_, pid) => ({ ...nginx, pid, ppid: 1, uid: 0 }));
	return {
		nodes: () => names.map((name) => ({ name, power: 'running' })),
		onGuestEvent: () => () => undefined,
		facts: async () => ({ processes, containers: [], images: [], volumes: [], sandboxes: [] }),
		inspect: async (_node: string, parts: Parameters<typeof inspection>[1]) =>
			inspection('192.168.56.10', parts),
		look: async (_node: string, look: { commands?: string[][] }) => ({
			files: {},
			dirs: {},
			commands: (look.commands ?? []).map(() => ({
				code: 1,
				stdout: 'x\n'.repeat(40),
				stderr: '',
			})),
		}),
		request: async () => ({ status: 503, body: 'no', took: 1 }),
	} as unknown as Cluster;
}

/** Milliseconds of processor time for one second of a step with all this going on. */
async function cost(step: Step): Promise<number> {
	const clock = new ManualClock();
	const api = new Bustle();
	const requests = new RequestLog();
	const run = new StepRun({ step, cluster: fakeCluster(), api, requests, clock });
	run.start();
	await clock.advance(2000);
	const began = process.cpuUsage();
	for (let change = 0; change < seconds * changesPerSecond; change++) {
		api.change(change);
		await clock.advance(1000 / changesPerSecond);
	}
	const { user, system } = process.cpuUsage(began);
	run.stop();
	return (user + system) / 1000 / seconds;
}

/** What looking at the checks costs the page while 60 Pods change 20 times a second, in the step that costs most. */
export async function lessonFigures(): Promise<Figure[]> {
	const steps = allLessons().flatMap((lesson) => lesson.steps.map((step) => ({ lesson, step })));
	// The compiler gets to know the code first, as it does in a page within seconds.
	for (const { step } of steps.slice(0, 5)) await cost(step);
	let most = { value: 0, name: '' };
	for (const { lesson, step } of steps) {
		const value = await cost(step);
		if (value > most.value) most = { value, name: `${lesson.id}/${step.id}` };
	}
	return [{ name: `checks of ${most.name}, a second`, value: most.value, unit: 'ms', bound: 5 }];
}
