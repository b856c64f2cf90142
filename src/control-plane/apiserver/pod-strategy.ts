import type { Pod, Toleration } from '../../api/kubernetes.ts';
import { defaultPod } from './pod-defaults.ts';
import { validatePod, validatePodUpdate } from './pod-validation.ts';
import { podWarnings } from './pod-warnings.ts';
import { qosClassOf } from './qos.ts';
import type { Context, Strategy } from './strategy.ts';

// After k/k pkg/registry/core/pod/strategy.go and plugin/pkg/admission

const notReady = 'node.kubernetes.io/not-ready';
const unreachable = 'node.kubernetes.io/unreachable';

function toleratesEviction(tolerations: Toleration[], key: string): boolean {
	return tolerations.some(
		(toleration) =>
			(toleration.key === key || !toleration.key) &&
			(toleration.effect === 'NoExecute' || !toleration.effect),
	);
}

/** After defaulttolerationseconds: how long pods stay on a node that is gone. */
function addDefaultTolerations(pod: Pod, { options }: Context): void {
	const given = pod.spec.tolerations ?? [];
	const seconds = {
		[notReady]: options.defaultNotReadyTolerationSeconds,
		[unreachable]: options.defaultUnreachableTolerationSeconds,
	};
	const added = Object.entries(seconds)
		.filter(([key]) => !toleratesEviction(given, key))
		.map(([key, tolerationSeconds]) => ({
			key,
			operator: 'Exists' as const,
			effect: 'NoExecute' as const,
			tolerationSeconds,
		}));
	if (added.length > 0) pod.spec.tolerations = [...given, ...added];
}

/** The built-in ones; admission refuses others. */
export const priorityClasses = new Map([
	['system-cluster-critical', 2_000_000_000],
	['system-node-critical', 2_000_001_000],
]);

/** After plugin/pkg/admission/priority, with the two built-in classes. */
function setPriority(pod: Pod): void {
	const { priorityClassName } = pod.spec;
	pod.spec.priority = priorityClasses.get(priorityClassName ?? '') ?? 0;
	pod.spec.preemptionPolicy ??= 'PreemptLowerPriority';
}

/** Pods: graceful deletion, and a spec that hardly changes once it runs. */
export const podStrategy: Strategy<Pod> = {
	name: 'subdomain',
	status: true,
	statusKeeps: ['ownerReferences'],
	returnDeleted: true,
	defaults: defaultPod,
	prepareForCreate(pod, context) {
		pod.status = { phase: 'Pending', qosClass: qosClassOf(pod.spec) };
		addDefaultTolerations(pod, context);
		setPriority(pod);
		pod.spec.serviceAccountName ??= 'default';
		pod.spec.serviceAccount = pod.spec.serviceAccountName;
	},
	prepareForUpdate(pod, old) {
		pod.status = old.status;
	},
	warnings: (pod) => podWarnings(pod.spec, 'spec'),
	validate: validatePod,
	validateUpdate: validatePodUpdate,
	gracePeriod(pod, requested) {
		const { phase } = pod.status;
		if (!pod.spec.nodeName || phase === 'Succeeded' || phase === 'Failed') return 0;
		const seconds = requested ?? pod.spec.terminationGracePeriodSeconds ?? 30;
		return seconds < 0 ? 1 : seconds;
	},
	selectableFields: (pod) => ({
		'spec.nodeName': pod.spec.nodeName ?? '',
		'spec.host': pod.spec.nodeName ?? '',
		'spec.restartPolicy': pod.spec.restartPolicy,
		'spec.schedulerName': pod.spec.schedulerName,
		'spec.serviceAccountName': pod.spec.serviceAccountName,
		'spec.hostNetwork': String(pod.spec.hostNetwork ?? false),
		'status.phase': pod.status.phase ?? '',
		'status.podIP': pod.status.podIP ?? '',
		'status.podIPs': pod.status.podIP ?? '',
		'status.nominatedNodeName': pod.status.nominatedNodeName ?? '',
	}),
};
