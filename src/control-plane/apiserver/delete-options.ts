import type { HttpRequest } from '../../api/transport.ts';
import { invalid } from '../../client/status.ts';
import type { DeleteOptions } from './deletion.ts';
import { invalidValue, notSupported } from './field-error.ts';
import { asDict, type Dict } from './json-value.ts';
import { bodyText, parseBody } from './request-body.ts';
import { booleanQuery, integerQuery } from './request-info.ts';

/** Whether a write is only tried; the one value allowed is All. */
export function isDryRun(query: URLSearchParams): boolean {
	const values = query.getAll('dryRun').filter((value) => value !== '');
	const wrong = values.find((value) => value !== 'All');
	if (wrong !== undefined) {
		throw invalid({ group: 'meta.k8s.io', kind: 'Options' }, '', [
			notSupported('dryRun', wrong, ['All']),
		]);
	}
	return values.length > 0;
}

/** DeleteOptions from the body, or from the query where a client sends none. */
export function deleteOptionsOf(request: HttpRequest, query: URLSearchParams): DeleteOptions {
	const body = bodyText(request).trim() === '' ? {} : asDict(parseBody(request));
	return checked({ ...fromQuery(query), ...body }, isDryRun(query));
}

function fromQuery(query: URLSearchParams): Dict {
	const seconds = integerQuery(query, 'gracePeriodSeconds');
	const policy = query.get('propagationPolicy');
	const options: Dict = {};
	if (seconds !== undefined) options.gracePeriodSeconds = seconds;
	if (policy) options.propagationPolicy = policy;
	if (query.has('orphanDependents'))
		options.orphanDependents = booleanQuery(query, 'orphanDependents');
	return options;
}

const policies = ['Background', 'Foreground', 'Orphan'] as const;

/** DeleteOptions as a client wrote them, validated. */
export function checked(value: Dict, dryRun: boolean): DeleteOptions {
	const kind = { group: 'meta.k8s.io', kind: 'DeleteOptions' };
	const options: DeleteOptions = { dryRun: dryRun || Array.isArray(value.dryRun) };
	const { gracePeriodSeconds, propagationPolicy, orphanDependents, preconditions } = value;
	if (typeof gracePeriodSeconds === 'number') {
		if (gracePeriodSeconds < 0)
			throw invalid(kind, '', [
				invalidValue(
					'gracePeriodSeconds',
					gracePeriodSeconds,
					'must be greater than or equal to 0',
				),
			]);
		options.gracePeriodSeconds = gracePeriodSeconds;
	}
	if (typeof propagationPolicy === 'string') {
		const policy = policies.find((known) => known === propagationPolicy);
		if (!policy)
			throw invalid(kind, '', [
				notSupported('propagationPolicy', propagationPolicy, [...policies, 'nil']),
			]);
		options.propagationPolicy = policy;
	}
	if (typeof orphanDependents === 'boolean') options.orphanDependents = orphanDependents;
	const { uid, resourceVersion } = asDict(preconditions);
	if (typeof uid === 'string' || typeof resourceVersion === 'string') {
		options.preconditions = {
			...(typeof uid === 'string' ? { uid } : {}),
			...(typeof resourceVersion === 'string' ? { resourceVersion } : {}),
		};
	}
	return options;
}
