import type { Probe, Runs } from './lesson.ts';
import { kernelKeys, kernelParsers, parseProc } from './parse-kernel-probe.ts';
import {
	flag,
	given,
	node,
	numeral,
	optional,
	parseAmount,
	parseWhere,
	pattern,
	text,
	texts,
	watchedKind,
	type Scope,
} from './parse-parts.ts';
import type { YamlReader } from './yaml-reader.ts';

type Parser = (value: YamlReader, scope: Scope) => Probe;

/** What may stand in each probe that is a mapping; the JSON schema has the same. */
export const probeKeys: Readonly<Record<string, readonly string[]>> = {
	...kernelKeys,
	object: ['kind', 'name', 'ns', 'where', 'absent'],
	objects: ['kind', 'ns', 'labels', 'where', 'count', 'nodes', 'fresh', 'owner'],
	event: ['reason', 'kind', 'name', 'message'],
	http: ['from', 'url', 'service', 'path', 'status', 'body', 'tries', 'distinct', 'failed'],
	requests: ['service', 'count', 'failed', 'hosts', 'versions'],
	invariant: ['service', 'ready'],
	command: ['on', 'matches', 'last', 'exit'],
	answer: ['field', 'value', 'matches', 'fact', 'sh', 'pid'],
};

const keysOf = (value: YamlReader, probe: string) => value.keys(probeKeys[probe]);

/** Requests are real, and sent again and again. */
function parseTries(value: YamlReader): number {
	const tries = value.number();
	if (!Number.isInteger(tries) || tries < 1 || tries > 50) value.fail('tries are 1 to 50');
	return tries;
}

function parseAnswer(value: YamlReader, scope: Scope): Probe {
	keysOf(value, 'answer');
	const fact = optional(value, 'fact', (v) => {
		if (scope.runs !== 'kubernetes') v.fail('"fact" needs a cluster that runs kubernetes');
		v.keys(['kind', 'ns', 'name', 'path']);
		return {
			kind: watchedKind(v.need('kind')),
			ns: optional(v, 'ns', text) ?? 'default',
			name: v.need('name').string(),
			path: v.need('path').string(),
		};
	});
	const sh = optional(value, 'sh', (v) => {
		v.keys(['on', 'run']);
		return { on: node(v.need('on'), scope), run: v.need('run').string() };
	});
	const wanted = ['value', 'matches', 'fact', 'sh', 'pid'];
	if (wanted.filter((key) => value.has(key)).length !== 1)
		value.fail(`give one of ${wanted.map((key) => `"${key}"`).join(', ')}`);
	return given({
		probe: 'answer' as const,
		field: value.need('field').slug(),
		value: optional(value, 'value', text),
		matches: optional(value, 'matches', pattern),
		fact,
		sh,
		pid: optional(value, 'pid', (v) => parseProc(v, scope)),
	});
}

const parsers: Record<string, Parser> = {
	...kernelParsers,
	object: (value) => {
		keysOf(value, 'object');
		return {
			probe: 'object',
			kind: watchedKind(value.need('kind')),
			name: value.need('name').string(),
			ns: optional(value, 'ns', text) ?? 'default',
			where: parseWhere(value.get('where')),
			absent: flag(value, 'absent'),
		};
	},
	objects: (value) => {
		keysOf(value, 'objects');
		return given({
			probe: 'objects' as const,
			kind: watchedKind(value.need('kind')),
			ns: optional(value, 'ns', text) ?? 'default',
			labels: optional(value, 'labels', text) ?? '',
			where: parseWhere(value.get('where')),
			count: parseAmount(value.need('count')),
			nodes: optional(value, 'nodes', parseAmount),
			fresh: flag(value, 'fresh'),
			owner: optional(value, 'owner', text),
		});
	},
	event: (value) => {
		keysOf(value, 'event');
		return given({
			probe: 'event' as const,
			reason: value.need('reason').string(),
			kind: optional(value, 'kind', text),
			name: optional(value, 'name', text),
			message: optional(value, 'message', pattern),
		});
	},
	http: (value, scope) => {
		keysOf(value, 'http');
		if (value.has('url') === value.has('service')) value.fail('give either "url" or "service"');
		return given({
			probe: 'http' as const,
			from: node(value.need('from'), scope),
			url: optional(value, 'url', text),
			service: optional(value, 'service', text),
			path: optional(value, 'path', text) ?? '/',
			status: optional(value, 'status', numeral),
			body: optional(value, 'body', pattern),
			tries: optional(value, 'tries', parseTries) ?? 1,
			distinct: optional(value, 'distinct', parseAmount),
			failed: optional(value, 'failed', parseAmount),
		});
	},
	requests: (value) => {
		keysOf(value, 'requests');
		return given({
			probe: 'requests' as const,
			service: optional(value, 'service', text),
			count: optional(value, 'count', parseAmount),
			failed: optional(value, 'failed', parseAmount),
			hosts: optional(value, 'hosts', parseAmount),
			versions: texts(value.get('versions')),
		});
	},
	invariant: (value) => {
		keysOf(value, 'invariant');
		return {
			probe: 'invariant',
			service: value.need('service').string(),
			ready: parseAmount(value.need('ready')),
		};
	},
	command: (value, scope) => {
		keysOf(value, 'command');
		return given({
			probe: 'command' as const,
			on: optional(value, 'on', (v) => node(v, scope)),
			matches: value.need('matches').pattern(),
			last: optional(value, 'last', pattern),
			exit: optional(value, 'exit', parseAmount),
		});
	},
	answer: parseAnswer,
	quiz: (value) => ({ probe: 'quiz', id: value.slug() }),
	all: (value, scope) => ({ probe: 'all', of: parseGroup(value, scope) }),
	any: (value, scope) => ({ probe: 'any', of: parseGroup(value, scope) }),
	not: (value, scope) => ({ probe: 'not', of: parseProbe(value, scope) }),
};

function parseGroup(value: YamlReader, scope: Scope): Probe[] {
	const probes = value.items().map((item) => parseProbe(item, scope));
	return probes.length > 0 ? probes : value.fail('a group holds a probe or more');
}

export const probeNames: readonly string[] = Object.keys(parsers);

/** What has to run on the machines for a probe to have something to look at. */
const needsRunning: Partial<Record<string, readonly Runs[]>> = {
	object: ['kubernetes'],
	objects: ['kubernetes'],
	event: ['kubernetes'],
	requests: ['kubernetes'],
	invariant: ['kubernetes'],
	image: ['docker', 'kubernetes'],
	container: ['docker', 'kubernetes'],
	volume: ['docker', 'kubernetes'],
};

function checkRunning(value: YamlReader, name: string, { runs }: Scope): void {
	const wanted = needsRunning[name];
	if (wanted && !wanted.includes(runs))
		value.fail(`"${name}" needs a cluster that runs ${wanted[0] ?? ''}, not ${runs}`);
	const asksApi = name === 'http' ? value.get(name).has('service') : false;
	if (asksApi && runs !== 'kubernetes')
		value.fail('"service" needs a cluster that runs kubernetes');
}

/** A mapping with exactly one of the probe names as its key; other keys belong to the check around it. */
export function parseProbe(value: YamlReader, scope: Scope): Probe {
	const named = value.keys().filter((key) => probeNames.includes(key));
	const [name] = named;
	if (name === undefined) return value.fail(`no probe; one of ${probeNames.join(', ')}`);
	if (named.length > 1) value.fail(`more than one probe: ${named.join(', ')}`);
	checkRunning(value, name, scope);
	const parse = parsers[name];
	return parse ? parse(value.get(name), scope) : value.fail(`unknown probe ${name}`);
}
