import type { Cause } from '../../client/status.ts';
import { isDict } from './json-value.ts';

// After apimachinery/pkg/util/validation/field/errors.go: Error.ErrorBody

/** A Go string literal, as `%q` prints it. */
export function quote(text: string): string {
	return JSON.stringify(text);
}

function goValue(value: unknown): string {
	if (typeof value === 'string') return quote(value);
	if (isDict(value) && Object.values(value).every((item) => typeof item === 'string'))
		return goMap(value as Record<string, string>);
	if (value === null || value === undefined) return 'null';
	if (Array.isArray(value) && value.every((item) => typeof item === 'string'))
		return `[]string{${value.map(quote).join(', ')}}`;
	return JSON.stringify(value);
}

/** A `map[string]string` as `%#v` prints it. */
export function goMap(map: Record<string, string>): string {
	const entries = Object.keys(map).sort();
	return `map[string]string{${entries.map((key) => `${quote(key)}:${quote(map[key] ?? '')}`).join(', ')}}`;
}

/** A value as `%+v` prints Go maps and slices. */
export function goPrint(value: unknown): string {
	if (Array.isArray(value)) return `[${value.map(goPrint).join(' ')}]`;
	if (value === null) return '<nil>';
	if (!isDict(value)) return typeof value === 'string' ? value : JSON.stringify(value);
	const keys = Object.keys(value).sort();
	return `map[${keys.map((key) => `${key}:${goPrint(value[key])}`).join(' ')}]`;
}

/** A value that prints itself as given. */
interface Printed {
	readonly printed: string;
}

export function printed(text: string): Printed {
	return { printed: text };
}

function isPrinted(value: unknown): value is Printed {
	return isDict(value) && Object.keys(value).length === 1 && typeof value.printed === 'string';
}

function shown(value: unknown): string {
	return isPrinted(value) ? value.printed : goValue(value);
}

function cause(reason: string, field: string, text: string, detail: string): Cause {
	return { reason, message: detail ? `${text}: ${detail}` : text, field };
}

export function required(field: string, detail = ''): Cause {
	return cause('FieldValueRequired', field, 'Required value', detail);
}

export function invalidValue(field: string, value: unknown, detail: string): Cause {
	return cause('FieldValueInvalid', field, `Invalid value: ${shown(value)}`, detail);
}

export function duplicate(field: string, value: unknown): Cause {
	return cause('FieldValueDuplicate', field, `Duplicate value: ${shown(value)}`, '');
}

export function notFoundValue(field: string, value: unknown): Cause {
	return cause('FieldValueNotFound', field, `Not found: ${shown(value)}`, '');
}

export function forbiddenField(field: string, detail: string): Cause {
	return cause('FieldValueForbidden', field, 'Forbidden', detail);
}

/** Length as Go counts it: bytes of UTF-8. */
export function byteLength(text: string): number {
	let length = text.length;
	for (let i = 0; i < text.length; i++) {
		const code = text.charCodeAt(i);
		if (code < 0x80) continue;
		const isSurrogate = code >= 0xd800 && code < 0xe000;
		length += code < 0x800 || isSurrogate ? 1 : 2;
	}
	return length;
}

export function tooLong(field: string, max: number): Cause {
	return cause('FieldValueTooLong', field, 'Too long', `may not be more than ${max} bytes`);
}

/** The values go out as given: upstream prints sets sorted, and lists in the order they are written in. */
export function notSupported(field: string, value: unknown, supported: readonly string[]): Cause {
	const list = supported.map(quote).join(', ');
	return cause(
		'FieldValueNotSupported',
		field,
		`Unsupported value: ${shown(value)}`,
		`supported values: ${list}`,
	);
}

export const immutableMessage = 'field is immutable';

export function immutable(field: string, value: unknown): Cause {
	return invalidValue(field, value, immutableMessage);
}
