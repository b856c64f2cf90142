import { pictureViews, type LessonStructure, type LessonVar, type SceneItem } from './lesson.ts';
import { maxNodes } from '../cluster/topology.ts';
import { node, numeral, optional, text, texts, type Scope } from './parse-parts.ts';
import { parseStep, unique } from './parse-step.ts';
import { nodeNames } from './terminals.ts';
import { YamlReader } from './yaml-reader.ts';

export const lessonKeys = [
	'format',
	'id',
	'aliases',
	'version',
	'level',
	'minutes',
	'needs',
	'tags',
	'source',
	'real',
	'cluster',
	'terminals',
	'layout',
	'scene',
	'vars',
	'cheats',
	'score',
	'steps',
];
const presets = ['split', 'text', 'terminal', 'picture', 'slide'] as const;
const reality = ['real', 'modelled', 'none'] as const;
const runs = ['linux', 'docker', 'kubernetes'] as const;
const defaultScore = { hint: 5, solved: 100 };

const slugs = (value: YamlReader) => value.items().map((item) => item.slug());

function parseScene(value: YamlReader, scope: Scope): SceneItem {
	if (value.has('put')) {
		value.keys(['put', 'on', 'to']);
		return {
			do: 'put',
			file: value.get('put').string(),
			on: node(value.need('on'), scope),
			path: value.need('to').string(),
		};
	}
	if (value.has('apply')) {
		value.keys(['apply']);
		if (scope.runs !== 'kubernetes') value.fail('"apply" needs a cluster that runs kubernetes');
		return { do: 'apply', file: value.get('apply').string() };
	}
	value.keys(['sh', 'on']);
	return { do: 'sh', run: value.need('sh').string(), on: node(value.need('on'), scope) };
}

function parseCluster(value: YamlReader): LessonStructure['cluster'] {
	value.keys(['nodes', 'runs']);
	const nodes = value.need('nodes').number();
	if (!Number.isInteger(nodes) || nodes < 1 || nodes > maxNodes)
		value.get('nodes').fail(`a cluster has 1 to ${maxNodes} machines`);
	return { nodes, runs: optional(value, 'runs', (one) => one.oneOf(runs)) ?? 'kubernetes' };
}

function parseTerminals(value: YamlReader, nodes: readonly string[]): LessonStructure['terminals'] {
	const scope: Scope = { nodes, terminals: [], runs: 'linux' };
	const terminals = value.items().map((item) => {
		item.keys(['name', 'on']);
		const on = node(item.need('on'), scope);
		return { name: optional(item, 'name', text) ?? on, on };
	});
	if (terminals.length === 0) value.fail('a lesson has a terminal');
	unique(
		value,
		terminals.map((one) => one.name),
		'terminal',
	);
	return terminals;
}

/** `name: text`, `name: { pick: [a, b] }`, `name: { from: 1, to: 9 }`. */
function parseVars(value: YamlReader): LessonStructure['vars'] {
	if (value.missing) return {};
	const read = (one: YamlReader): LessonVar => {
		if (one.isScalar) return { value: String(one.scalar()) };
		const [key] = one.keys(['value', 'pick', 'from', 'to']);
		if (key === 'value') return { value: String(one.get(key).scalar()) };
		if (key === 'pick') {
			const pick = one
				.get(key)
				.items()
				.map((item) => String(item.scalar()));
			return pick.length > 0 ? { pick } : one.fail('"pick" needs something to pick from');
		}
		const [from, to] = [one.need('from').number(), one.need('to').number()];
		if (!Number.isInteger(from) || !Number.isInteger(to) || to < from)
			one.fail('"from" and "to" are whole numbers in this order');
		return { from, to };
	};
	return Object.fromEntries(
		value.keys().map((name) => {
			if (!/^[a-z][a-z0-9-]*$/.test(name)) value.fail(`"${name}" is not a name for a variable`);
			return [name, read(value.get(name))];
		}),
	);
}

function parseScore(value: YamlReader): LessonStructure['score'] {
	if (value.missing) return defaultScore;
	value.keys(['hint', 'solved']);
	const points = (key: 'hint' | 'solved') => {
		const given = optional(value, key, numeral) ?? defaultScore[key];
		if (given < 0 || given > 100) value.get(key).fail('points are 0 to 100');
		return given;
	};
	return { hint: points('hint'), solved: points('solved') };
}

function parseHead(root: YamlReader) {
	if (root.need('format').number() !== 1) root.get('format').fail('this reader knows format 1');
	const real = root.need('real');
	real.keys(['linux', 'docker', 'kubernetes']);
	const layout = root.need('layout');
	layout.keys(['preset', 'view']);
	return {
		format: 1 as const,
		id: root.need('id').slug(),
		aliases: slugs(root.get('aliases')),
		version: root.need('version').number(),
		level: root.need('level').oneOf(['basic', 'intermediate', 'advanced']),
		minutes: root.need('minutes').number(),
		needs: slugs(root.get('needs')),
		tags: slugs(root.get('tags')),
		source: root
			.get('source')
			.items()
			.map((item) => {
				item.keys(['seed', 'part']);
				return { seed: item.need('seed').string(), part: item.need('part').string() };
			}),
		real: {
			linux: real.need('linux').oneOf(reality),
			docker: real.need('docker').oneOf(reality),
			kubernetes: real.need('kubernetes').oneOf(reality),
		},
		cluster: parseCluster(root.need('cluster')),
		layout: {
			preset: layout.need('preset').oneOf(presets),
			view: layout.need('view').oneOf(pictureViews),
		},
		vars: parseVars(root.get('vars')),
		cheats: texts(root.get('cheats')),
		score: parseScore(root.get('score')),
	};
}

/**
 * Reads `lesson.yaml`. Throws {@link LessonError} with file, line and reason. With `harmless`, patterns are refused
 * that could keep the page busy.
 */
export function parseLesson(file: string, text: string, harmless = false): LessonStructure {
	const root = YamlReader.parse(file, text, harmless);
	root.keys(lessonKeys);
	const head = parseHead(root);
	const nodes = nodeNames(head.cluster);
	const terminals = parseTerminals(root.need('terminals'), nodes);
	const scope: Scope = {
		nodes,
		terminals: terminals.map((one) => one.name),
		runs: head.cluster.runs,
	};
	const steps = root
		.need('steps')
		.items()
		.map((item) => parseStep(item, scope));
	if (steps.length === 0) root.get('steps').fail('a lesson has a step');
	unique(
		root.get('steps'),
		steps.map((step) => step.id),
		'step',
	);
	const scene = root
		.get('scene')
		.items()
		.map((item) => parseScene(item, scope));
	return { ...head, terminals, scene, steps };
}
