import { badRequest } from '../../client/status.ts';
import { asList, equalJson, isDict, type Dict } from './json-value.ts';
import { structOf, typeNamed, type Field, type TypeDefinition, type TypeRef } from './schema.ts';

// After apimachinery/pkg/util/strategicpatch/patch.go

const directive = '$patch';
const retainKeys = '$retainKeys';
const deletePrefix = '$deleteFromPrimitiveList/';
const orderPrefix = '$setElementOrder/';

/** Merges a patch by the merge keys of the schema table; the base is not changed. */
export function strategicMerge(typeName: string, base: Dict, patch: Dict): Dict {
	return mergeStruct(typeNamed(typeName), base, patch);
}

function mergeStruct(type: TypeDefinition | undefined, base: Dict, patch: Dict): Dict {
	const how = patch[directive];
	if (how === 'replace') return withoutDirectives(patch);
	if (how === 'delete') return {};
	if (how !== undefined && how !== 'merge')
		throw badRequest(`unrecognized delete/replace directive: ${JSON.stringify(how)}`);
	const out = retained(base, patch);
	for (const [key, value] of Object.entries(patch)) {
		if (key === directive || key === retainKeys || key.startsWith(orderPrefix)) continue;
		if (key.startsWith(deletePrefix)) {
			const name = key.slice(deletePrefix.length);
			const drop = asList(value);
			out[name] = asList(out[name]).filter((item) => !drop.some((d) => equalJson(d, item)));
			continue;
		}
		if (value === null) delete out[key];
		else out[key] = mergeField(type?.fields.get(key), out[key], value, patch[orderPrefix + key]);
	}
	reorderUntouched(type, out, patch);
	return out;
}

/** Applies `$retainKeys`: what the patch does not name goes. */
function retained(base: Dict, patch: Dict): Dict {
	const keys = patch[retainKeys];
	if (!Array.isArray(keys)) return { ...base };
	return Object.fromEntries(Object.entries(base).filter(([key]) => keys.includes(key)));
}

/** A list whose order is given but whose items are not patched. */
function reorderUntouched(type: TypeDefinition | undefined, out: Dict, patch: Dict): void {
	for (const [key, order] of Object.entries(patch)) {
		if (!key.startsWith(orderPrefix)) continue;
		const name = key.slice(orderPrefix.length);
		if (name in patch || !Array.isArray(out[name])) continue;
		out[name] = ordered(out[name], order, type?.fields.get(name)?.mergeKey);
	}
}

function mergeField(
	field: Field | undefined,
	base: unknown,
	patch: unknown,
	order: unknown,
): unknown {
	if (Array.isArray(patch)) return mergeList(field, asList(base), patch, order);
	if (!isDict(patch)) return patch;
	const struct = field ? valueStruct(field.type) : undefined;
	return mergeStruct(struct, isDict(base) ? base : {}, patch);
}

/** The struct below a field; maps merge key by key without one. */
function valueStruct(type: TypeRef): TypeDefinition | undefined {
	return type.is === 'struct' ? structOf(type) : undefined;
}

function mergeList(
	field: Field | undefined,
	base: unknown[],
	patch: unknown[],
	order: unknown,
): unknown[] {
	if (field?.set) {
		const merged = [...base, ...patch.filter((item) => !base.includes(item))];
		return ordered(merged, order, undefined);
	}
	const { mergeKey } = field ?? {};
	const itemType = field?.type.is === 'list' ? structOf(field.type.of) : undefined;
	if (!mergeKey || !itemType) return patch.map(withoutDirectivesDeep);
	if (patch.some((item) => isDict(item) && item[directive] === 'replace'))
		return patch.filter((item) => isDict(item) && item[directive] === undefined);
	const merged = mergeItems(itemType, mergeKey, base, patch);
	return ordered(merged, order, mergeKey);
}

function mergeItems(
	type: TypeDefinition,
	mergeKey: string,
	base: unknown[],
	patch: unknown[],
): unknown[] {
	let out = [...base];
	for (const item of patch) {
		if (!isDict(item)) throw badRequest('expected a list of objects in the patch');
		const key = item[mergeKey];
		if (key === undefined)
			throw badRequest(
				`map: ${JSON.stringify(item)} does not contain declared merge key: ${mergeKey}`,
			);
		const same = (other: unknown) => isDict(other) && equalJson(other[mergeKey], key);
		if (item[directive] === 'delete') {
			out = out.filter((other) => !same(other));
			continue;
		}
		const i = out.findIndex(same);
		if (i < 0) out.push(mergeStruct(type, {}, item));
		else out[i] = mergeStruct(type, out[i] as Dict, item);
	}
	return out;
}

/** Puts items into the order the client has them in; others keep their place relative to what stands before them. */
function ordered(items: unknown[], order: unknown, mergeKey: string | undefined): unknown[] {
	if (!Array.isArray(order)) return items;
	const idOf = (item: unknown) => (mergeKey && isDict(item) ? item[mergeKey] : item);
	const wanted = order.map(idOf);
	const rank = (item: unknown) => wanted.findIndex((id) => equalJson(id, idOf(item)));
	const named = items.filter((item) => rank(item) >= 0).sort((a, b) => rank(a) - rank(b));
	const out: unknown[] = [];
	for (const item of items) {
		if (rank(item) < 0) out.push(item);
		else out.push(named.shift());
	}
	return out;
}

function withoutDirectives(patch: Dict): Dict {
	return withoutDirectivesDeep(patch) as Dict;
}

function withoutDirectivesDeep(value: unknown): unknown {
	if (Array.isArray(value)) return value.map(withoutDirectivesDeep);
	if (!isDict(value)) return value;
	const out: Dict = {};
	for (const [key, item] of Object.entries(value)) {
		const special =
			key === directive ||
			key === retainKeys ||
			key.startsWith(deletePrefix) ||
			key.startsWith(orderPrefix);
		if (!special && item !== null) out[key] = withoutDirectivesDeep(item);
	}
	return out;
}
