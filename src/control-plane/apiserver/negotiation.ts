import type { Headers } from '../../api/transport.ts';

/** The shapes an object or a list can be asked for in. */
type Shape = 'object' | 'table' | 'partial';

interface MediaType {
	type: string;
	params: Record<string, string>;
}

/** Splits an Accept or Content-Type header; order is preference, weights are not looked at. */
export function parseMediaTypes(header: string | undefined): MediaType[] {
	return (header ?? '')
		.split(',')
		.map((part) => part.trim())
		.filter((part) => part !== '')
		.map((part) => {
			const [type = '', ...rest] = part.split(';').map((text) => text.trim());
			const params = Object.create(null) as Record<string, string>;
			for (const text of rest) {
				const cut = text.indexOf('=');
				if (cut > 0) params[text.slice(0, cut)] = text.slice(cut + 1);
			}
			return { type: type.toLowerCase(), params };
		});
}

const json = new Set(['application/json', 'application/*', '*/*']);
const yaml = 'application/yaml';

/** Whether YAML is what the client would rather read; decided without looking at headers that do not speak of it. */
export function wantsYaml({ accept }: Headers): boolean {
	if (!accept?.includes(yaml)) return false;
	return parseMediaTypes(accept).find(({ type }) => json.has(type) || type === yaml)?.type === yaml;
}

/** How to answer; a shape is taken from the first media type that names one we serve. */
export interface Negotiated {
	shape: Shape;
	/** `meta.k8s.io` version of a Table or PartialObjectMetadata. */
	metaVersion: string;
}

const shapes = new Map<string, Shape>([
	['Table', 'table'],
	['PartialObjectMetadata', 'partial'],
	['PartialObjectMetadataList', 'partial'],
]);

/** `undefined` when nothing the client accepts can be sent; without `tables`, as reviews are, a Table cannot. */
export function negotiate(headers: Headers, tables = true): Negotiated | undefined {
	const accepted = parseMediaTypes(headers.accept);
	if (accepted.length === 0) return { shape: 'object', metaVersion: 'v1' };
	for (const { type, params } of accepted) {
		if (!json.has(type) && type !== yaml) continue;
		if (!params.as) return { shape: 'object', metaVersion: 'v1' };
		const shape = shapes.get(params.as);
		const metaVersion = params.v ?? 'v1';
		if (shape === 'table' && !tables) continue;
		if (shape && params.g === 'meta.k8s.io' && /^v1(beta1)?$/.test(metaVersion))
			return { shape, metaVersion };
	}
	return undefined;
}
