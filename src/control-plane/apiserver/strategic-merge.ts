import { badRequest, unknown } from '../../client/status.ts';
import { own, setOwn } from '../../util/own.ts';
import { goPrint } from './field-error.ts';
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
		throw unknown(`unknown patch type: ${goPrint(how)} in map: ${goPrint(patch)}`);
	const out = retained(base, patch);
	for (const [key, value] of Object.entries(patch)) {
		if (key === directive || key === retainKeys || key.startsWith(orderPrefix)) continue;
		if (key.startsWith(deletePrefix)) {
			const name = key.slice(deletePrefix.length);
			const drop = asList(value);
			const kept = asList(own(out, name)).filter((item) => !drop.some((d) => equalJson(d, item)));
			setOwn(out, name, kept);
			continue;
		}
		if (value === null) delete out[key];
		else {
			const order = patch[orderPrefix + key];
			setOwn(out, key, mergeField(type?.fields.get(key), own(out, key), value, order));
		}
	}
	reorderUntouched(type, out, patch);
	return out;
}

/** Applies `$retainKeys`: what it does not name goes, and the patch sets nothing else. */
function retained(base: Dict, patch: Dict): Dict {
	const keys = patch[retainKeys];
	if (keys === undefined) return { ...base };
	const sets = Object.keys(patch).filter((key) => patch[key] !== null && !isDirective(key));
	if (!Array.isArray(keys) || !sets.every((key) => keys.includes(key)))
		throw badRequest('invalid patch format of retainKeys');
	return Object.fromEntries(Object.entries(base).filter(([key]) => keys.includes(key)));
}

/** A list whose order is given but whose items are not patched. */
function reorderUntouched(type: TypeDefinition | undefined, out: Dict, patch: Dict): void {
	for (const [key, order] of Object.entries(patch)) {
		if (!key.startsWith(orderPrefix)) continue;
		const name = key.slice(orderPrefix.length);
		const list = own(out, name);
		if (name in patch || !Array.isArray(list)) continue;
		out[name] = inOrder(list, order, list, type?.fields.get(name)?.mergeKey);
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
		const merged = [...new Set([...base, ...patch])];
		return inOrder(woven(merged, patch, base, undefined), order, base, undefined);
	}
	const { mergeKey } = field ?? {};
	const itemType = field?.type.is === 'list' ? structOf(field.type.of) : undefined;
	if (!mergeKey || !itemType) return patch.map(withoutDirectivesDeep);
	if (patch.some((item) => isDict(item) && item[directive] === 'replace'))
		return patch.filter((item) => isDict(item) && item[directive] === undefined);
	checkOrder(patch, order, mergeKey);
	const merged = mergeItems(itemType, mergeKey, base, patch);
	return inOrder(woven(merged, patch, base, mergeKey), order, base, mergeKey);
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
			throw unknown(`map: ${goPrint(item)} does not contain declared merge key: ${mergeKey}`);
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

function idOf(item: unknown, mergeKey: string | undefined): unknown {
	return mergeKey && isDict(item) ? item[mergeKey] : item;
}

/** Where an item stands in a list, by its merge key; -1 where it does not. */
function placeIn(list: unknown[], mergeKey: string | undefined): (item: unknown) => number {
	const places = new Map<unknown, number>();
	for (const [i, item] of list.entries())
		if (!places.has(idOf(item, mergeKey))) places.set(idOf(item, mergeKey), i);
	return (item) => places.get(idOf(item, mergeKey)) ?? -1;
}

function inOrder(
	items: unknown[],
	order: unknown,
	live: unknown[],
	mergeKey: string | undefined,
): unknown[] {
	return Array.isArray(order) ? woven(items, order, live, mergeKey) : items;
}

/**
 * The items that `order` names in that order; each other one goes before the first of them that it stood in front of in the
 * live list, so what is new comes before what the patch does not speak of. After patch.go: normalizeElementOrder
 */
function woven(
	items: unknown[],
	order: unknown[],
	live: unknown[],
	mergeKey: string | undefined,
): unknown[] {
	const rank = placeIn(order, mergeKey);
	const place = placeIn(live, mergeKey);
	const named = items.filter((item) => rank(item) >= 0).sort((a, b) => rank(a) - rank(b));
	const others = items.filter((item) => rank(item) < 0).sort((a, b) => place(a) - place(b));
	const out: unknown[] = [];
	for (const item of named) {
		while (others.length > 0 && place(item) >= 0 && place(others[0]) < place(item))
			out.push(others.shift());
		out.push(item);
	}
	return [...out, ...others];
}

/** What a patch sets must stand in the order that the patch says its list has. */
function checkOrder(patch: unknown[], order: unknown, mergeKey: string): void {
	if (!Array.isArray(order) || order.length === 0) return;
	const place = placeIn(order, mergeKey);
	const places = patch
		.filter((item) => isDict(item) && item[directive] === undefined)
		.map((item) => place(item));
	if (places.every((at, i) => at > (places[i - 1] ?? -1))) return;
	throw unknown(
		`The order in patch list:\n${goPrint(patch)}\n doesn't match ${orderPrefix.slice(0, -1)} list:\n${goPrint(order)}\n`,
	);
}

const isDirective = (key: string) =>
	[directive, retainKeys].includes(key) ||
	[deletePrefix, orderPrefix].some((prefix) => key.startsWith(prefix));

function withoutDirectives(patch: Dict): Dict {
	return withoutDirectivesDeep(patch) as Dict;
}

function withoutDirectivesDeep(value: unknown): unknown {
	if (Array.isArray(value)) return value.map(withoutDirectivesDeep);
	if (!isDict(value)) return value;
	const out: Dict = {};
	for (const [key, item] of Object.entries(value)) {
		if (!isDirective(key) && item !== null) setOwn(out, key, withoutDirectivesDeep(item));
	}
	return out;
}
