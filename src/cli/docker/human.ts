import { parseGoDuration } from '../duration.ts';

const decimal = ['B', 'kB', 'MB', 'GB', 'TB', 'PB'];
const binary = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'];

/** `4.27MB`. After docker/go-units: HumanSizeWithPrecision. */
export function humanSize(bytes: number, digits = 3): string {
	return scaled(bytes, 1000, decimal, digits);
}

/** `15MiB`. After docker/go-units: BytesSize. */
export function bytesSize(bytes: number): string {
	return scaled(bytes, 1024, binary, 4);
}

function scaled(bytes: number, step: number, units: readonly string[], digits: number): string {
	let value = bytes;
	let unit = 0;
	while (value >= step && unit < units.length - 1) {
		value /= step;
		unit++;
	}
	return `${Number(value.toPrecision(digits))}${units[unit]}`;
}

/** `About a minute`, `3 hours`. After docker/go-units: HumanDuration. */
export function humanDuration(ms: number): string {
	const seconds = Math.floor(ms / 1000);
	const minutes = Math.floor(seconds / 60);
	const hours = Math.round(seconds / 3600);
	if (seconds < 1) return 'Less than a second';
	if (seconds === 1) return '1 second';
	if (seconds < 60) return `${seconds} seconds`;
	if (minutes === 1) return 'About a minute';
	if (minutes < 60) return `${minutes} minutes`;
	if (hours === 1) return 'About an hour';
	if (hours < 48) return `${hours} hours`;
	return longDuration(hours);
}

function longDuration(hours: number): string {
	if (hours < 24 * 7 * 2) return `${Math.floor(hours / 24)} days`;
	if (hours < 24 * 30 * 2) return `${Math.floor(hours / 24 / 7)} weeks`;
	if (hours < 24 * 365 * 2) return `${Math.floor(hours / 24 / 30)} months`;
	return `${Math.floor(hours / 24 / 365)} years`;
}

/** `2 minutes ago` */
export function timeAgo(now: number, then: number): string {
	return `${humanDuration(Math.max(0, now - then))} ago`;
}

/** RFC 3339 with nine digits, as the engine's API has times; the zero time for 0. */
export function rfc3339Nano(ms: number): string {
	if (ms === 0) return '0001-01-01T00:00:00Z';
	const text = new Date(ms).toISOString();
	return text.replace('Z', '000000Z');
}

/** RFC 3339 to the second. */
export function rfc3339(ms: number): string {
	return rfc3339Nano(ms).replace(/\.\d+/, '');
}

/** `2026-11-20 19:33:17 +0000 UTC` */
export function goTime(ms: number): string {
	return new Date(ms)
		.toISOString()
		.replace('T', ' ')
		.replace(/\.\d+Z$/, ' +0000 UTC');
}

/** The first twelve digits of an id. */
export function shortId(id: string): string {
	return id.replace(/^sha256:/, '').slice(0, 12);
}

/** Cuts a text, its last character then being an ellipsis. */
export function ellipsis(text: string, length: number): string {
	const characters = [...text];
	return characters.length <= length ? text : `${characters.slice(0, length - 1).join('')}…`;
}

const isoTime = /^\d{4}-\d\d-\d\d(T\d\d(:\d\d(:\d\d(\.\d{1,9})?)?)?)?(Z|[+-]\d\d:\d\d)?$/;

/**
 * `5m`, `-30s`, an RFC 3339 time or its beginning (UTC without a zone, as nodes are), or Unix seconds, as a point in
 * time. After api/types/time/timestamp.go: GetTimestamp.
 */
export function parseTime(text: string, now: number): number | undefined {
	if (/^\d+(\.\d+)?$/.test(text)) return Number(text) * 1000;
	if (isoTime.test(text)) return parseIso(text);
	try {
		return Math.floor((now - parseGoDuration(text)) / 1000) * 1000;
	} catch {
		return undefined;
	}
}

/** JavaScript wants minutes, and takes a time without a zone as one of the browser's. */
function parseIso(text: string): number | undefined {
	const [, day = '', hour = '', zone = ''] =
		/^([\d-]{10})(?:T([^Z+-]*))?(Z|[+-]\d\d:\d\d)?$/.exec(text) ?? [];
	const minutes = /^\d\d$/.test(hour) ? `${hour}:00` : hour || '00:00';
	const parsed = Date.parse(`${day}T${minutes}${zone || 'Z'}`);
	return Number.isNaN(parsed) ? undefined : parsed;
}

const shortEscapes = new Map([
	['\x07', '\\a'],
	['\b', '\\b'],
	['\f', '\\f'],
	['\n', '\\n'],
	['\r', '\\r'],
	['\t', '\\t'],
	['\v', '\\v'],
	['"', '\\"'],
	['\\', '\\\\'],
]);

/** After strconv: Quote. */
export function goQuote(text: string): string {
	const escaped = [...text].map((character) => {
		const code = character.codePointAt(0) ?? 0;
		const control = code < 0x20 || code === 0x7f;
		const hex = `\\x${code.toString(16).padStart(2, '0')}`;
		return shortEscapes.get(character) ?? (control ? hex : character);
	});
	return `"${escaped.join('')}"`;
}
