import { setOwn } from '../../util/own.ts';
import { FieldSet } from './field-set.ts';
import { asList, isDict, type Dict } from './json-value.ts';
import { structOf, typeNamed, type Field, type TypeRef } from './schema.ts';

// After structured-merge-diff/typed

/** A value with what the schema says of it. */
interface Typed {
	type: TypeRef;
	field: Field | undefined;
	value: unknown;
}

/** How ownership of a value is split: as one, or by its parts. */
type Grain = 'leaf' | 'struct' | 'map' | 'items' | 'set';

export function typedObject(typeName: string, value: unknown): Typed {
	return { type: { is: 'struct', name: typeName }, field: undefined, value };
}

function grainOf({ type, field }: Typed): Grain {
	if (field?.atomic) return 'leaf';
	if (type.is === 'map') return 'map';
	if (type.is === 'struct') return typeNamed(type.name).atomic ? 'leaf' : 'struct';
	if (type.is !== 'list') return 'leaf';
	if (field?.set) return 'set';
	return field?.listKeys && type.of.is === 'struct' ? 'items' : 'leaf';
}

/** Path element of a list item; a missing protocol is TCP, the one default among keys. */
function itemElement(keys: string[], item: Dict): string {
	const id: Dict = {};
	for (const key of [...keys].sort()) {
		const value = item[key] ?? (key === 'protocol' ? 'TCP' : undefined);
		if (value !== undefined) id[key] = value;
	}
	return `k:${JSON.stringify(id)}`;
}

function structParts(typed: Typed & { value: Dict }): Map<string, Typed> {
	const parts = new Map<string, Typed>();
	const { type, value } = typed;
	const fields = structOf(type)?.fields;
	for (const key of Object.keys(value)) {
		const field = fields?.get(key);
		if (field && value[key] !== undefined)
			parts.set(`f:${key}`, { type: field.type, field, value: value[key] });
	}
	return parts;
}

/** The owned parts of a value by path element; `undefined` when it is owned as one. */
function partsOf(typed: Typed): Map<string, Typed> | undefined {
	const grain = grainOf(typed);
	const { type, value } = typed;
	if (grain === 'struct' && isDict(value)) return structParts({ ...typed, value });
	const parts = new Map<string, Typed>();
	if (grain === 'map' && type.is === 'map' && isDict(value)) {
		for (const key of Object.keys(value))
			parts.set(`f:${key}`, { type: type.of, field: undefined, value: value[key] });
		return parts;
	}
	if (type.is !== 'list' || (grain !== 'items' && grain !== 'set')) return undefined;
	const keys = typed.field?.listKeys ?? [];
	for (const item of asList(value)) {
		const element = grain === 'set' ? `v:${JSON.stringify(item)}` : itemElement(keys, item as Dict);
		parts.set(element, { type: type.of, field: undefined, value: item });
	}
	return parts;
}

/** Whether the value can be there and empty, so that its presence is owned as well. */
function isOptionalContainer({ type, field }: Typed): boolean {
	if (type.is === 'map') return true;
	if (type.is === 'list')
		return !field?.always && (field?.listKeys !== undefined || field?.set === true);
	return type.is === 'struct' && field?.pointer === true;
}

/** Every path of a value; `containers` adds those of maps, lists and optional structs themselves. */
export function fieldSetOf(typed: Typed, containers: boolean, element = ''): FieldSet {
	const set = new FieldSet();
	const parts = partsOf(typed);
	const isItem = element.startsWith('k:') || element.startsWith('v:');
	if (!parts || parts.size === 0 || isItem || (containers && isOptionalContainer(typed)))
		set.member = element !== '';
	for (const [key, part] of parts ?? []) set.children.set(key, fieldSetOf(part, containers, key));
	return set;
}

interface Comparison {
	/** Added or modified. */
	changed: FieldSet;
	removed: FieldSet;
}

/** The paths in which two values of one type differ. */
export function compareTyped(old: Typed, now: Typed): Comparison {
	const comparison = { changed: new FieldSet(), removed: new FieldSet() };
	compareParts(old, now, comparison.changed, comparison.removed);
	return comparison;
}

function compareParts(old: Typed, now: Typed, changed: FieldSet, removed: FieldSet): void {
	if (old.value === now.value) return;
	const before = partsOf(old);
	const after = partsOf(now);
	if (!before || !after) {
		if (JSON.stringify(old.value) !== JSON.stringify(now.value)) changed.member = true;
		return;
	}
	for (const [element, part] of after) {
		const was = before.get(element);
		if (was) descend(element, was, part, changed, removed);
		else changed.child(element).add(fieldSetOf(part, true, element));
	}
	for (const [element, part] of before)
		if (!after.has(element)) removed.child(element).add(fieldSetOf(part, true, element));
}

function descend(
	element: string,
	was: Typed,
	part: Typed,
	changed: FieldSet,
	removed: FieldSet,
): void {
	if (was.value === part.value) return;
	const below = { changed: new FieldSet(), removed: new FieldSet() };
	compareParts(was, part, below.changed, below.removed);
	if (!below.changed.empty) changed.children.set(element, below.changed);
	if (!below.removed.empty) removed.children.set(element, below.removed);
}

/**
 * The items of two lists: the wanted ones in their order, the others in front of what they stood in front of.
 * After structured-merge-diff/typed/merge.go: visitListItems
 */
function mergedOrder(live: string[], wanted: string[]): string[] {
	const isWanted = new Set(wanted);
	const isLive = new Set(live);
	const shared = wanted.filter((element) => isLive.has(element));
	const rest = [...live];
	const out: string[] = [];
	for (const element of wanted) {
		while (rest[0] !== undefined && rest[0] !== element && rest[0] !== shared[0]) {
			const passed = rest.shift() as string;
			if (!isWanted.has(passed)) out.push(passed);
		}
		if (rest[0] === element) rest.shift();
		if (shared[0] === element) shared.shift();
		out.push(element);
	}
	return [...out, ...rest.filter((element) => !isWanted.has(element))];
}

/** `config` laid over `live`: what it names wins, what it does not name stays. */
export function mergeTyped(live: Typed, config: Typed): unknown {
	const before = partsOf(live);
	const wanted = partsOf(config);
	if (!before || !wanted) return config.value;
	const merge = (element: string, part: Typed) => {
		const was = before.get(element);
		return was ? mergeTyped(was, part) : part.value;
	};
	if (live.type.is === 'list')
		return mergedOrder([...before.keys()], [...wanted.keys()]).map((element) => {
			const part = wanted.get(element);
			return part ? merge(element, part) : before.get(element)?.value;
		});
	const out: Dict = { ...(live.value as Dict) };
	for (const [element, part] of wanted) setOwn(out, element.slice(2), merge(element, part));
	return out;
}

/** The value without the members of a set, except where another set holds the path or something below it. */
export function withoutPaths(typed: Typed, drop: FieldSet, keep: FieldSet): unknown {
	const parts = partsOf(typed);
	if (!parts) return typed.value;
	const left: [string, unknown][] = [];
	for (const [element, part] of parts) {
		const dropped = drop.children.get(element);
		const kept = keep.children.get(element) ?? new FieldSet();
		if (!dropped) left.push([element, part.value]);
		else if (!dropped.member || !kept.empty)
			left.push([element, withoutPaths(part, dropped, kept)]);
	}
	if (typed.type.is === 'list') return left.map(([, value]) => value);
	return Object.fromEntries(left.map(([element, value]) => [element.slice(2), value]));
}
