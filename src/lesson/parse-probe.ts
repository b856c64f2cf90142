import type { Amount, Probe, WhereClause } from './lesson.ts';
import type { YamlReader } from './yaml-reader.ts';

const operators = ['eq', 'ne', 'gte', 'lte', 'contains', 'matches', 'exists', 'absent'] as const;

/** The kinds a probe can look at; the page watches the same ones. */
const watchedKinds = [
	'Pod',
	'Deployment',
	'ReplicaSet',
	'Service',
	'EndpointSlice',
	'Node',
	'Event',
	'Namespace',
	'ConfigMap',
] as const;
export type WatchedKind = (typeof watchedKinds)[number];

type Parser = (value: YamlReader) => Probe;

/** Leaves keys out whose value is undefined, as `exactOptionalPropertyTypes` wants it. */
function given<T extends object>(fields: T): { [K in keyof T]: Exclude<T[K], undefined> } {
	const entries = Object.entries(fields).filter(([, value]) => value !== undefined);
	return Object.fromEntries(entries) as { [K in keyof T]: Exclude<T[K], undefined> };
}

function optional<T>(value: YamlReader, key: string, read: (value: YamlReader) => T) {
	return value.has(key) ? read(value.get(key)) : undefined;
}

const text = (value: YamlReader) => value.string();
const pattern = (value: YamlReader) => value.pattern();

/** `3` is short for `{ eq: 3 }`. */
function parseAmount(value: YamlReader): Amount {
	if (value.isScalar) return { eq: value.number() };
	const keys = value.keys(['eq', 'gte', 'lte']);
	if (keys.length === 0) value.fail('expected eq, gte or lte');
	return Object.fromEntries(keys.map((key) => [key, value.get(key).number()]));
}

/** `path: value` is short for eq; `path: { gte: 3 }`, `path: { exists: true }` for the rest. */
function parseWhere(value: YamlReader): WhereClause[] {
	if (value.missing) return [];
	return value.keys().flatMap((path): WhereClause[] => {
		const wanted = value.get(path);
		if (wanted.isScalar) return [{ path, op: 'eq', value: wanted.scalar() }];
		return wanted.keys(operators).map((op) => {
			if (op === 'matches') wanted.get(op).pattern();
			return { path, op: op as WhereClause['op'], value: wanted.get(op).scalar() };
		});
	});
}

const parsers: Record<string, Parser> = {
	object: (value) => {
		value.keys(['kind', 'name', 'ns', 'where', 'absent']);
		return {
			probe: 'object',
			kind: value.need('kind').oneOf(watchedKinds),
			name: value.need('name').string(),
			ns: optional(value, 'ns', text) ?? 'default',
			where: parseWhere(value.get('where')),
			absent: optional(value, 'absent', (v) => v.boolean()) ?? false,
		};
	},
	objects: (value) => {
		value.keys(['kind', 'ns', 'labels', 'where', 'count', 'nodes']);
		return given({
			probe: 'objects' as const,
			kind: value.need('kind').oneOf(watchedKinds),
			ns: optional(value, 'ns', text) ?? 'default',
			labels: optional(value, 'labels', text) ?? '',
			where: parseWhere(value.get('where')),
			count: parseAmount(value.need('count')),
			nodes: optional(value, 'nodes', parseAmount),
		});
	},
	event: (value) => {
		value.keys(['reason', 'kind', 'name', 'message']);
		return given({
			probe: 'event' as const,
			reason: value.need('reason').string(),
			kind: optional(value, 'kind', text),
			name: optional(value, 'name', text),
			message: optional(value, 'message', pattern),
		});
	},
	http: (value) => {
		value.keys(['from', 'url', 'service', 'path', 'status', 'body', 'tries', 'distinct', 'failed']);
		if (value.has('url') === value.has('service')) value.fail('give either "url" or "service"');
		return given({
			probe: 'http' as const,
			from: value.need('from').string(),
			url: optional(value, 'url', text),
			service: optional(value, 'service', text),
			path: optional(value, 'path', text) ?? '/',
			status: optional(value, 'status', (v) => v.number()),
			body: optional(value, 'body', pattern),
			tries: optional(value, 'tries', (v) => v.number()) ?? 1,
			distinct: optional(value, 'distinct', parseAmount),
			failed: optional(value, 'failed', parseAmount),
		});
	},
	requests: (value) => {
		value.keys(['service', 'count', 'failed', 'hosts', 'versions']);
		return given({
			probe: 'requests' as const,
			service: optional(value, 'service', text),
			count: optional(value, 'count', parseAmount),
			failed: optional(value, 'failed', parseAmount),
			hosts: optional(value, 'hosts', parseAmount),
			versions: value.get('versions').items().map(text),
		});
	},
	invariant: (value) => {
		value.keys(['service', 'ready']);
		return {
			probe: 'invariant',
			service: value.need('service').string(),
			ready: parseAmount(value.need('ready')),
		};
	},
	proc: (value) => {
		value.keys(['on', 'comm', 'args', 'cgroup', 'state', 'nspid', 'ns', 'count']);
		const spaces = value.get('ns');
		const names = spaces.missing
			? []
			: spaces.keys(['pid', 'mnt', 'net', 'uts', 'ipc', 'user', 'cgroup', 'time']);
		return given({
			probe: 'proc' as const,
			on: value.need('on').string(),
			comm: optional(value, 'comm', text),
			args: optional(value, 'args', pattern),
			cgroup: optional(value, 'cgroup', pattern),
			state: optional(value, 'state', text),
			nspid: optional(value, 'nspid', (v) => v.number()),
			namespaces: Object.fromEntries(
				names.map((name) => [name, spaces.get(name).oneOf(['host', 'not-host'])]),
			),
			count: optional(value, 'count', parseAmount) ?? { gte: 1 },
		});
	},
	file: (value) => {
		value.keys(['on', 'path', 'absent', 'contains', 'matches']);
		return given({
			probe: 'file' as const,
			on: value.need('on').string(),
			path: value.need('path').string(),
			absent: optional(value, 'absent', (v) => v.boolean()) ?? false,
			contains: optional(value, 'contains', text),
			matches: optional(value, 'matches', pattern),
		});
	},
	sh: (value) => {
		value.keys(['on', 'run', 'matches']);
		return given({
			probe: 'sh' as const,
			on: value.need('on').string(),
			run: value.need('run').string(),
			matches: optional(value, 'matches', pattern),
		});
	},
	command: (value) => {
		value.keys(['on', 'matches']);
		return given({
			probe: 'command' as const,
			on: optional(value, 'on', text),
			matches: value.need('matches').pattern(),
		});
	},
	answer: (value) => {
		value.keys(['field', 'value', 'matches', 'fact']);
		const fact = optional(value, 'fact', (v) => {
			v.keys(['kind', 'ns', 'name', 'path']);
			return {
				kind: v.need('kind').oneOf(watchedKinds),
				ns: optional(v, 'ns', text) ?? 'default',
				name: v.need('name').string(),
				path: v.need('path').string(),
			};
		});
		const wanted = ['value', 'matches', 'fact'].filter((key) => value.has(key));
		if (wanted.length !== 1) value.fail('give one of "value", "matches", "fact"');
		return given({
			probe: 'answer' as const,
			field: value.need('field').slug(),
			value: optional(value, 'value', text),
			matches: optional(value, 'matches', pattern),
			fact,
		});
	},
	quiz: (value) => ({ probe: 'quiz', id: value.slug() }),
	all: (value) => ({ probe: 'all', of: value.items().map(parseProbe) }),
	any: (value) => ({ probe: 'any', of: value.items().map(parseProbe) }),
	not: (value) => ({ probe: 'not', of: parseProbe(value) }),
};

export const probeNames: readonly string[] = Object.keys(parsers);

/** A mapping with exactly one of the probe names as its key; other keys belong to the check around it. */
export function parseProbe(value: YamlReader): Probe {
	const named = value.keys().filter((key) => probeNames.includes(key));
	const [name] = named;
	if (name === undefined) return value.fail(`no probe; one of ${probeNames.join(', ')}`);
	if (named.length > 1) value.fail(`more than one probe: ${named.join(', ')}`);
	const parse = parsers[name];
	return parse ? parse(value.get(name)) : value.fail(`unknown probe ${name}`);
}
