import { apiVersionOf, type Resource } from '../../client/resources.ts';
import type { Registry } from './registry.ts';
import type { Codec, Conversion } from './codec.ts';
import type { TableShape } from './table.ts';

/** One resource in one group version: where it is stored and how it is shown. */
export interface Served {
	resource: Resource;
	registry: Registry;
	/** Shows the stored objects in this version. */
	codec: Codec;
	conversion?: Conversion;
	/** Name of the kind in the schema table. */
	schema: string;
	table: TableShape;
}

/** The head of every object of a resource. */
export function typeMeta(resource: Resource): { kind: string; apiVersion: string } {
	return { kind: resource.kind, apiVersion: apiVersionOf(resource) };
}
