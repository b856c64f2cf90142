export class JsonPathError extends Error {
	override readonly name = 'JsonPathError';
}

export type Operand =
	{ type: 'value'; value: unknown } | { type: 'path'; steps: Step[]; fromRoot: boolean };

export type Step =
	| { type: 'field'; name: string }
	| { type: 'wildcard' }
	| { type: 'descend' }
	| { type: 'slice'; from: number; to: number | undefined; step: number; single: boolean }
	| { type: 'union'; paths: Step[][] }
	| { type: 'filter'; left: Operand; operator: string; right?: Operand };

export type JsonPathNode =
	| { type: 'text'; text: string }
	| { type: 'path'; steps: Step[]; fromRoot: boolean }
	| { type: 'range'; over: Step[]; body: JsonPathNode[] };

/** Takes a template apart. After client-go/util/jsonpath: Parse. */
export function parseJsonPath(template: string): JsonPathNode[] {
	const root: JsonPathNode[] = [];
	const stack = [root];
	let at = 0;
	while (at < template.length) {
		const open = template.indexOf('{', at);
		const plain = template.slice(at, open < 0 ? undefined : open);
		if (plain !== '') stack.at(-1)?.push({ type: 'text', text: plain });
		if (open < 0) break;
		const close = actionEnd(template, open + 1);
		action(template.slice(open + 1, close).trim(), stack);
		at = close + 1;
	}
	if (stack.length > 1) throw new JsonPathError('unterminated range, expected {end}');
	return root;
}

/** Where the `}` of an action stands, quotes and brackets left aside. */
function actionEnd(template: string, start: number): number {
	let quote = '';
	for (let i = start; i < template.length; i++) {
		const char = template.charAt(i);
		if (quote !== '') {
			if (char === '\\') i++;
			else if (char === quote) quote = '';
		} else if (char === '"' || char === "'") quote = char;
		else if (char === '}') return i;
	}
	const bracket = template.lastIndexOf('[');
	const isOpen = bracket >= start && !template.includes(']', bracket);
	throw new JsonPathError(isOpen ? 'unterminated array' : 'unclosed action');
}

function action(body: string, stack: JsonPathNode[][]): void {
	const top = stack.at(-1);
	if (body === 'end') {
		if (stack.length < 2) throw new JsonPathError('not in range, nothing to end');
		stack.pop();
		return;
	}
	const range = /^range\s+(.*)$/s.exec(body);
	if (range) {
		const node = { type: 'range' as const, over: parsePath(range[1] ?? ''), body: [] };
		top?.push(node);
		stack.push(node.body);
		return;
	}
	if (/^["']/.test(body)) {
		top?.push({ type: 'text', text: unquote(body) });
		return;
	}
	top?.push({ type: 'path', steps: parsePath(body), fromRoot: body.startsWith('$') });
}

/** The text between quotes with its escapes resolved. */
function unquote(quoted: string): string {
	const quote = quoted.charAt(0);
	if (quoted.length < 2 || !quoted.endsWith(quote))
		throw new JsonPathError('unterminated quoted string');
	const escapes: Record<string, string> = { n: '\n', t: '\t', r: '\r', b: '\b', f: '\f', v: '\v' };
	return quoted.slice(1, -1).replace(/\\(.)/gs, (_, char: string) => escapes[char] ?? char);
}

/** The steps of one path expression. */
function parsePath(expression: string): Step[] {
	const steps: Step[] = [];
	let rest = expression.trim().replace(/^[$@]/, '');
	if (rest !== '' && !/^[.[]/.test(rest)) {
		if (/^[\w-]+$/.test(rest) && expression === rest)
			throw new JsonPathError(`unrecognized identifier ${rest}`);
		throw new JsonPathError(`unexpected path string ${expression}`);
	}
	while (rest !== '') {
		if (rest.startsWith('[')) {
			const end = bracketEnd(rest);
			steps.push(bracket(rest.slice(1, end)));
			rest = rest.slice(end + 1);
			continue;
		}
		if (rest.startsWith('..')) {
			steps.push({ type: 'descend' });
			rest = rest.slice(2);
			if (rest.startsWith('[')) continue;
		} else rest = rest.slice(1);
		rest = dotted(rest, steps);
	}
	return steps;
}

/** One name after a dot; `\.` in it is a dot of the name. */
function dotted(rest: string, steps: Step[]): string {
	if (rest === '' || rest.startsWith('[')) return rest;
	const name = /^(\\.|[^.[\]\s{}()\\])+/.exec(rest)?.[0];
	if (!name)
		throw new JsonPathError(`unrecognized character in action: U+${code(rest)} '${rest[0]}'`);
	steps.push(
		name === '*' ? { type: 'wildcard' } : { type: 'field', name: name.replace(/\\(.)/g, '$1') },
	);
	return rest.slice(name.length);
}

function code(rest: string): string {
	return (rest.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0');
}

function bracketEnd(rest: string): number {
	let depth = 0;
	let quote = '';
	for (let i = 0; i < rest.length; i++) {
		const char = rest.charAt(i);
		if (quote !== '') {
			if (char === '\\') i++;
			else if (char === quote) quote = '';
		} else if (char === '"' || char === "'") quote = char;
		else if (char === '[') depth++;
		else if (char === ']' && --depth === 0) return i;
	}
	throw new JsonPathError('unterminated array');
}

function bracket(body: string): Step {
	const inner = body.trim();
	if (inner === '*') return { type: 'wildcard' };
	if (inner.startsWith('?(') && inner.endsWith(')')) return filter(inner.slice(2, -1));
	const parts = splitOutside(inner, ',');
	if (parts.length > 1) return { type: 'union', paths: parts.map((part) => [bracket(part)]) };
	if (/^["']/.test(inner)) return { type: 'field', name: unquote(inner) };
	return slice(inner);
}

function slice(inner: string): Step {
	const match = /^(-?\d*)(?::(-?\d*))?(?::(\d*))?$/.exec(inner);
	if (!match || inner === '') throw new JsonPathError(`invalid array index ${inner}`);
	const [, from = '', to, step] = match;
	return {
		type: 'slice',
		from: Number(from || '0'),
		to: to === undefined || to === '' ? undefined : Number(to),
		step: Math.max(1, Number(step || '1')),
		single: !inner.includes(':'),
	};
}

function splitOutside(source: string, separator: string): string[] {
	const parts: string[] = [''];
	let quote = '';
	let depth = 0;
	for (const char of source) {
		if (quote !== '') quote = char === quote ? '' : quote;
		else if (char === '"' || char === "'") quote = char;
		else if ('[('.includes(char)) depth++;
		else if ('])'.includes(char)) depth--;
		if (char === separator && quote === '' && depth === 0) parts.push('');
		else parts.push((parts.pop() ?? '') + char);
	}
	return parts;
}

function filter(body: string): Step {
	const match = /^(.*?)\s*(==|!=|<=|>=|<|>)\s*(.*)$/s.exec(body);
	if (!match) return { type: 'filter', left: operand(body), operator: 'exists' };
	const [, left = '', operator = '', right = ''] = match;
	return { type: 'filter', left: operand(left), operator, right: operand(right) };
}

function operand(source: string): Operand {
	const body = source.trim();
	if (/^["']/.test(body)) return { type: 'value', value: unquote(body) };
	if (/^-?\d+(\.\d+)?$/.test(body)) return { type: 'value', value: Number(body) };
	if (body === 'true' || body === 'false') return { type: 'value', value: body === 'true' };
	return { type: 'path', steps: parsePath(body), fromRoot: body.startsWith('$') };
}
