import { integerQuery, timeQuery } from '../../client/query.ts';
import { invalid, type Cause } from '../../client/status.ts';
import { forbiddenField, invalidValue } from './field-error.ts';

/** Refuses a log request that asks for what cannot be. After k/k pkg/apis/core/validation: ValidatePodLogOptions */
export function checkLogOptions(query: URLSearchParams, podName: string): void {
	const causes: Cause[] = [];
	const tail = integerQuery(query, 'tailLines');
	const bytes = integerQuery(query, 'limitBytes');
	const seconds = integerQuery(query, 'sinceSeconds');
	const time = timeQuery(query, 'sinceTime');
	if (tail !== undefined && tail < 0)
		causes.push(invalidValue('tailLines', tail, 'must be greater than or equal to 0'));
	if (bytes !== undefined && bytes < 1)
		causes.push(invalidValue('limitBytes', bytes, 'must be greater than 0'));
	if (seconds !== undefined && time !== undefined)
		causes.push(
			forbiddenField('[]', 'at most one of `sinceTime` or `sinceSeconds` may be specified'),
		);
	else if (seconds !== undefined && seconds < 1)
		causes.push(invalidValue('sinceSeconds', seconds, 'must be greater than 0'));
	if (causes.length > 0) throw invalid({ group: '', kind: 'PodLogOptions' }, podName, causes);
}
