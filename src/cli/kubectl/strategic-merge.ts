import { isJson, own, type Json } from './fields.ts';

/** The lists that are merged by a key instead of replaced, by field name. After the patchMergeKey tags of k8s.io/api. */
const mergeKeys = new Map(
	Object.entries({
		containers: 'name',
		initContainers: 'name',
		ephemeralContainers: 'name',
		volumes: 'name',
		volumeMounts: 'mountPath',
		volumeDevices: 'devicePath',
		env: 'name',
		imagePullSecrets: 'name',
		hostAliases: 'ip',
		topologySpreadConstraints: 'topologyKey',
		schedulingGates: 'name',
		resourceClaims: 'name',
		conditions: 'type',
		addresses: 'type',
		ownerReferences: 'uid',
		secrets: 'name',
		podIPs: 'ip',
		hostIPs: 'ip',
	}),
);

/** Lists of scalars that are merged as sets. */
const setLists = new Set(['finalizers', 'podCIDRs']);

/** `ports` of a container and of a Service have different keys. */
function mergeKeyOf(field: string, items: unknown[]): string | undefined {
	if (field !== 'ports') return mergeKeys.get(field);
	const [first] = items;
	if (!isJson(first)) return undefined;
	return 'containerPort' in first ? 'containerPort' : 'port' in first ? 'port' : undefined;
}

interface DiffOptions {
	/** Strategic directives (`$patch`, `$setElementOrder`, `$deleteFromPrimitiveList`), or plain JSON merge. */
	strategic: boolean;
}

/**
 * The patch that leads from the live object to the wanted one: what was in `original` and is gone from
 * `modified` is deleted, what differs between `current` and `modified` is set, and what others added stays.
 * After apimachinery/pkg/util/strategicpatch: CreateThreeWayMergePatch.
 */
export function threeWayPatch(
	original: Json,
	modified: Json,
	current: Json,
	options: DiffOptions = { strategic: true },
): Json {
	return threeWayMap(original, modified, current, options);
}

function threeWayMap(original: Json, modified: Json, current: Json, options: DiffOptions): Json {
	const patch: [string, unknown][] = [];
	for (const key of Object.keys(modified)) {
		const [before, live] = [own(original, key), own(current, key)];
		patch.push(...Object.entries(fieldPatch(key, before, modified[key], live, options) ?? {}));
	}
	for (const key of Object.keys(original))
		if (!Object.hasOwn(modified, key) && Object.hasOwn(current, key)) patch.push([key, null]);
	return Object.fromEntries(patch);
}

/** The entries that a field adds to its map's patch; undefined when nothing changes. */
function fieldPatch(
	key: string,
	before: unknown,
	wanted: unknown,
	live: unknown,
	options: DiffOptions,
): Json | undefined {
	if (wanted === null) return live === undefined ? undefined : { [key]: null };
	if (isJson(wanted) && isJson(live)) {
		const nested = threeWayMap(isJson(before) ? before : {}, wanted, live, options);
		return Object.keys(nested).length > 0 ? { [key]: nested } : undefined;
	}
	if (Array.isArray(wanted) && Array.isArray(live) && options.strategic) {
		const list: ListDiff = {
			before: Array.isArray(before) ? (before as unknown[]) : [],
			wanted: wanted as unknown[],
			live: live as unknown[],
		};
		if (setLists.has(key)) return setPatch(key, list);
		const mergeKey = mergeKeyOf(key, [...list.wanted, ...list.live]);
		if (mergeKey) return keyedPatch(key, mergeKey, list, options);
	}
	return equal(wanted, live) ? undefined : { [key]: wanted };
}

interface ListDiff {
	before: unknown[];
	wanted: unknown[];
	live: unknown[];
}

function setPatch(key: string, { before, wanted, live }: ListDiff): Json | undefined {
	const added = wanted.filter((item) => !live.includes(item));
	const gone = before.filter((item) => !wanted.includes(item) && live.includes(item));
	if (added.length === 0 && gone.length === 0) return undefined;
	return {
		[`$setElementOrder/${key}`]: wanted,
		...(gone.length > 0 ? { [`$deleteFromPrimitiveList/${key}`]: gone } : {}),
		...(added.length > 0 ? { [key]: added } : {}),
	};
}

function keyedPatch(
	key: string,
	mergeKey: string,
	{ before, wanted, live }: ListDiff,
	options: DiffOptions,
): Json | undefined {
	const find = (items: unknown[], id: unknown) =>
		items.find((item): item is Json => isJson(item) && item[mergeKey] === id);
	const changes: Json[] = [];
	for (const item of wanted.filter(isJson)) {
		const id = item[mergeKey];
		const current = find(live, id);
		if (!current) {
			changes.push(item);
			continue;
		}
		const nested = threeWayMap(find(before, id) ?? {}, item, current, options);
		if (Object.keys(nested).length > 0) changes.push({ ...nested, [mergeKey]: id });
	}
	for (const item of before.filter(isJson)) {
		const id = item[mergeKey];
		if (!find(wanted, id) && find(live, id)) changes.push({ $patch: 'delete', [mergeKey]: id });
	}
	const order = wanted.filter(isJson).map((item) => ({ [mergeKey]: item[mergeKey] }));
	const liveOrder = live.filter(isJson).filter((item) => find(wanted, item[mergeKey]));
	const moved = liveOrder.some((item, i) => item[mergeKey] !== order[i]?.[mergeKey]);
	if (changes.length === 0 && !moved) return undefined;
	return {
		[`$setElementOrder/${key}`]: order,
		...(changes.length > 0 ? { [key]: changes } : {}),
	};
}

/** Whether two JSON values are the same; an absent map entry and an undefined one are. */
export function equal(a: unknown, b: unknown): boolean {
	if (a === b) return true;
	if (Array.isArray(a) && Array.isArray(b))
		return a.length === b.length && a.every((item, i) => equal(item, b[i]));
	if (!isJson(a) || !isJson(b)) return false;
	const keys = new Set([...Object.keys(a), ...Object.keys(b)]);
	return [...keys].every((key) => equal(own(a, key), own(b, key)));
}

/** The strategic patch between two versions of one object, as `set`, `edit` and `taint` send it. */
export function twoWayPatch(before: Json, after: Json, strategic = true): Json {
	return threeWayPatch(before, after, before, { strategic });
}
