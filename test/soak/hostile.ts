import type { Random } from './random.ts';

/** Names that objects of the language have, and others that are easily taken for something else. */
export const hostileKeys = [
	'__proto__',
	'constructor',
	'prototype',
	'toString',
	'hasOwnProperty',
	'valueOf',
	'length',
	'then',
	'toJSON',
	'',
	'.',
	'..',
	'a/b',
	'$patch',
	'$retainKeys',
	'$setElementOrder/containers',
	'$deleteFromPrimitiveList/finalizers',
	'f:metadata',
	'k:{"name":"x"}',
	'\u0000',
	'ключ',
];

const hostileTexts = [
	...hostileKeys,
	' ',
	'null',
	'true',
	'0',
	'-1',
	'1e3000000',
	'9'.repeat(400),
	'NaN',
	'Infinity',
	'🚢'.repeat(20),
	'\ud800',
	'\ufeff\u202e',
	'%zz',
	'../../etc/passwd',
	'a'.repeat(5000),
	'*a',
	'&a',
	'{{.}}',
	'9999-99-99T99:99:99Z',
	'2026-01-01T00:00:00Z',
	'0.0.0.0/99',
	'a=b,c in (d,e),!f',
	'((((((((',
	'25%',
	'500Mi',
];

const hostileNumbers = [
	0,
	-0,
	-1,
	1,
	0.5,
	2 ** 31 - 1,
	2 ** 31,
	-(2 ** 31),
	2 ** 53,
	1e21,
	1e300,
	-1e300,
	5e-324,
];

/** A list in a list in a list …, or an object. */
export function nested(depth: number, isList: boolean): unknown {
	let value: unknown = 1;
	for (let level = 0; level < depth; level++) value = isList ? [value] : { a: value };
	return value;
}

export function hostileText(random: Random): string {
	return random.pick(hostileTexts);
}

/** A value of a type nobody asked for. */
export function hostileValue(random: Random): unknown {
	return random.weighted<unknown>(
		[3, () => hostileText(random)],
		[2, () => random.pick(hostileNumbers)],
		[2, () => null],
		[1, () => random.chance(0.5)],
		[1, () => []],
		[1, () => ({})],
		[1, () => [null]],
		[1, () => ownKey({}, random.pick(hostileKeys), hostileText(random))],
		[1, () => Array.from({ length: random.int(200) }, () => hostileText(random))],
		[0.3, () => nested(random.pick([50, 1_000, 20_000]), random.chance(0.5))],
	);
}

/** Bytes and boxed texts have places that cannot be set anew. */
function isFixed(object: object): boolean {
	return ArrayBuffer.isView(object) || object instanceof String;
}

/** Sets a key as JSON.parse does: `__proto__` is a key like any other. */
export function ownKey<T extends object>(object: T, key: string, value: unknown): T {
	if ((Array.isArray(object) && key === 'length') || isFixed(object)) return object;
	return Object.defineProperty(object, key, {
		value,
		configurable: true,
		enumerable: true,
		writable: true,
	});
}

type Place = { holder: object; key: string };

function places(value: unknown, found: Place[] = []): Place[] {
	if (typeof value !== 'object' || value === null || found.length > 2000) return found;
	for (const key of Object.keys(value)) {
		found.push({ holder: value, key });
		places((value as Record<string, unknown>)[key], found);
	}
	return found;
}

/** Changes one place of a JSON tree: its value, its key, or that it is there. */
export function mutate(random: Random, root: object): void {
	const all = places(root);
	if (all.length === 0) return;
	const { holder, key } = random.pick(all);
	const old = (holder as Record<string, unknown>)[key];
	random.weighted<unknown>(
		[4, () => ownKey(holder, key, hostileValue(random))],
		[1, () => Reflect.deleteProperty(holder, key)],
		[1, () => ownKey(holder, key, [old])],
		[1, () => ownKey(holder, key, { [key]: old })],
		[2, () => ownKey(holder, random.pick(hostileKeys), hostileValue(random))],
		[1, () => ownKey(holder, random.pick(all).key, old)],
		[1, () => Array.isArray(old) && old.push(...(old as unknown[]).slice(0, 3))],
	);
}

/** JSON text as a client may write it; what no JSON.stringify can walk is spelled out. */
export function jsonOf(value: unknown): string {
	try {
		return JSON.stringify(value);
	} catch {
		const depth = 20_000;
		return `${'['.repeat(depth)}1${']'.repeat(depth)}`;
	}
}

/** Damages a text: cut, doubled, a byte changed, brackets without end. */
export function damage(random: Random, text: string): string {
	const at = random.int(text.length + 1);
	return random.weighted(
		[2, () => text.slice(0, at)],
		[1, () => text + text],
		[2, () => text.slice(0, at) + hostileText(random) + text.slice(at)],
		[
			1,
			() =>
				random.pick(['[', '{"a":', '- ', '[[],', '? ']).repeat(random.pick([10, 5_000, 50_000])),
		],
		[
			1,
			() =>
				random.pick(['null', '[]', '"text"', '5', 'true', '', '{}', '---\n---\n', '!!binary x']),
		],
		[1, () => manyKeys(random.pick([100, 20_000]))],
		[1, () => laughs()],
	);
}

function manyKeys(count: number): string {
	return Array.from({ length: count }, (_, i) => `key${i}: ${i}\n`).join('');
}

/** YAML whose aliases would unfold to a billion strings. */
function laughs(): string {
	const lines = ['a0: &a0 [lol, lol, lol, lol, lol, lol, lol, lol, lol]'];
	for (let i = 1; i < 10; i++)
		lines.push(`a${i}: &a${i} [${Array.from({ length: 9 }, () => `*a${i - 1}`).join(', ')}]`);
	return lines.join('\n');
}
