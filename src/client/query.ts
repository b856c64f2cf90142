import { badRequest } from './status.ts';

// Query parameters as Go's servers read them. After apimachinery/pkg/runtime/conversion.go

/** A query as Go reads it: a pair with a broken escape is none. After net/url: ParseQuery */
export function parseQuery(text: string): URLSearchParams {
	if (!brokenEscape.test(text)) return new URLSearchParams(text);
	const pairs = text.split('&').filter((pair) => !brokenEscape.test(pair));
	return new URLSearchParams(pairs.join('&'));
}

const brokenEscape = /%(?![0-9A-Fa-f]{2})/;

/** The path of a request, unescaped; a broken escape is refused as Go's HTTP server does. */
export function decodePath(path: string): string {
	if (brokenEscape.test(path)) throw badRequest(`invalid URL escape in ${JSON.stringify(path)}`);
	try {
		return decodeURIComponent(path);
	} catch {
		// Escapes of bytes that are no text: no object has such a name.
		return path;
	}
}

/** True for everything but `false`, `0` and an absent key: Python's client sends `True`, others the bare key. */
export function booleanQuery(query: URLSearchParams, key: string): boolean {
	const value = query.get(key);
	return value !== null && !['false', '0'].includes(value.toLowerCase());
}

const int64 = { least: -(2n ** 63n), most: 2n ** 63n - 1n };

/** A whole number; `undefined` when the key is absent, a BadRequest for anything else. */
export function integerQuery(query: URLSearchParams, key: string): number | undefined {
	const value = query.get(key);
	if (value === null) return undefined;
	const fault = (why: string) =>
		badRequest(`strconv.ParseInt: parsing ${JSON.stringify(value)}: ${why}`);
	if (!/^[+-]?\d+$/.test(value)) throw fault('invalid syntax');
	// Only so long can a number be that BigInt is asked about its range.
	const digits = value.replace(/^[+-]?0*/, '');
	const parsed = digits.length > 19 ? int64.most + 1n : BigInt(value.replace(/^\+/, ''));
	if (parsed > int64.most || parsed < int64.least) throw fault('value out of range');
	return Number(parsed);
}

/** A time in milliseconds; `undefined` when the key is absent or empty. After meta/v1/time.go: UnmarshalQueryParameter */
export function timeQuery(query: URLSearchParams, key: string): number | undefined {
	const value = query.get(key);
	if (value === null || value === '' || value === 'null') return undefined;
	const time = /^\d{4}-\d\d-\d\dT/.test(value) ? Date.parse(value) : NaN;
	if (!Number.isNaN(time)) return time;
	const shown = JSON.stringify(value);
	throw badRequest(
		`parsing time ${shown} as "2006-01-02T15:04:05Z07:00": cannot parse ${shown} as "2006"`,
	);
}
