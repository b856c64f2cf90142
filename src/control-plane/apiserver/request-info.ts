import type { HttpRequest } from '../../api/transport.ts';
import { decodePath, parseQuery } from '../../client/query.ts';

/** What a request asks for, read from its path and method. After apiserver/pkg/endpoints/request: RequestInfoFactory */
export interface RequestInfo {
	method: string;
	/** Decoded path without the query. */
	path: string;
	query: URLSearchParams;
	/** Set for paths below /api/V and /apis/G/V. */
	resource?: {
		group: string;
		version: string;
		resource: string;
		namespace: string;
		name: string;
		subresource: string;
		/** What follows the subresource (proxy). */
		rest: string;
	};
}

const namespaceSubresources = new Set(['status', 'finalize']);

function resourceOf(parts: string[], group: string, version: string): RequestInfo['resource'] {
	let namespace = '';
	let rest = parts;
	if (parts[0] === 'namespaces' && parts.length > 1) {
		namespace = parts[1] ?? '';
		const isObject = parts.length === 2 || namespaceSubresources.has(parts[2] ?? '');
		if (!isObject) rest = parts.slice(2);
		else namespace = '';
	}
	const [resource = '', name = '', subresource = '', ...tail] = rest;
	return { group, version, resource, namespace, name, subresource, rest: tail.join('/') };
}

export function parseRequest(request: HttpRequest): RequestInfo {
	const cut = request.path.indexOf('?');
	const rawPath = cut < 0 ? request.path : request.path.slice(0, cut);
	const query = parseQuery(cut < 0 ? '' : request.path.slice(cut + 1));
	const parts = decodePath(rawPath)
		.split('/')
		.filter((part) => part !== '');
	const info: RequestInfo = {
		method: request.method.toUpperCase(),
		path: `/${parts.join('/')}`,
		query,
	};
	if (parts[0] === 'api' && parts.length > 2) {
		const resource = resourceOf(parts.slice(2), '', parts[1] ?? '');
		return resource ? { ...info, resource } : info;
	}
	if (parts[0] === 'apis' && parts.length > 3) {
		const resource = resourceOf(parts.slice(3), parts[1] ?? '', parts[2] ?? '');
		return resource ? { ...info, resource } : info;
	}
	return info;
}
