import type { NamespaceKind } from '../api/agent.ts';
import type {
	CgroupProbe,
	EngineProbe,
	FileProbe,
	LinkProbe,
	MountProbe,
	PortProbe,
	ProcProbe,
	RouteProbe,
	RuleProbe,
	ShProbe,
} from './lesson.ts';
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
	type Scope,
} from './parse-parts.ts';
import type { YamlReader } from './yaml-reader.ts';

const namespaceKinds: readonly NamespaceKind[] = [
	'pid',
	'mnt',
	'net',
	'uts',
	'ipc',
	'user',
	'cgroup',
	'time',
];
const some = { gte: 1 };

/** What may stand in the probes that look into a machine. */
export const kernelKeys = {
	proc: ['on', 'comm', 'args', 'cgroup', 'state', 'nspid', 'uid', 'ns', 'shares', 'count'],
	file: ['on', 'path', 'absent', 'contains', 'matches'],
	mount: ['on', 'in', 'fstype', 'target', 'source', 'lower', 'upper', 'options', 'count'],
	cgroup: ['on', 'path', 'file', 'key', 'value', 'matches', 'procs', 'absent'],
	link: ['on', 'in', 'name', 'kind', 'master', 'peer', 'up', 'addr', 'count'],
	route: ['on', 'in', 'dst', 'via', 'dev', 'absent'],
	rule: ['on', 'table', 'chain', 'matches', 'count', 'packets'],
	port: ['on', 'in', 'port', 'absent'],
	image: ['on', 'name', 'where', 'count'],
	container: ['on', 'name', 'where', 'count'],
	volume: ['on', 'name', 'where', 'count'],
	sh: ['on', 'run', 'matches'],
} as const;

function parseNamespaces(value: YamlReader): ProcProbe['namespaces'] {
	if (value.missing) return {};
	return Object.fromEntries(
		value
			.keys(namespaceKinds)
			.map((kind) => [kind, value.get(kind).oneOf(['host', 'not-host'] as const)]),
	);
}

export function parseProc(value: YamlReader, scope: Scope): ProcProbe {
	value.keys(kernelKeys.proc);
	return given({
		probe: 'proc' as const,
		on: node(value.need('on'), scope),
		comm: optional(value, 'comm', text),
		args: optional(value, 'args', pattern),
		cgroup: optional(value, 'cgroup', pattern),
		state: optional(value, 'state', text),
		nspid: optional(value, 'nspid', numeral),
		uid: optional(value, 'uid', numeral),
		namespaces: parseNamespaces(value.get('ns')),
		shares: value
			.get('shares')
			.items()
			.map((kind) => kind.oneOf(namespaceKinds)),
		count: optional(value, 'count', parseAmount) ?? some,
	});
}

function parseFile(value: YamlReader, scope: Scope): FileProbe {
	value.keys(kernelKeys.file);
	return given({
		probe: 'file' as const,
		on: node(value.need('on'), scope),
		path: value.need('path').string(),
		absent: flag(value, 'absent'),
		contains: optional(value, 'contains', text),
		matches: optional(value, 'matches', pattern),
	});
}

function parseMount(value: YamlReader, scope: Scope): MountProbe {
	value.keys(kernelKeys.mount);
	return given({
		probe: 'mount' as const,
		on: node(value.need('on'), scope),
		in: optional(value, 'in', (one) => one.oneOf(['host', 'not-host'] as const)),
		fstype: optional(value, 'fstype', text),
		target: optional(value, 'target', text),
		source: optional(value, 'source', text),
		lower: optional(value, 'lower', pattern),
		upper: optional(value, 'upper', pattern),
		options: texts(value.get('options')),
		count: optional(value, 'count', parseAmount) ?? some,
	});
}

function parseCgroup(value: YamlReader, scope: Scope): CgroupProbe {
	value.keys(kernelKeys.cgroup);
	for (const key of ['key', 'value', 'matches'])
		if (value.has(key) && !value.has('file')) value.fail(`"${key}" needs a "file"`);
	return given({
		probe: 'cgroup' as const,
		on: node(value.need('on'), scope),
		path: value.need('path').pattern(),
		file: optional(value, 'file', text),
		key: optional(value, 'key', text),
		value: optional(value, 'value', parseAmount),
		matches: optional(value, 'matches', pattern),
		procs: optional(value, 'procs', parseAmount),
		absent: flag(value, 'absent'),
	});
}

const place = (value: YamlReader) => optional(value, 'in', text) ?? 'host';

function parseLink(value: YamlReader, scope: Scope): LinkProbe {
	value.keys(kernelKeys.link);
	return given({
		probe: 'link' as const,
		on: node(value.need('on'), scope),
		in: place(value),
		name: optional(value, 'name', text),
		kind: optional(value, 'kind', text),
		master: optional(value, 'master', text),
		peer: optional(value, 'peer', text),
		up: optional(value, 'up', (one) => one.boolean()),
		addr: optional(value, 'addr', pattern),
		count: optional(value, 'count', parseAmount) ?? some,
	});
}

function parseRoute(value: YamlReader, scope: Scope): RouteProbe {
	value.keys(kernelKeys.route);
	return given({
		probe: 'route' as const,
		on: node(value.need('on'), scope),
		in: place(value),
		dst: value.need('dst').string(),
		via: optional(value, 'via', text),
		dev: optional(value, 'dev', text),
		absent: flag(value, 'absent'),
	});
}

function parseRule(value: YamlReader, scope: Scope): RuleProbe {
	value.keys(kernelKeys.rule);
	return given({
		probe: 'rule' as const,
		on: node(value.need('on'), scope),
		table: optional(value, 'table', text) ?? 'nat',
		chain: optional(value, 'chain', text),
		matches: value.need('matches').pattern(),
		count: optional(value, 'count', parseAmount) ?? some,
		packets: optional(value, 'packets', parseAmount),
	});
}

function parsePort(value: YamlReader, scope: Scope): PortProbe {
	value.keys(kernelKeys.port);
	return {
		probe: 'port',
		on: node(value.need('on'), scope),
		in: place(value),
		port: value.need('port').number(),
		absent: flag(value, 'absent'),
	};
}

function parseEngine(probe: EngineProbe['probe']) {
	return (value: YamlReader, scope: Scope): EngineProbe => {
		value.keys(kernelKeys[probe]);
		return given({
			probe,
			on: node(value.need('on'), scope),
			name: optional(value, 'name', text),
			where: parseWhere(value.get('where')),
			count: optional(value, 'count', parseAmount) ?? some,
		});
	};
}

function parseSh(value: YamlReader, scope: Scope): ShProbe {
	value.keys(kernelKeys.sh);
	return given({
		probe: 'sh' as const,
		on: node(value.need('on'), scope),
		run: value.need('run').string(),
		matches: optional(value, 'matches', pattern),
	});
}

export const kernelParsers = {
	proc: parseProc,
	file: parseFile,
	mount: parseMount,
	cgroup: parseCgroup,
	link: parseLink,
	route: parseRoute,
	rule: parseRule,
	port: parsePort,
	image: parseEngine('image'),
	container: parseEngine('container'),
	volume: parseEngine('volume'),
	sh: parseSh,
};
