import type { Pod } from '../../api/kubernetes.ts';
import type { Cause } from '../../client/status.ts';
import { forbiddenField } from './field-error.ts';
import { cloneJson, equalJson, omit } from './json-value.ts';
import { validatePodSpec } from './pod-spec-validation.ts';

// After k/k pkg/apis/core/validation/validation.go: ValidatePodCreate, ValidatePodUpdate

export function validatePod(pod: Pod): Cause[] {
	const causes = validatePodSpec(pod.spec, 'spec');
	if (pod.spec.ephemeralContainers?.length)
		causes.push(forbiddenField('spec.ephemeralContainers', 'cannot be set on create'));
	return causes;
}

const frozen =
	'pod updates may not change fields other than `spec.containers[*].image`,`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing tolerations),`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)';

/** The spec as it was except for what may change. */
function onlyMutable(pod: Pod, old: Pod): Pod['spec'] {
	const spec = cloneJson(pod.spec);
	const before = old.spec;
	for (const [i, container] of spec.containers.entries())
		restoreImage(container, before.containers[i]);
	for (const [i, container] of (spec.initContainers ?? []).entries())
		restoreImage(container, before.initContainers?.[i]);
	setOrDelete(spec, 'activeDeadlineSeconds', before.activeDeadlineSeconds);
	setOrDelete(spec, 'tolerations', before.tolerations);
	setOrDelete(spec, 'nodeName', before.nodeName);
	return spec;
}

function restoreImage(container: { image?: string }, old: { image?: string } | undefined): void {
	setOrDelete(container, 'image', old?.image);
}

function setOrDelete<T extends object, K extends keyof T>(
	target: T,
	key: K,
	value: T[K] | undefined,
): void {
	if (value === undefined) delete target[key];
	else target[key] = value;
}

/** The paths below a spec that differ, as upstream appends its diff. */
function changedPaths(old: unknown, now: unknown, path: string): string[] {
	if (equalJson(old, now)) return [];
	const isTree = (value: unknown) => typeof value === 'object' && value !== null;
	if (!isTree(old) || !isTree(now)) return [`- ${path}: ${show(old)}`, `+ ${path}: ${show(now)}`];
	const before = old as Record<string, unknown>;
	const after = now as Record<string, unknown>;
	const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
	return keys.flatMap((key) =>
		changedPaths(
			before[key],
			after[key],
			Array.isArray(old) ? `${path}[${key}]` : `${path}.${key}`,
		),
	);
}

function show(value: unknown): string {
	return value === undefined ? '<absent>' : JSON.stringify(value);
}

function tolerationsOnlyAdded(pod: Pod, old: Pod): boolean {
	const now = pod.spec.tolerations ?? [];
	return (old.spec.tolerations ?? []).every((before) =>
		now.some((toleration) => {
			return equalJson(omit(toleration, 'tolerationSeconds'), omit(before, 'tolerationSeconds'));
		}),
	);
}

export function validatePodUpdate(pod: Pod, old: Pod): Cause[] {
	const causes: Cause[] = [];
	if (pod.spec.containers.length !== old.spec.containers.length) {
		return [forbiddenField('spec.containers', 'pod updates may not add or remove containers')];
	}
	if (!tolerationsOnlyAdded(pod, old))
		causes.push(
			forbiddenField(
				'spec.tolerations',
				'existing toleration can not be modified except its tolerationSeconds',
			),
		);
	const mutable = onlyMutable(pod, old);
	if (!equalJson(mutable, old.spec) || (pod.spec.nodeName ?? '') !== (old.spec.nodeName ?? '')) {
		const diff = changedPaths(old.spec, { ...mutable, nodeName: pod.spec.nodeName }, 'spec');
		causes.push(forbiddenField('spec', [frozen, ...diff].join('\n')));
	}
	return causes;
}
