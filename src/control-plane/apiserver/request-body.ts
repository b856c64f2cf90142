import type { HttpRequest } from '../../api/transport.ts';
import { badRequest, unsupportedMediaType } from '../../client/status.ts';
import { isDeeperThan, mostDepth } from '../../util/depth.ts';
import { parseYaml } from '../../util/yaml.ts';
import { parseMediaTypes } from './negotiation.ts';

const accepted = ['application/json', 'application/yaml'];

/** The media type of the body without parameters; JSON when none is named. */
export function contentType(request: HttpRequest): string {
	return parseMediaTypes(request.headers?.['content-type'])[0]?.type ?? 'application/json';
}

export function bodyText(request: HttpRequest): string {
	const { body } = request;
	if (body === undefined) return '';
	return typeof body === 'string' ? body : new TextDecoder().decode(body);
}

/** Unlike Kubernetes: a thousand levels are the most, Go's decoder stops at ten thousand. */
function bounded(value: unknown): unknown {
	if (isDeeperThan(value, mostDepth)) throw new Error('exceeded max depth');
	return value;
}

function parseJson(text: string): unknown {
	try {
		return bounded(JSON.parse(text) as unknown);
	} catch (error) {
		const detail = error instanceof Error ? error.message : String(error);
		throw badRequest(`couldn't get version/kind; json parse error: ${detail}`);
	}
}

/** Reads YAML; a key set twice is an error. */
export function parseYamlText(text: string): unknown {
	try {
		return bounded(parseYaml(text));
	} catch (error) {
		const detail = error instanceof Error ? error.message : String(error);
		throw badRequest(`error converting YAML to JSON: yaml: ${detail}`);
	}
}

/** The body of a create or an update. */
export function parseBody(request: HttpRequest): unknown {
	const type = contentType(request);
	if (!accepted.includes(type) && type !== 'text/plain') throw unsupportedMediaType(accepted);
	const text = bodyText(request);
	if (text.trim() === '') throw badRequest('EOF');
	return type === 'application/yaml' ? parseYamlText(text) : parseJson(text);
}

/** A patch document in JSON. */
export function parsePatch(text: string): unknown {
	return parseJson(text);
}
