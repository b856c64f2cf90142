import { describe, expect, it } from 'vitest';
import type { Container as EngineContainer, PodSandbox } from '../../api/engine.ts';
import type { Container, Pod, PodSpec } from '../../api/kubernetes.ts';
import { containerHash, containerHashLabel, restartCountLabel } from './labels.ts';
import { computePodActions, type ProbeVerdicts } from './pod-actions.ts';
import type { PodRuntime } from './pod-runtime.ts';

const quiet: ProbeVerdicts = { failed: () => undefined, started: () => true };

function podOf(spec: Partial<PodSpec>): Pod {
	const metadata = {
		name: 'p',
		namespace: 'd',
		uid: 'u',
		resourceVersion: '',
		creationTimestamp: '',
	};
	const containers = spec.containers ?? [{ name: 'a', image: 'x:1' }];
	return { apiVersion: 'v1', kind: 'Pod', metadata, spec: { ...spec, containers }, status: {} };
}

type Fact = 'running' | number;

/** What the engine holds: for each container its state, or the code it ended with. */
function runtimeOf(
	facts: Record<string, Fact>,
	options: { ready?: boolean; image?: string } = {},
): PodRuntime {
	const sandbox = {
		id: 's',
		state: options.ready === false ? 'notready' : 'ready',
		config: { attempt: 0 },
	};
	const containers = Object.entries(facts).map(([name, fact]): [string, EngineContainer[]] => {
		const spec: Container = { name, image: options.image ?? 'x:1' };
		const run = {
			id: `id-${name}`,
			state: fact === 'running' ? 'running' : 'exited',
			exitCode: fact === 'running' ? 0 : fact,
			started: 1,
			error: '',
			config: {
				sandbox: 's',
				labels: { [containerHashLabel]: containerHash(spec), [restartCountLabel]: '0' },
			},
		};
		return [name, [run as unknown as EngineContainer]];
	});
	return { uid: 'u', sandboxes: [sandbox as PodSandbox], containers: new Map(containers) };
}

const none: PodRuntime = { uid: 'u', sandboxes: [], containers: new Map() };

function summary(pod: Pod, runtime: PodRuntime, probes = quiet) {
	const { createSandbox, killPod, start, kill } = computePodActions(pod, runtime, probes);
	return {
		sandbox: createSandbox,
		killPod,
		start: start.map(({ name }) => name),
		kill: kill.map(({ name }) => name),
	};
}

const two = {
	containers: [
		{ name: 'a', image: 'x:1' },
		{ name: 'b', image: 'x:1' },
	],
};
const init = {
	initContainers: [
		{ name: 'i', image: 'x:1' },
		{ name: 'j', image: 'x:1' },
	],
};
const sidecar = { initContainers: [{ name: 's', image: 'x:1', restartPolicy: 'Always' as const }] };

describe('pod actions', () => {
	it.each([
		['a new pod', two, none, { sandbox: true, start: ['a', 'b'] }],
		['a new pod with init containers', init, none, { sandbox: true, start: ['i'] }],
		['all is well', two, runtimeOf({ a: 'running', b: 'running' }), {}],
		['one has crashed', two, runtimeOf({ a: 'running', b: 1 }), { start: ['b'] }],
		['one completed under Always', two, runtimeOf({ a: 'running', b: 0 }), { start: ['b'] }],
		[
			'one completed under OnFailure',
			{ ...two, restartPolicy: 'OnFailure' as const },
			runtimeOf({ a: 'running', b: 0 }),
			{},
		],
		[
			'one failed under OnFailure',
			{ ...two, restartPolicy: 'OnFailure' as const },
			runtimeOf({ a: 'running', b: 1 }),
			{ start: ['b'] },
		],
		[
			'one failed under Never',
			{ ...two, restartPolicy: 'Never' as const },
			runtimeOf({ a: 'running', b: 1 }),
			{},
		],
		[
			'the sandbox died',
			two,
			runtimeOf({ a: 137, b: 137 }, { ready: false }),
			{ sandbox: true, killPod: true, start: ['a', 'b'] },
		],
		[
			'the sandbox died under Never',
			{ ...two, restartPolicy: 'Never' as const },
			runtimeOf({ a: 137, b: 137 }, { ready: false }),
			{ killPod: true },
		],
		['an init container runs', init, runtimeOf({ i: 'running' }), {}],
		['an init container is done', init, runtimeOf({ i: 0 }), { start: ['j'] }],
		['an init container failed', init, runtimeOf({ i: 1 }), { start: ['i'] }],
		[
			'an init container failed under Never',
			{ ...init, restartPolicy: 'Never' as const },
			runtimeOf({ i: 1 }),
			{},
		],
		['all init containers are done', init, runtimeOf({ i: 0, j: 0 }), { start: ['a'] }],
		['a sidecar has started', sidecar, runtimeOf({ s: 'running' }), { start: ['a'] }],
		['a sidecar died later', sidecar, runtimeOf({ s: 1, a: 'running' }), { start: ['s'] }],
		[
			'the image was changed',
			{},
			runtimeOf({ a: 'running' }, { image: 'x:0' }),
			{ kill: ['a'], start: ['a'] },
		],
	])('when %s', (_what, spec, runtime, wanted) => {
		expect(summary(podOf(spec), runtime)).toEqual({
			sandbox: false,
			killPod: false,
			start: [],
			kill: [],
			...wanted,
		});
	});

	it('restarts what failed its liveness probe, but not under Never', () => {
		const probes = { ...quiet, failed: () => 'failed liveness probe' };
		const running = runtimeOf({ a: 'running' });
		expect(summary(podOf({}), running, probes)).toMatchObject({ kill: ['a'], start: ['a'] });
		const never = podOf({ restartPolicy: 'Never' });
		expect(summary(never, running, probes)).toMatchObject({ kill: ['a'], start: [] });
	});

	it('starts nothing of a pod that is being deleted', () => {
		const pod = podOf({});
		pod.metadata.deletionTimestamp = '2026-01-01T00:00:00Z';
		expect(summary(pod, runtimeOf({ a: 1 })).start).toEqual([]);
	});
});
