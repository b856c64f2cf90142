import type {
	Deployment,
	IntOrString,
	LabelSelector,
	PodTemplateSpec,
	ReplicaSet,
} from '../../api/kubernetes.ts';
import { matchLabels } from '../../client/selectors.ts';
import type { Cause } from '../../client/status.ts';
import {
	goMap,
	immutableMessage,
	invalidValue,
	notSupported,
	printed,
	quote,
	required,
} from './field-error.ts';
import { equalJson } from './json-value.ts';
import { defaultPodSpec, defaultTo } from './pod-defaults.ts';
import { validatePodSpec } from './pod-spec-validation.ts';
import { podWarnings } from './pod-warnings.ts';
import { validateSelector } from './selector-validation.ts';
import type { Strategy } from './strategy.ts';
import { validateAnnotations, validateLabels } from './validate-meta.ts';

// After k/k pkg/apis/apps/{v1/defaults.go,validation/validation.go} and pkg/registry/apps

/** A LabelSelector as `%#v` prints it. */
function goSelector(selector: LabelSelector | undefined): string {
	const labels = selector?.matchLabels ? goMap(selector.matchLabels) : 'map[string]string(nil)';
	const expressions = selector?.matchExpressions?.map(
		({ key, operator, values }) =>
			`v1.LabelSelectorRequirement{Key:${quote(key)}, Operator:${quote(operator)}, Values:[]string${values ? `{${values.map(quote).join(', ')}}` : '(nil)'}}`,
	);
	const list = expressions ? `{${expressions.join(', ')}}` : '(nil)';
	return `v1.LabelSelector{MatchLabels:${labels}, MatchExpressions:[]v1.LabelSelectorRequirement${list}}`;
}

interface Workload {
	selector?: LabelSelector;
	template?: PodTemplateSpec;
	replicas?: number;
	minReadySeconds?: number;
}

function isEmpty(selector: LabelSelector | undefined): boolean {
	const labels = Object.keys(selector?.matchLabels ?? {}).length;
	return labels + (selector?.matchExpressions?.length ?? 0) === 0;
}

function validateWorkload(spec: Workload, kind: string): Cause[] {
	const { selector, template } = spec;
	const causes = notNegative(spec, ['replicas', 'minReadySeconds']);
	causes.push(...validateSelector(selector, 'spec.selector'));
	if (!selector || isEmpty(selector))
		causes.push(
			invalidValue(
				'spec.selector',
				printed(goSelector(selector)),
				`empty selector is invalid for ${kind}`,
			),
		);
	const labels = template?.metadata?.labels;
	if (selector && !isEmpty(selector) && !matchLabels(selector, labels))
		causes.push(
			invalidValue(
				'spec.template.metadata.labels',
				printed(labels ? goMap(labels) : 'map[string]string(nil)'),
				'`selector` does not match template `labels`',
			),
		);
	return [...causes, ...validateTemplate(template)];
}

function validateTemplate(template: PodTemplateSpec | undefined): Cause[] {
	if (!template) return [required('spec.template')];
	const causes = [
		...validateLabels(template.metadata?.labels, 'spec.template.labels'),
		...validateAnnotations(template.metadata?.annotations, 'spec.template.annotations'),
		...validatePodSpec(template.spec, 'spec.template.spec'),
	];
	const { restartPolicy } = template.spec;
	if (restartPolicy === 'OnFailure' || restartPolicy === 'Never')
		causes.push(notSupported('spec.template.spec.restartPolicy', restartPolicy, ['Always']));
	if (template.spec.activeDeadlineSeconds !== undefined)
		causes.push({
			reason: 'FieldValueForbidden',
			message: 'Forbidden: activeDeadlineSeconds in ReplicaSet is not Supported',
			field: 'spec.template.spec.activeDeadlineSeconds',
		});
	return causes;
}

function notNegative<T extends object>(spec: T, fields: (keyof T & string)[]): Cause[] {
	return fields
		.filter((field) => Number(spec[field] ?? 0) < 0)
		.map((field) =>
			invalidValue(`spec.${field}`, spec[field], 'must be greater than or equal to 0'),
		);
}

function selectorUnchanged(now: LabelSelector, old: LabelSelector): Cause[] {
	if (equalJson(now, old)) return [];
	return [invalidValue('spec.selector', printed(goSelector(now)), immutableMessage)];
}

function intOrPercent(value: IntOrString | undefined, field: string): Cause[] {
	if (typeof value === 'number')
		return value < 0 ? [invalidValue(field, value, 'must be greater than or equal to 0')] : [];
	if (value === undefined || /^[0-9]+%$/.test(value)) return [];
	return [
		invalidValue(
			field,
			value,
			"a valid percent string must be a numeric string followed by an ending '%' (e.g. '1%',  or '93%', regex used for validation is '[0-9]+%')",
		),
	];
}

function validateStrategy({ strategy }: Deployment['spec']): Cause[] {
	const field = 'spec.strategy';
	if (strategy?.type === 'Recreate') {
		if (!strategy.rollingUpdate) return [];
		const message = "Forbidden: may not be specified when strategy `type` is 'Recreate'";
		return [{ reason: 'FieldValueForbidden', message, field: `${field}.rollingUpdate` }];
	}
	if (strategy?.type !== 'RollingUpdate')
		return [notSupported(`${field}.type`, strategy?.type ?? '', ['Recreate', 'RollingUpdate'])];
	const { maxSurge, maxUnavailable } = strategy.rollingUpdate ?? {};
	const path = `${field}.rollingUpdate`;
	const causes = [
		...intOrPercent(maxUnavailable, `${path}.maxUnavailable`),
		...intOrPercent(maxSurge, `${path}.maxSurge`),
	];
	const isZero = (value: IntOrString | undefined) => parseInt(String(value ?? 0), 10) === 0;
	if (causes.length === 0 && isZero(maxSurge) && isZero(maxUnavailable))
		causes.push(
			invalidValue(
				`${path}.maxUnavailable`,
				printed(goIntOrString(maxUnavailable)),
				'may not be 0 when `maxSurge` is 0',
			),
		);
	if (typeof maxUnavailable === 'string' && parseInt(maxUnavailable, 10) > 100)
		causes.push(
			invalidValue(`${path}.maxUnavailable`, maxUnavailable, 'must not be greater than 100%'),
		);
	return causes;
}

function goIntOrString(value: IntOrString | undefined): string {
	return typeof value === 'string'
		? `intstr.IntOrString{Type:1, IntVal:0, StrVal:${quote(value)}}`
		: `intstr.IntOrString{Type:0, IntVal:${value ?? 0}, StrVal:""}`;
}

function validateDeadlines(spec: Deployment['spec']): Cause[] {
	const causes = notNegative(spec, ['revisionHistoryLimit', 'progressDeadlineSeconds']);
	const { progressDeadlineSeconds: deadline, minReadySeconds = 0 } = spec;
	if (deadline !== undefined && deadline >= 0 && deadline <= minReadySeconds)
		causes.push(
			invalidValue(
				'spec.progressDeadlineSeconds',
				deadline,
				'must be greater than minReadySeconds',
			),
		);
	return causes;
}

export const deploymentStrategy: Strategy<Deployment> = {
	name: 'subdomain',
	generation: true,
	status: true,
	statusKeeps: ['labels'],
	defaults({ spec }) {
		defaultTo(spec, 'replicas', 1);
		spec.strategy ??= {};
		defaultTo(spec.strategy, 'type', 'RollingUpdate');
		if (spec.strategy.type === 'RollingUpdate') {
			spec.strategy.rollingUpdate ??= {};
			defaultTo(spec.strategy.rollingUpdate, 'maxUnavailable', '25%');
			defaultTo(spec.strategy.rollingUpdate, 'maxSurge', '25%');
		}
		defaultTo(spec, 'revisionHistoryLimit', 10);
		defaultTo(spec, 'progressDeadlineSeconds', 600);
		defaultPodSpec(spec.template.spec);
	},
	prepareForCreate(deployment) {
		deployment.status = {};
	},
	warnings: ({ spec }) => podWarnings(spec.template.spec, 'spec.template.spec'),
	validate: ({ spec }) => [
		...validateWorkload(spec, 'deployment'),
		...validateStrategy(spec),
		...validateDeadlines(spec),
	],
	validateUpdate: (deployment, old) =>
		selectorUnchanged(deployment.spec.selector, old.spec.selector),
};

export const replicaSetStrategy: Strategy<ReplicaSet> = {
	name: 'subdomain',
	generation: true,
	status: true,
	defaults({ spec }) {
		defaultTo(spec, 'replicas', 1);
		defaultPodSpec(spec.template.spec);
	},
	prepareForCreate(replicaSet) {
		replicaSet.status = { replicas: 0 };
	},
	validate: ({ spec }) => validateWorkload(spec, 'replicaset'),
	validateUpdate: (replicaSet, old) =>
		selectorUnchanged(replicaSet.spec.selector, old.spec.selector),
	selectableFields: ({ status }) => ({ 'status.replicas': String(status?.replicas ?? 0) }),
};
