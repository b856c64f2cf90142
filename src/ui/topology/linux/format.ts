/** `3.3 MB`, with the prefixes that `ls -h` and docker use. */
export function bytes(count: number): string {
	if (count < 1000) return `${count} B`;
	const units = ['kB', 'MB', 'GB'];
	let value = count;
	let unit = '';
	for (const next of units) {
		if (value < 1000) break;
		value /= 1000;
		unit = next;
	}
	return `${value < 10 ? value.toFixed(1) : Math.round(value)} ${unit}`;
}

/** The 64 digits of a container's or layer's name are cut to twelve, as docker does. */
export function shortIds(text: string): string {
	return text.replace(/\b([0-9a-f]{12})[0-9a-f]{20,52}\b/g, '$1');
}

/** Memory in the units of `memory.max`: `8 MiB`. */
export function mebibytes(count: number): string {
	const value = count / 1_048_576;
	if (count > 0 && value < 0.1) return `${Math.round(count / 1024)} KiB`;
	return `${value < 10 ? Number(value.toFixed(1)) : Math.round(value)} MiB`;
}
