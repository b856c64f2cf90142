/** A `metav1.Time` on the wire: whole seconds in UTC. */
export function rfc3339(ms: number): string {
	return `${new Date(ms).toISOString().slice(0, 19)}Z`;
}

/** A `metav1.MicroTime` on the wire: always six digits after the point. */
export function microTime(ms: number): string {
	const micros = Math.floor(ms * 1000) % 1000;
	return `${new Date(ms).toISOString().slice(0, 23)}${String(micros).padStart(3, '0')}Z`;
}

/** Milliseconds of a time on the wire, or `undefined` for an absent or unreadable one. */
export function parseTime(text: string | null | undefined): number | undefined {
	const ms = text ? Date.parse(text) : NaN;
	return Number.isNaN(ms) ? undefined : ms;
}
