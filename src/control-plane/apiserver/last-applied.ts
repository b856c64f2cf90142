import type { KubeObject } from '../../api/kubernetes.ts';
import { decode, DecodeError } from './decode.ts';
import { FieldSet } from './field-set.ts';
import { asDict, isDict, omit, type Dict } from './json-value.ts';
import { compareTyped, fieldSetOf, typedObject } from './typed-value.ts';
import { validateAnnotations } from './validate-meta.ts';

// After apimachinery/pkg/util/managedfields/internal: lastappliedmanager.go, lastappliedupdater.go

const key = 'kubectl.kubernetes.io/last-applied-configuration';

/** The one manager whose server-side applies go on from its client-side ones. */
export const applyManager = 'kubectl';

/** What a client-side apply set and nobody has changed since. */
export function lastAppliedFields(schema: string, live: KubeObject): FieldSet {
	const config = lastApplied(schema, live);
	if (!config) return new FieldSet();
	const typed = typedObject(schema, config);
	const set = fieldSetOf(typed, false);
	const { changed, removed } = compareTyped(typed, typedObject(schema, live));
	set.remove(changed);
	set.remove(removed);
	return set;
}

function lastApplied(schema: string, live: KubeObject): Dict | undefined {
	const text = live.metadata.annotations?.[key];
	if (!text) return undefined;
	try {
		const value: unknown = JSON.parse(text);
		if (!isDict(value) || value.apiVersion !== live.apiVersion) return undefined;
		return decode(schema, value).value;
	} catch (error) {
		if (error instanceof DecodeError || error instanceof SyntaxError) return undefined;
		throw error;
	}
}

/** Keeps the annotation of a client-side apply in step with what is applied now. */
export function updateLastApplied(object: KubeObject, config: Dict): void {
	const { annotations } = object.metadata;
	if (!annotations?.[key]) return;
	const metadata: Dict = omit(asDict(config.metadata), 'managedFields');
	if (isDict(metadata.annotations)) metadata.annotations = omit(metadata.annotations, key);
	const updated = { ...annotations, [key]: `${JSON.stringify(sorted({ ...config, metadata }))}\n` };
	const fits = validateAnnotations(updated, 'metadata.annotations').length === 0;
	object.metadata.annotations = fits ? updated : omit(annotations, key);
}

function sorted(value: unknown): unknown {
	if (Array.isArray(value)) return value.map(sorted);
	if (!isDict(value)) return value;
	const keys = Object.keys(value).sort();
	return Object.fromEntries(keys.map((name) => [name, sorted(value[name])]));
}
