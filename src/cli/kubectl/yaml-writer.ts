import { isJson, type Json } from './fields.ts';
import { trimEndOf } from '../../util/trim-end.ts';

const lineWidth = 80;

/** YAML as kubectl prints it: sorted keys, lists not indented, Go's quoting. After goyaml.v2: Marshal. */
export function toYaml(value: unknown): string {
	if (isJson(value) && Object.keys(value).length > 0) return mapping(value, 0);
	if (Array.isArray(value) && value.length > 0) return sequence(value, 0);
	return `${scalar(value, 0, 0)}\n`;
}

function mapping(map: Json, indent: number): string {
	const pad = ' '.repeat(indent);
	return Object.keys(map)
		.filter((key) => map[key] !== undefined)
		.sort(naturalOrder)
		.map((key) => {
			const head = `${pad}${scalar(key, indent, 0)}:`;
			return head + afterKey(map[key], indent, head.length);
		})
		.join('');
}

function afterKey(value: unknown, indent: number, column: number): string {
	if (isJson(value) && Object.keys(value).length > 0) return `\n${mapping(value, indent + 2)}`;
	if (Array.isArray(value) && value.length > 0) return `\n${sequence(value, indent)}`;
	return ` ${scalar(value, indent + 2, column + 1)}\n`;
}

function sequence(items: unknown[], indent: number): string {
	const pad = ' '.repeat(indent);
	return items
		.map((item) => {
			if (isJson(item) && Object.keys(item).length > 0)
				return `${pad}- ${mapping(item, indent + 2).slice(indent + 2)}`;
			if (Array.isArray(item) && item.length > 0)
				return `${pad}- ${sequence(item, indent + 2).slice(indent + 2)}`;
			return `${pad}- ${scalar(item, indent + 2, indent + 2)}\n`;
		})
		.join('');
}

function scalar(value: unknown, indent: number, column: number): string {
	if (value === null || value === undefined) return 'null';
	if (typeof value === 'string') return stringScalar(value, indent, column);
	if (Array.isArray(value)) return '[]';
	if (typeof value === 'object') return '{}';
	return numberText(value as number | boolean);
}

function numberText(value: number | boolean): string {
	if (typeof value === 'number' && Number.isInteger(value) && Math.abs(value) >= 1e21)
		return value.toExponential().replace(/e\+?(-?)(\d)$/, 'e$10$2');
	return String(value);
}

function stringScalar(value: string, indent: number, column: number): string {
	if (value.includes('\n') && literalAllowed(value)) return literal(value, indent);
	if (needsDouble(value)) return doubleQuoted(value, indent, column);
	if (resolvesToOther(value)) return doubleQuoted(value, indent, column);
	if (plainAllowed(value)) return fold(value, indent, column);
	return `'${fold(value.replaceAll("'", "''"), indent, column + 1)}'`;
}

/** What the printable set of YAML leaves out, and line breaks, can only be escaped. */
function needsDouble(value: string): boolean {
	return /[\u0000-\u001f\u007f-\u009f\u2028\u2029\ufeff]|[\ud800-\udfff]/.test(value);
}

function literalAllowed(value: string): boolean {
	if (/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\ufeff]|[\ud800-\udfff]/.test(value)) return false;
	return !/[ \t]\n/.test(value) && !/[ \t]$/.test(value) && !value.includes('\t');
}

function literal(value: string, indent: number): string {
	const pad = ' '.repeat(indent);
	const hint = /^[ \n]/.test(value) ? '2' : '';
	const trailing = value.length - trimEndOf(value, '\n').length;
	let chomp = '';
	if (trailing === 0) chomp = '-';
	else if (trailing > 1 || value === '\n') chomp = '+';
	const body = trailing > 0 ? value.slice(0, -1) : value;
	const lines = body.split('\n').map((line) => (line === '' ? '' : pad + line));
	return `|${hint}${chomp}\n${lines.join('\n')}`;
}

const otherTypes =
	/^(|~|null|Null|NULL|true|True|TRUE|false|False|FALSE|y|Y|yes|Yes|YES|on|On|ON|n|N|no|No|NO|off|Off|OFF|[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN))$/;

function resolvesToOther(value: string): boolean {
	if (otherTypes.test(value)) return true;
	const digits = value.replaceAll('_', '');
	return (
		/^[-+]?(0b[01]+|0o?[0-7]+|0x[0-9a-fA-F]+|\d+)$/.test(digits) ||
		/^[-+]?(\.\d+|\d+(\.\d*)?)([eE][-+]?\d+)?$/.test(digits) ||
		/^[-+]?\d[\d_]*(:[0-5]?\d)+(\.\d*)?$/.test(value) ||
		/^\d{4}-\d\d?-\d\d?([Tt ].*)?$/.test(value)
	);
}

function plainAllowed(value: string): boolean {
	if (/^[ ]|[ ]$/.test(value) || /^(---|\.\.\.)/.test(value)) return false;
	if (/^[#,[\]{}&*!|>'"%@`]/.test(value)) return false;
	if (/^[-?:]( |$)/.test(value)) return false;
	return !/: |:$| #/.test(value);
}

/** Breaks a long text at single spaces once a line is past the width. After yaml_emitter_write_plain_scalar. */
function fold(value: string, indent: number, start: number): string {
	if (value.length + start <= lineWidth) return value;
	const pad = ' '.repeat(indent);
	let result = '';
	let column = start;
	for (let i = 0; i < value.length; i++) {
		const char = value.charAt(i);
		const single = value[i - 1] !== ' ' && value[i + 1] !== ' ' && i > 0 && i < value.length - 1;
		if (char === ' ' && column > lineWidth && single) {
			result += `\n${pad}`;
			column = indent;
			continue;
		}
		result += char;
		column++;
	}
	return result;
}

const escapes: Record<string, string> = {
	'\0': '\\0',
	'\x07': '\\a',
	'\b': '\\b',
	'\t': '\\t',
	'\n': '\\n',
	'\v': '\\v',
	'\f': '\\f',
	'\r': '\\r',
	'\x1b': '\\e',
	'"': '\\"',
	'\\': '\\\\',
	'\x85': '\\N',
	'\xa0': '\\_',
	'\u2028': '\\L',
	'\u2029': '\\P',
};

function doubleQuoted(value: string, indent: number, start: number): string {
	const pad = ' '.repeat(indent);
	let result = '"';
	let column = start + 1;
	let spaces = false;
	const chars = [...value];
	chars.forEach((char, i) => {
		const inside = i > 0 && i < chars.length - 1;
		if (char === ' ' && !spaces && column > lineWidth && inside) {
			result += `\n${pad}${chars[i + 1] === ' ' ? '\\' : ''}`;
			column = indent;
			spaces = true;
			return;
		}
		const written = escapeChar(char);
		result += written;
		column += written.length;
		spaces = char === ' ';
	});
	return `${result}"`;
}

function escapeChar(char: string): string {
	const known = escapes[char];
	if (known) return known;
	const code = char.codePointAt(0) ?? 0;
	if (code > 0xffff) return `\\U${code.toString(16).toUpperCase().padStart(8, '0')}`;
	if (code === 0xfeff) return '\\uFEFF';
	if (code < 0x20 || (code >= 0x7f && code < 0xa0))
		return `\\x${code.toString(16).toUpperCase().padStart(2, '0')}`;
	return char;
}

const letter = /\p{L}/u;

/** Letters after the rest, runs of digits as numbers. After goyaml.v2: keyList.Less. */
export function naturalOrder(a: string, b: string): number {
	const left = [...a];
	const right = [...b];
	for (let i = 0; i < left.length && i < right.length; i++) {
		const l = left[i] ?? '';
		const r = right[i] ?? '';
		if (l === r) continue;
		const isLeft = letter.test(l);
		const isRight = letter.test(r);
		if (isLeft && isRight) return l < r ? -1 : 1;
		if (isLeft || isRight) return isRight ? -1 : 1;
		return compareDigits(left.slice(i).join(''), right.slice(i).join('')) || (l < r ? -1 : 1);
	}
	return left.length - right.length;
}

function compareDigits(a: string, b: string): number {
	const left = /^\d*/.exec(a)?.[0] ?? '';
	const right = /^\d*/.exec(b)?.[0] ?? '';
	return Number(left || '0') - Number(right || '0') || left.length - right.length;
}
