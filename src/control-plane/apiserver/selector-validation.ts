import type { LabelSelector } from '../../api/kubernetes.ts';
import type { Cause } from '../../client/status.ts';
import { forbiddenField, invalidValue, required } from './field-error.ts';
import { validateLabels } from './validate-meta.ts';

const operators = ['In', 'NotIn', 'Exists', 'DoesNotExist'];

/** After apimachinery/pkg/apis/meta/v1/validation: ValidateLabelSelector */
export function validateSelector(selector: LabelSelector | undefined, field: string): Cause[] {
	const causes = validateLabels(selector?.matchLabels, `${field}.matchLabels`);
	for (const [i, { operator, values }] of (selector?.matchExpressions ?? []).entries()) {
		const path = `${field}.matchExpressions[${i}]`;
		const needs = operator === 'In' || operator === 'NotIn';
		if (!operators.includes(operator))
			causes.push(invalidValue(`${path}.operator`, operator, 'not a valid selector operator'));
		else if (needs && !values?.length)
			causes.push(
				required(`${path}.values`, "must be specified when `operator` is 'In' or 'NotIn'"),
			);
		else if (!needs && values?.length)
			causes.push(
				forbiddenField(
					`${path}.values`,
					"may not be specified when `operator` is 'Exists' or 'DoesNotExist'",
				),
			);
	}
	return causes;
}
