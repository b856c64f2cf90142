import { apiVersionOf, type Resource } from '../../client/resources.ts';
import type { Dict } from './json-value.ts';

function query(name: string, type: 'string' | 'boolean' | 'integer', description: string): Dict {
	return { name, in: 'query', description, schema: { type, uniqueItems: true } };
}

const dryRun = query('dryRun', 'string', 'All: try the write, do not keep it.');
const fieldManager = query(
	'fieldManager',
	'string',
	'Name under which the written fields are owned.',
);
const fieldValidation = query(
	'fieldValidation',
	'string',
	'Ignore, Warn or Strict: what to do about unknown fields.',
);
const force = query('force', 'boolean', 'Take fields over from their owners.');
const listParameters = [
	query('labelSelector', 'string', 'Only objects with these labels.'),
	query('fieldSelector', 'string', 'Only objects with these field values.'),
	query('limit', 'integer', 'Most objects on one page.'),
	query('continue', 'string', 'Token of the page before.'),
	query('resourceVersion', 'string', 'Version to read or watch from.'),
	query('resourceVersionMatch', 'string', 'How resourceVersion is meant.'),
	query('sendInitialEvents', 'boolean', 'Begin a watch with what is there.'),
	query('allowWatchBookmarks', 'boolean', 'Send versions during a quiet watch.'),
	query('timeoutSeconds', 'integer', 'End of a list or watch.'),
	query('watch', 'boolean', 'Follow changes instead of listing.'),
];

const patchTypes = [
	'application/apply-patch+yaml',
	'application/json-patch+json',
	'application/merge-patch+json',
	'application/strategic-merge-patch+json',
];

interface Operation {
	action: string;
	parameters: Dict[];
	answer: string;
	body?: { schema: Dict; types: string[] };
}

function pathParameter(name: string, description: string): Dict {
	return {
		name,
		in: 'path',
		description,
		required: true,
		schema: { type: 'string', uniqueItems: true },
	};
}

/** Paths of one resource; `schema` is the OpenAPI name of its kind. */
export function resourcePaths(resource: Resource, schema: string): Record<string, Dict> {
	const { group, version, kind, namespaced, resource: plural } = resource;
	const gvk = { group, version, kind };
	const ref = { $ref: `#/components/schemas/${schema}` };
	const body = { schema: ref, types: ['*/*'] };
	const operation = ({ action, parameters, answer, body: content }: Operation): Dict => ({
		tags: [`${group === '' ? 'core' : group.split('.')[0]}_${version}`],
		description: `${action} ${kind}`,
		parameters,
		...(content ? { requestBody: requestBody(content.schema, content.types) } : {}),
		responses: { '200': { description: 'OK', content: json(answer) } },
		'x-kubernetes-action': action,
		'x-kubernetes-group-version-kind': gvk,
	});
	const write = [dryRun, fieldManager, fieldValidation];
	const list = operation({ action: 'list', parameters: listParameters, answer: `${schema}List` });
	const collection: Dict = {
		get: list,
		post: operation({ action: 'post', parameters: write, answer: schema, body }),
		delete: operation({
			action: 'deletecollection',
			parameters: [dryRun, ...listParameters],
			answer: schema,
		}),
	};
	const patchBody = { schema: { type: 'object' }, types: patchTypes };
	const object: Dict = {
		get: operation({ action: 'get', parameters: [], answer: schema }),
		put: operation({ action: 'put', parameters: write, answer: schema, body }),
		patch: operation({
			action: 'patch',
			parameters: [...write, force],
			answer: schema,
			body: patchBody,
		}),
		delete: operation({ action: 'delete', parameters: [dryRun], answer: schema }),
	};
	const root = group === '' ? '/api/v1' : `/apis/${apiVersionOf(resource)}`;
	const scope = namespaced ? `${root}/namespaces/{namespace}/${plural}` : `${root}/${plural}`;
	const scopeParameters = namespaced
		? [pathParameter('namespace', 'Namespace of the objects.')]
		: [];
	const name = pathParameter('name', `Name of the ${kind}.`);
	return {
		[scope]: { ...collection, parameters: scopeParameters },
		[`${scope}/{name}`]: { ...object, parameters: [...scopeParameters, name] },
		...(namespaced ? { [`${root}/${plural}`]: { get: list, parameters: [] } } : {}),
	};
}

function json(schema: string): Dict {
	return { 'application/json': { schema: { $ref: `#/components/schemas/${schema}` } } };
}

function requestBody(schema: Dict, types: string[]): Dict {
	return { required: true, content: Object.fromEntries(types.map((type) => [type, { schema }])) };
}
