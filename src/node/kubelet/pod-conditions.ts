import type { Condition, ContainerStatus, Pod, PodPhase } from '../../api/kubernetes.ts';
import { isSidecar } from './pod-ref.ts';

type Verdict = Pick<Condition, 'status' | 'reason' | 'message'>;

const yes: Verdict = { status: 'True' };

function byPhase(phase: PodPhase): Verdict | undefined {
	if (phase === 'Succeeded') return { status: 'False', reason: 'PodCompleted' };
	if (phase === 'Failed') return { status: 'False', reason: 'PodFailed' };
	return undefined;
}

/** After pkg/kubelet/status/generate.go: GenerateContainersReadyCondition */
function containersReady(pod: Pod, phase: PodPhase, all: ContainerStatus[]): Verdict {
	const names = [
		...(pod.spec.initContainers ?? []).filter((c) => c.restartPolicy === 'Always'),
		...pod.spec.containers,
	].map(({ name }) => name);
	const unready = names.filter((name) => !all.find((status) => status.name === name)?.ready);
	if (phase === 'Succeeded' || (phase === 'Failed' && unready.length > 0)) {
		const verdict = byPhase(phase);
		if (verdict) return verdict;
	}
	if (unready.length === 0) return yes;
	return {
		status: 'False',
		reason: 'ContainersNotReady',
		message: `containers with unready status: [${unready.join(' ')}]`,
	};
}

/** After generate.go: GeneratePodReadyCondition */
function podReady(pod: Pod, ready: Verdict, conditions: Condition[]): Verdict {
	if (ready.status !== 'True') return ready;
	const unmet = (pod.spec.readinessGates ?? []).flatMap(({ conditionType }) => {
		const condition = conditions.find(({ type }) => type === conditionType);
		if (!condition)
			return [`corresponding condition of pod readiness gate "${conditionType}" does not exist.`];
		if (condition.status !== 'True')
			return [
				`the status of pod readiness gate "${conditionType}" is not "True", but ${condition.status}`,
			];
		return [];
	});
	if (unmet.length === 0) return yes;
	return { status: 'False', reason: 'ReadinessGatesNotReady', message: unmet.join(', ') };
}

/** After generate.go: GeneratePodInitializedCondition */
function initialized(pod: Pod, phase: PodPhase, all: ContainerStatus[]): Verdict {
	const running = pod.spec.containers.some(({ name }) => {
		const status = all.find((candidate) => candidate.name === name);
		return status?.started ?? status?.state.running ?? status?.lastState.terminated;
	});
	if (phase === 'Succeeded') return { status: 'True', reason: 'PodCompleted' };
	if (running) return yes;
	const incomplete = (pod.spec.initContainers ?? []).filter(({ name }) => {
		const status = all.find((candidate) => candidate.name === name);
		return isSidecar(pod, name) ? !status?.started : status?.state.terminated?.exitCode !== 0;
	});
	if (incomplete.length === 0) return yes;
	return {
		status: 'False',
		reason: 'ContainersNotInitialized',
		message: `containers with incomplete status: [${incomplete.map(({ name }) => name).join(' ')}]`,
	};
}

/** The conditions a kubelet owns. */
const owned = [
	'PodReadyToStartContainers',
	'Initialized',
	'Ready',
	'ContainersReady',
	'PodScheduled',
];

/** All conditions of the pod: the kubelet's own, then whatever others have set. */
export function podConditions(
	pod: Pod,
	facts: { phase: PodPhase; all: ContainerStatus[]; hasNetwork: boolean; now: string },
	before: Condition[],
): Condition[] {
	const ready = containersReady(pod, facts.phase, facts.all);
	const verdicts: Record<string, Verdict> = {
		PodReadyToStartContainers: { status: facts.hasNetwork ? 'True' : 'False' },
		Initialized: initialized(pod, facts.phase, facts.all),
		Ready: podReady(pod, ready, pod.status.conditions ?? []),
		ContainersReady: ready,
		PodScheduled: yes,
	};
	const own = Object.entries(verdicts).map(([type, verdict]): Condition => {
		const old = before.find((condition) => condition.type === type);
		const same = old?.status === verdict.status;
		return {
			type,
			...verdict,
			lastProbeTime: null,
			lastTransitionTime: (same ? old.lastTransitionTime : undefined) ?? facts.now,
		};
	});
	const foreign = (pod.status.conditions ?? []).filter(({ type }) => !owned.includes(type));
	return [...own, ...foreign];
}
