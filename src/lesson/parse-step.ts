import {
	pictureViews,
	type Check,
	type ResetAction,
	type SolutionAction,
	type Step,
} from './lesson.ts';
import { flag, given, node, numeral, optional, terminal, type Scope } from './parse-parts.ts';
import { parseProbe, probeNames } from './parse-probe.ts';
import type { YamlReader } from './yaml-reader.ts';

export const checkKeys = [
	'id',
	'mode',
	'needs',
	'hold',
	'baseline',
	'explain',
	'timeout',
	'weight',
];
export const stepKeys = ['id', 'optional', 'view', 'checks', 'solution', 'reset'];
/** The first key of an action tells which it is; the others belong to it. */
export const actionKeys: Readonly<Record<string, readonly string[]>> = {
	type: ['type', 'on', 'returns'],
	interrupt: ['interrupt'],
	requests: ['requests'],
	power: ['power', 'node'],
	quiz: ['quiz'],
	answer: ['answer', 'value', 'sh', 'on'],
	wait: ['wait'],
};

const slugs = (value: YamlReader) => value.items().map((item) => item.slug());

export function unique(at: YamlReader, ids: readonly string[], what: string): void {
	const twice = ids.find((id, index) => ids.indexOf(id) !== index);
	if (twice !== undefined) at.fail(`${what} "${twice}" is there twice`);
}

function parseCheck(value: YamlReader, scope: Scope): Check {
	value.keys([...checkKeys, ...probeNames]);
	const explain = value
		.get('explain')
		.items()
		.map((item) => {
			item.keys(['if', 'say']);
			return { if: parseProbe(item.need('if'), scope), say: item.need('say').slug() };
		});
	return given({
		id: value.need('id').slug(),
		probe: parseProbe(value, scope),
		mode: optional(value, 'mode', (one) => one.oneOf(['edge', 'level'] as const)) ?? 'edge',
		needs: slugs(value.get('needs')),
		hold: optional(value, 'hold', numeral) ?? 0,
		baseline: optional(value, 'baseline', (one) => parseProbe(one, scope)),
		explain,
		timeout: optional(value, 'timeout', numeral),
		weight: optional(value, 'weight', numeral) ?? 1,
	});
}

function parseAnswer(value: YamlReader, scope: Scope): SolutionAction {
	const field = value.need('answer').slug();
	if (value.has('value') === value.has('sh')) value.fail('give either "value" or "sh"');
	if (value.has('value')) return { do: 'answer', field, value: value.get('value').string() };
	const sh = { on: node(value.need('on'), scope), run: value.get('sh').string() };
	return { do: 'answer', field, sh };
}

function parsePower(value: YamlReader, scope: Scope): SolutionAction {
	// YAML 1.2 reads a bare `off` as a text, a stricter editor writes `false`.
	const power = value.get('power').scalar();
	if (power !== 'on' && power !== 'off') value.get('power').fail('expected on or off');
	return { do: 'power', node: node(value.need('node'), scope), on: power === 'on' };
}

/** `"kubectl get pods"` is short for `{ type: …, on: <first terminal> }`. */
function parseAction(value: YamlReader, scope: Scope): SolutionAction {
	const first = scope.terminals[0] ?? '';
	if (value.isScalar) return { do: 'type', text: value.string(), on: first, returns: true };
	const key = value.keys().find((one) => one in actionKeys);
	if (key === undefined)
		return value.fail(`expected a command, or one of ${Object.keys(actionKeys).join(', ')}`);
	value.keys(actionKeys[key]);
	switch (key) {
		case 'type':
			return {
				do: 'type',
				text: value.get(key).string(),
				on: optional(value, 'on', (one) => terminal(one, scope)) ?? first,
				returns: optional(value, 'returns', (one) => one.boolean()) ?? true,
			};
		case 'interrupt':
			return { do: 'interrupt', on: terminal(value.get(key), scope) };
		case 'requests':
			if (scope.runs !== 'kubernetes') value.fail('requests need a cluster that runs kubernetes');
			return { do: 'requests', running: value.get(key).oneOf(['start', 'stop']) === 'start' };
		case 'power':
			return parsePower(value, scope);
		case 'quiz':
			return { do: 'quiz', id: value.get(key).slug() };
		case 'answer':
			return parseAnswer(value, scope);
		default:
			return { do: 'wait', check: value.get('wait').slug() };
	}
}

function parseReset(value: YamlReader, scope: Scope): ResetAction {
	const action = parseAction(value, scope);
	if (action.do === 'quiz' || action.do === 'answer' || action.do === 'wait')
		return value.fail(`a reset changes machines, "${action.do}" does not`);
	return action;
}

export function parseStep(value: YamlReader, scope: Scope): Step {
	value.keys(stepKeys);
	const checks = value
		.get('checks')
		.items()
		.map((item) => parseCheck(item, scope));
	const ids = checks.map((check) => check.id);
	unique(value, ids, 'check');
	const solution = value
		.get('solution')
		.items()
		.map((item) => parseAction(item, scope));
	for (const name of [
		...checks.flatMap((check) => check.needs),
		...solution.flatMap((action) => (action.do === 'wait' ? [action.check] : [])),
	])
		if (!ids.includes(name)) value.fail(`this step has no check "${name}"`);
	// An imported step may say that nobody knows one: `solution: []`.
	if (checks.length > 0) value.need('solution');
	return given({
		id: value.need('id').slug(),
		optional: flag(value, 'optional'),
		view: optional(value, 'view', (one) => one.oneOf(pictureViews)),
		checks,
		solution,
		reset: value
			.get('reset')
			.items()
			.map((item) => parseReset(item, scope)),
	});
}
