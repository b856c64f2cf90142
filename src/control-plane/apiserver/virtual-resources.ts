import type { HttpRequest, HttpResponse } from '../../api/transport.ts';
import { apiVersionOf, type Resource } from '../../client/resources.ts';
import { methodNotSupported } from '../../client/status.ts';
import { asDict } from './json-value.ts';
import { negotiate } from './negotiation.ts';
import { jsonResponse, notAcceptable } from './rendering.ts';
import { parseBody } from './request-body.ts';

function reviewKind(group: string, kind: string, namespaced = false, version = 'v1'): Resource {
	return {
		group,
		version,
		resource: `${kind.toLowerCase()}s`,
		singular: kind.toLowerCase(),
		kind,
		namespaced,
		shortNames: [],
		categories: [],
		subresources: [],
	};
}

const authentication = 'authentication.k8s.io';
const authorization = 'authorization.k8s.io';

/** Who a client is here: there is no authentication, everybody may do everything. */
const user = { username: 'kubernetes-admin', groups: ['system:masters', 'system:authenticated'] };

/** Reviews are answered from the request alone and not stored. */
const reviews: { resource: Resource; status: () => unknown }[] = [
	{ resource: reviewKind(authentication, 'SelfSubjectReview'), status: () => ({ userInfo: user }) },
	{ resource: reviewKind(authorization, 'SelfSubjectAccessReview'), status: allowed },
	{ resource: reviewKind(authorization, 'SubjectAccessReview'), status: allowed },
	{ resource: reviewKind(authorization, 'LocalSubjectAccessReview', true), status: allowed },
	{
		resource: reviewKind(authorization, 'SelfSubjectRulesReview'),
		status: () => ({
			resourceRules: [{ verbs: ['*'], apiGroups: ['*'], resources: ['*'] }],
			nonResourceRules: [{ verbs: ['*'], nonResourceURLs: ['*'] }],
			incomplete: false,
		}),
	},
];

// Unlike Kubernetes: there is no RBAC, so every review says yes.
function allowed(): unknown {
	return { allowed: true };
}

export const virtualResources: Resource[] = reviews.map(({ resource }) => resource);

/** The answer to a POST of a review; `undefined` for other resources. */
export function answerReview(
	request: HttpRequest,
	group: string,
	version: string,
	plural: string,
): HttpResponse | undefined {
	const review = reviews.find(
		({ resource }) =>
			resource.group === group && resource.version === version && resource.resource === plural,
	);
	if (!review) return undefined;
	const method = request.method.toUpperCase();
	if (method !== 'POST') throw methodNotSupported(review.resource, method.toLowerCase());
	const negotiated = negotiate(request.headers ?? {}, false);
	if (!negotiated) throw notAcceptable();
	const body = asDict(parseBody(request));
	const metadata = { creationTimestamp: null };
	if (negotiated.shape === 'partial') {
		const apiVersion = `meta.k8s.io/${negotiated.metaVersion}`;
		return jsonResponse(201, { kind: 'PartialObjectMetadata', apiVersion, metadata });
	}
	return jsonResponse(201, {
		kind: review.resource.kind,
		apiVersion: apiVersionOf(review.resource),
		metadata,
		...(body.spec === undefined ? {} : { spec: body.spec }),
		status: review.status(),
	});
}
