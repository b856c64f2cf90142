import type { HttpRequest } from '../../api/transport.ts';
import { booleanQuery, integerQuery } from '../../client/query.ts';
import { invalid } from '../../client/status.ts';
import type { DeleteOptions } from './deletion.ts';
import { invalidValue, notSupported } from './field-error.ts';
import { asDict, asList, type Dict } from './json-value.ts';
import { bodyText, parseBody } from './request-body.ts';

/** The options a request's query is read as, by its method. */
const optionsKinds: Record<string, string> = {
	POST: 'CreateOptions',
	PUT: 'UpdateOptions',
	PATCH: 'PatchOptions',
	DELETE: 'DeleteOptions',
};

/** Whether a write is only tried; the one value allowed is All. */
export function isDryRun({ method, query }: { method: string; query: URLSearchParams }): boolean {
	const values = query.getAll('dryRun').filter((value) => value !== '');
	return checkDryRun(values, optionsKinds[method] ?? 'Options');
}

function checkDryRun(values: unknown[], kind: string): boolean {
	const wrong = values.find((value) => value !== 'All');
	if (wrong !== undefined) {
		throw invalid({ group: 'meta.k8s.io', kind }, '', [notSupported('dryRun', values, ['All'])]);
	}
	return values.length > 0;
}

/** DeleteOptions from the body, or from the query where a client sends none; a dry run may be asked for in either. */
export function deleteOptionsOf(request: HttpRequest, query: URLSearchParams): DeleteOptions {
	const isInBody = bodyText(request).trim() !== '';
	return checked(
		isInBody ? asDict(parseBody(request)) : fromQuery(query),
		isDryRun({ method: 'DELETE', query }),
	);
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

const policies = ['Foreground', 'Background', 'Orphan'] as const;

/** DeleteOptions as a client wrote them, validated. */
export function checked(value: Dict, dryRun: boolean): DeleteOptions {
	const kind = { group: 'meta.k8s.io', kind: 'DeleteOptions' };
	const asked = checkDryRun(asList(value.dryRun), 'DeleteOptions');
	const options: DeleteOptions = { dryRun: dryRun || asked };
	const { gracePeriodSeconds, propagationPolicy, orphanDependents, preconditions } = value;
	// A negative period is one second. After apiserver/pkg/registry/rest/delete.go: BeforeDelete
	if (typeof gracePeriodSeconds === 'number')
		options.gracePeriodSeconds = gracePeriodSeconds < 0 ? 1 : gracePeriodSeconds;
	if (typeof propagationPolicy === 'string') {
		if (typeof orphanDependents === 'boolean')
			throw invalid(kind, '', [
				invalidValue(
					'propagationPolicy',
					propagationPolicy,
					'orphanDependents and deletionPropagation cannot be both set',
				),
			]);
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
