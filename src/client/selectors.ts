import type { LabelSelector } from '../api/kubernetes.ts';

/** One condition of a label selector; `Gt` and `Lt` appear in node affinity only. */
export interface Requirement {
	key: string;
	operator: 'In' | 'NotIn' | 'Exists' | 'DoesNotExist' | 'Gt' | 'Lt';
	values: string[];
}

export interface FieldRequirement {
	path: string;
	operator: '=' | '!=';
	value: string;
}

const setBased = /^(\S+)\s+(in|notin)\s*\(([^)]*)\)$/;
const equality = /^([^\s=!<>]+)\s*(==|=|!=|>|<)\s*([^\s=!<>]*)$/;
const label = /^(([a-z0-9]([-a-z0-9.]*[a-z0-9])?\/)?[A-Za-z0-9]([-\w.]*[A-Za-z0-9])?)$/;
const labelValue = /^([A-Za-z0-9]([-\w.]*[A-Za-z0-9])?)?$/;

/** Splits at commas that stand outside parentheses. */
function splitRequirements(text: string): string[] {
	const parts: string[] = [];
	let end = text.length;
	// From behind: a comma stands inside where the next parenthesis closes.
	let closes = false;
	for (let at = text.length - 1; at >= 0; at--) {
		const char = text.charAt(at);
		if (char === '(' || char === ')') closes = char === ')';
		if (char !== ',' || closes) continue;
		parts.push(text.slice(at + 1, end).trim());
		end = at;
	}
	parts.push(text.slice(0, end).trim());
	parts.reverse();
	return parts.length === 1 && parts[0] === '' ? [] : parts;
}

function parseRequirement(text: string): Requirement {
	const set = setBased.exec(text);
	if (set) {
		const values = (set[3] ?? '').split(',').map((value) => value.trim());
		return { key: set[1] ?? '', operator: set[2] === 'in' ? 'In' : 'NotIn', values };
	}
	const equal = equality.exec(text);
	if (equal) {
		const [, key = '', sign = '', value = ''] = equal;
		const operators = { '=': 'In', '==': 'In', '!=': 'NotIn', '>': 'Gt', '<': 'Lt' } as const;
		return { key, operator: operators[sign as keyof typeof operators], values: [value] };
	}
	const absent = text.startsWith('!');
	const key = (absent ? text.slice(1) : text).trim();
	return { key, operator: absent ? 'DoesNotExist' : 'Exists', values: [] };
}

function check(requirement: Requirement, text: string): Requirement {
	if (!label.test(requirement.key))
		throw new Error(`unable to parse requirement: invalid label key "${text}"`);
	const bad = requirement.values.find((value) => !labelValue.test(value));
	if (bad !== undefined)
		throw new Error(`unable to parse requirement: values: Invalid value: "${bad}"`);
	return requirement;
}

/** Reads `a=b,c!=d,e in (f,g),!h`; throws on what is no selector. After apimachinery/pkg/labels: Parse */
export function parseLabelSelector(text: string): Requirement[] {
	return splitRequirements(text).map((part) => check(parseRequirement(part), part));
}

/** The requirements of a selector object; `undefined` for none, which matches nothing. */
export function requirementsOf(selector: LabelSelector): Requirement[] {
	const equal = Object.entries(selector.matchLabels ?? {}).map(([key, value]) => ({
		key,
		operator: 'In' as const,
		values: [value],
	}));
	const rest = (selector.matchExpressions ?? []).map(({ key, operator, values }) => ({
		key,
		operator,
		values: values ?? [],
	}));
	return [...equal, ...rest];
}

/** Whether labels meet one requirement; an absent key meets `NotIn` and `DoesNotExist`. */
export function meets(requirement: Requirement, labels: Record<string, string>): boolean {
	const { key, operator, values } = requirement;
	const value = Object.hasOwn(labels, key) ? labels[key] : undefined;
	if (operator === 'Exists') return value !== undefined;
	if (operator === 'DoesNotExist') return value === undefined;
	if (operator === 'NotIn') return value === undefined || !values.includes(value);
	if (value === undefined) return false;
	if (operator === 'In') return values.includes(value);
	if (!/^-?\d+$/.test(value) || !/^-?\d+$/.test(values[0] ?? '')) return false;
	return operator === 'Gt' ? Number(value) > Number(values[0]) : Number(value) < Number(values[0]);
}

/** Whether labels match: no selector matches nothing, an empty one everything. */
export function matchLabels(
	selector: LabelSelector | Requirement[] | undefined,
	labels: Record<string, string> | undefined,
): boolean {
	if (!selector) return false;
	const requirements = Array.isArray(selector) ? selector : requirementsOf(selector);
	return requirements.every((requirement) => meets(requirement, labels ?? {}));
}

/** The query form of a selector, keys in order. After apimachinery/pkg/labels: Requirement.String */
export function labelSelectorToString(selector: LabelSelector | Requirement[]): string {
	const requirements = Array.isArray(selector) ? selector : requirementsOf(selector);
	const text = ({ key, operator, values }: Requirement) => {
		if (operator === 'Exists') return key;
		if (operator === 'DoesNotExist') return `!${key}`;
		if (operator === 'Gt' || operator === 'Lt')
			return `${key}${operator === 'Gt' ? '>' : '<'}${values[0]}`;
		const list = `(${[...values].sort().join(',')})`;
		if (operator === 'NotIn')
			return values.length === 1 ? `${key}!=${values[0]}` : `${key} notin ${list}`;
		return values.length === 1 ? `${key}=${values[0]}` : `${key} in ${list}`;
	};
	return [...requirements]
		.sort((a, b) => (a.key < b.key ? -1 : 1))
		.map(text)
		.join(',');
}

/** Reads `a=b,c!=d` with `\,`, `\=` and `\\` escaped in values. After apimachinery/pkg/fields: ParseSelector */
export function parseFieldSelector(text: string): FieldRequirement[] {
	const parts = (text.match(/(\\.|[^,\\])+/g) ?? []).filter((part) => part.trim() !== '');
	return parts.map((part) => {
		const match = /^\s*([^\s=!]+)\s*(==|=|!=)((?:\\.|[^\\=])*)$/.exec(part);
		if (!match) throw new Error(`invalid selector: '${text}'; can't understand '${part}'`);
		const [, path = '', sign, value = ''] = match;
		return { path, operator: sign === '!=' ? '!=' : '=', value: value.replace(/\\(.)/g, '$1') };
	});
}

/** Whether an object's selectable fields match; an absent field counts as empty. */
export function matchFields(
	selector: FieldRequirement[],
	fields: Record<string, string | undefined> | ((path: string) => string | undefined),
): boolean {
	const read = typeof fields === 'function' ? fields : (path: string) => fields[path];
	return selector.every(
		({ path, operator, value }) => ((read(path) ?? '') === value) === (operator === '='),
	);
}
