import { badRequest, invalid, type Cause } from '../../client/status.ts';
import { parseTime } from '../../client/time.ts';
import { forbiddenField, invalidValue } from './field-error.ts';

/** Refuses a log request that asks for what cannot be. After k/k pkg/apis/core/validation: ValidatePodLogOptions */
export function checkLogOptions(query: URLSearchParams, podName: string): void {
	const causes: Cause[] = [];
	const tail = integerOf(query, 'tailLines');
	const bytes = integerOf(query, 'limitBytes');
	const seconds = integerOf(query, 'sinceSeconds');
	const time = query.get('sinceTime');
	if (time !== null && parseTime(time) === undefined)
		throw badRequest(
			`parsing time ${JSON.stringify(time)} as "2006-01-02T15:04:05Z07:00": cannot parse ${JSON.stringify(time)} as "2006"`,
		);
	if (tail !== undefined && tail < 0n)
		causes.push(shown('tailLines', tail, 'must be greater than or equal to 0'));
	if (bytes !== undefined && bytes < 1n)
		causes.push(shown('limitBytes', bytes, 'must be greater than 0'));
	if (seconds !== undefined && time !== null)
		causes.push(
			forbiddenField('[]', 'at most one of `sinceTime` or `sinceSeconds` may be specified'),
		);
	else if (seconds !== undefined && seconds < 1n)
		causes.push(shown('sinceSeconds', seconds, 'must be greater than 0'));
	if (causes.length > 0) throw invalid({ group: '', kind: 'PodLogOptions' }, podName, causes);
}

function shown(field: string, value: bigint, detail: string): Cause {
	return invalidValue(field, Number(value), detail);
}

const limit = 2n ** 63n;

function integerOf(query: URLSearchParams, name: string): bigint | undefined {
	const text = query.get(name);
	if (text === null) return undefined;
	const quoted = JSON.stringify(text);
	if (!/^[+-]?\d+$/.test(text))
		throw badRequest(`strconv.ParseInt: parsing ${quoted}: invalid syntax`);
	const value = BigInt(text.replace('+', ''));
	if (value >= limit || value < -limit)
		throw badRequest(`strconv.ParseInt: parsing ${quoted}: value out of range`);
	return value;
}
