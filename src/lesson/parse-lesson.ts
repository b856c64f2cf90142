import type { Check, LessonStructure, SceneItem, SolutionAction, Step } from './lesson.ts';
import { parseProbe, probeNames } from './parse-probe.ts';
import { YamlReader } from './yaml-reader.ts';

const lessonKeys = [
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
	'cheats',
	'steps',
];
const views = ['nodes', 'rollout', 'table'] as const;
const presets = ['split', 'text', 'terminal', 'picture'] as const;
const reality = ['real', 'modelled', 'none'] as const;

const strings = (value: YamlReader) => value.items().map((item) => item.string());
const slugs = (value: YamlReader) => value.items().map((item) => item.slug());

function unique(at: YamlReader, ids: string[], what: string): void {
	const twice = ids.find((id, index) => ids.indexOf(id) !== index);
	if (twice !== undefined) at.fail(`${what} "${twice}" is there twice`);
}

function parseCheck(value: YamlReader): Check {
	const own = ['id', 'mode', 'needs', 'hold', 'baseline', 'explain'];
	value.keys([...own, ...probeNames]);
	const check: Check = {
		id: value.need('id').slug(),
		probe: parseProbe(value),
		mode: value.has('mode') ? value.get('mode').oneOf(['edge', 'level']) : 'edge',
		needs: slugs(value.get('needs')),
		hold: value.has('hold') ? value.get('hold').number() : 0,
		explain: value
			.get('explain')
			.items()
			.map((item) => {
				item.keys(['if', 'say']);
				return { if: parseProbe(item.need('if')), say: item.need('say').slug() };
			}),
	};
	return value.has('baseline') ? { ...check, baseline: parseProbe(value.get('baseline')) } : check;
}

/** `"kubectl get pods"` is short for `{ type: …, on: <first terminal> }`. */
function parseAction(value: YamlReader, on: string): SolutionAction {
	if (value.isScalar) return { do: 'type', text: value.string(), on };
	const [key] = value.keys(['type', 'on', 'requests', 'quiz', 'answer', 'value', 'wait']);
	if (value.has('type'))
		return {
			do: 'type',
			text: value.get('type').string(),
			on: value.has('on') ? value.get('on').string() : on,
		};
	if (key === 'requests')
		return { do: 'requests', running: value.get(key).oneOf(['start', 'stop']) === 'start' };
	if (key === 'quiz') return { do: 'quiz', id: value.get(key).slug() };
	if (key === 'wait') return { do: 'wait', check: value.get(key).slug() };
	if (key === 'answer')
		return { do: 'answer', field: value.get(key).slug(), value: value.need('value').string() };
	return value.fail('expected a command, or one of type, requests, quiz, answer, wait');
}

function parseStep(value: YamlReader, on: string): Step {
	value.keys(['id', 'optional', 'view', 'checks', 'solution', 'reset']);
	const checks = value.get('checks').items().map(parseCheck);
	const ids = checks.map((check) => check.id);
	unique(value, ids, 'check');
	const solution = value
		.get('solution')
		.items()
		.map((item) => parseAction(item, on));
	for (const name of [
		...checks.flatMap((check) => check.needs),
		...solution.flatMap((action) => (action.do === 'wait' ? [action.check] : [])),
	])
		if (!ids.includes(name)) value.fail(`this step has no check "${name}"`);
	const step: Step = {
		id: value.need('id').slug(),
		optional: value.has('optional') && value.get('optional').boolean(),
		checks,
		solution,
		reset: value
			.get('reset')
			.items()
			.map((item) => ({ text: item.string(), on })),
	};
	if (checks.length > 0 && solution.length === 0) value.need('solution');
	return value.has('view') ? { ...step, view: value.get('view').oneOf(views) } : step;
}

function parseScene(value: YamlReader): SceneItem {
	if (value.has('put')) {
		value.keys(['put', 'on', 'to']);
		return {
			do: 'put',
			file: value.get('put').string(),
			on: value.need('on').string(),
			path: value.need('to').string(),
		};
	}
	value.keys(['sh', 'on']);
	return { do: 'sh', run: value.need('sh').string(), on: value.need('on').string() };
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
			.map((item) => ({ seed: item.need('seed').string(), part: item.need('part').string() })),
		real: {
			linux: real.need('linux').oneOf(reality),
			docker: real.need('docker').oneOf(reality),
			kubernetes: real.need('kubernetes').oneOf(reality),
		},
		cluster: { nodes: root.need('cluster').need('nodes').number() },
		layout: {
			preset: layout.need('preset').oneOf(presets),
			view: layout.need('view').oneOf(views),
		},
	};
}

/** Reads `lesson.yaml`. Throws {@link LessonError} with file, line and reason. */
export function parseLesson(file: string, text: string): LessonStructure {
	const root = YamlReader.parse(file, text);
	root.keys(lessonKeys);
	const head = parseHead(root);
	const terminals = root
		.need('terminals')
		.items()
		.map((item) => {
			item.keys(['name', 'on']);
			const on = item.need('on').string();
			return { name: item.has('name') ? item.get('name').string() : on, on };
		});
	const first = terminals[0]?.on ?? root.get('terminals').fail('a lesson has a terminal');
	const steps = root
		.need('steps')
		.items()
		.map((item) => parseStep(item, first));
	unique(
		root.get('steps'),
		steps.map((step) => step.id),
		'step',
	);
	return {
		...head,
		terminals,
		scene: root.get('scene').items().map(parseScene),
		cheats: strings(root.get('cheats')),
		steps,
	};
}
