import type {
	Affinity,
	LabelSelector,
	NodeSelectorTerm,
	PodAffinityTerm,
	PodSpec,
} from '../../api/kubernetes.ts';
import type { Cause } from '../../client/status.ts';
import { own } from '../../util/own.ts';
import { invalidValue, notSupported, required } from './field-error.ts';
import { validateSelector } from './selector-validation.ts';
import { qualifiedNameErrors } from './validate-meta.ts';

// After k/k pkg/apis/core/validation/validation.go: validateAffinity, validateTopologySpreadConstraints

/** What is wrong with the fields that tell the scheduler where to put a pod. */
export function validateScheduling(spec: PodSpec, field: string): Cause[] {
	return [
		...validateAffinity(spec.affinity, `${field}.affinity`),
		...validateSpread(spec, `${field}.topologySpreadConstraints`),
	];
}

const requiredTerms = 'requiredDuringSchedulingIgnoredDuringExecution';
const preferred = 'preferredDuringSchedulingIgnoredDuringExecution';

function validateAffinity(affinity: Affinity | undefined, field: string): Cause[] {
	if (!affinity) return [];
	const { nodeAffinity: node } = affinity;
	const causes: Cause[] = [];
	const terms = node?.[requiredTerms]?.nodeSelectorTerms;
	const termsPath = `${field}.nodeAffinity.${requiredTerms}.nodeSelectorTerms`;
	if (terms?.length === 0)
		causes.push(required(termsPath, 'must have at least one node selector term'));
	for (const [i, term] of (terms ?? []).entries())
		causes.push(...validateNodeTerm(term, `${termsPath}[${i}]`));
	for (const [i, { weight, preference }] of (node?.[preferred] ?? []).entries()) {
		const path = `${field}.nodeAffinity.${preferred}[${i}]`;
		causes.push(
			...validateWeight(weight, path),
			...validateNodeTerm(preference, `${path}.preference`),
		);
	}
	for (const kind of ['podAffinity', 'podAntiAffinity'] as const)
		causes.push(...validatePodTerms(affinity[kind], `${field}.${kind}`));
	return causes;
}

function validateWeight(weight: number, path: string): Cause[] {
	if (weight >= 1 && weight <= 100) return [];
	return [invalidValue(`${path}.weight`, weight, 'must be in the range 1-100')];
}

const valueRules: Record<string, (count: number) => string | undefined> = {
	In: (count) => (count > 0 ? undefined : "must be specified when `operator` is 'In' or 'NotIn'"),
	NotIn: (count) =>
		count > 0 ? undefined : "must be specified when `operator` is 'In' or 'NotIn'",
	Exists: (count) =>
		count === 0 ? undefined : "may not be specified when `operator` is 'Exists' or 'DoesNotExist'",
	DoesNotExist: (count) =>
		count === 0 ? undefined : "may not be specified when `operator` is 'Exists' or 'DoesNotExist'",
	Gt: (count) =>
		count === 1 ? undefined : "must be specified single value when `operator` is 'Lt' or 'Gt'",
	Lt: (count) =>
		count === 1 ? undefined : "must be specified single value when `operator` is 'Lt' or 'Gt'",
};

function validateNodeTerm(term: NodeSelectorTerm, field: string): Cause[] {
	return (term.matchExpressions ?? []).flatMap(({ key, operator, values = [] }, i) => {
		const path = `${field}.matchExpressions[${i}]`;
		const rule = own(valueRules, operator);
		const causes = qualifiedNameErrors(key).map((text) => invalidValue(`${path}.key`, key, text));
		if (!rule)
			return [
				...causes,
				invalidValue(`${path}.operator`, operator, 'not a valid selector operator'),
			];
		const wrong = rule(values.length);
		if (!wrong) return causes;
		const missing = values.length === 0;
		const cause: Cause = {
			reason: missing ? 'FieldValueRequired' : 'FieldValueForbidden',
			message: `${missing ? 'Required value' : 'Forbidden'}: ${wrong}`,
			field: `${path}.values`,
		};
		return [...causes, cause];
	});
}

function validatePodTerms(affinity: Affinity['podAffinity'], field: string): Cause[] {
	const causes: Cause[] = [];
	for (const [i, term] of (affinity?.[requiredTerms] ?? []).entries())
		causes.push(...validatePodTerm(term, `${field}.${requiredTerms}[${i}]`));
	for (const [i, { weight, podAffinityTerm }] of (affinity?.[preferred] ?? []).entries()) {
		const path = `${field}.${preferred}[${i}]`;
		causes.push(...validateWeight(weight, path));
		causes.push(...validatePodTerm(podAffinityTerm, `${path}.podAffinityTerm`));
	}
	return causes;
}

function validatePodTerm(term: PodAffinityTerm, field: string): Cause[] {
	return [
		...validateSelector(term.labelSelector, `${field}.labelSelector`),
		...topologyKey(term.topologyKey, field),
	];
}

function topologyKey(key: string | undefined, field: string): Cause[] {
	if (!key) return [required(`${field}.topologyKey`, 'can not be empty')];
	return qualifiedNameErrors(key).map((text) => invalidValue(`${field}.topologyKey`, key, text));
}

const unsatisfiable = ['DoNotSchedule', 'ScheduleAnyway'];

function validateSpread(spec: PodSpec, field: string): Cause[] {
	return (spec.topologySpreadConstraints ?? []).flatMap((constraint, i) => {
		const path = `${field}[${i}]`;
		const { maxSkew, whenUnsatisfiable } = constraint;
		const selector: LabelSelector | undefined = constraint.labelSelector;
		const causes = topologyKey(constraint.topologyKey, path);
		if (!(maxSkew > 0))
			causes.push(invalidValue(`${path}.maxSkew`, maxSkew ?? 0, 'must be greater than zero'));
		if (!unsatisfiable.includes(whenUnsatisfiable))
			causes.push(
				notSupported(`${path}.whenUnsatisfiable`, whenUnsatisfiable ?? '', unsatisfiable),
			);
		return [...causes, ...validateSelector(selector, `${path}.labelSelector`)];
	});
}
