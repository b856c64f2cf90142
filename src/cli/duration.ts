const unitMs: Record<string, number> = {
	ns: 1e-6,
	us: 1e-3,
	µs: 1e-3,
	ms: 1,
	s: 1000,
	m: 60_000,
	h: 3_600_000,
};

/** Milliseconds of a Go duration (`1h5m`, `300ms`). After time: ParseDuration, with its error texts. */
export function parseGoDuration(text: string): number {
	const body = /^[-+]/.test(text) ? text.slice(1) : text;
	if (body === '0') return 0;
	if (/^\d+(\.\d*)?$/.test(body)) throw new Error(`time: missing unit in duration "${text}"`);
	if (!/^(?:(?:\d+(?:\.\d*)?|\.\d+)[a-zµ]+)+$/.test(body))
		throw new Error(`time: invalid duration "${text}"`);
	let total = 0;
	for (const [, amount = '', unit = ''] of body.matchAll(/([\d.]+)([a-zµ]+)/gy)) {
		const factor = unitMs[unit];
		if (factor === undefined) throw new Error(`time: unknown unit "${unit}" in duration "${text}"`);
		total += Number(amount) * factor;
	}
	return text.startsWith('-') ? -total : total;
}

/** A length of time in at most two units, as ages are printed. After apimachinery/pkg/util/duration: HumanDuration. */
export function humanDuration(ms: number): string {
	const seconds = Math.floor(ms / 1000);
	if (seconds < -1) return '<invalid>';
	if (seconds < 0) return '0s';
	if (seconds < 120) return `${seconds}s`;
	const minutes = Math.floor(ms / 60_000);
	if (minutes < 10) return withRest(minutes, 'm', seconds % 60, 's');
	if (minutes < 180) return `${minutes}m`;
	const hours = Math.floor(ms / 3_600_000);
	if (hours < 8) return withRest(hours, 'h', minutes % 60, 'm');
	if (hours < 48) return `${hours}h`;
	const days = Math.floor(hours / 24);
	if (hours < 192) return withRest(days, 'd', hours % 24, 'h');
	if (days < 730) return `${days}d`;
	const years = Math.floor(days / 365);
	return years < 8 ? withRest(years, 'y', days % 365, 'd') : `${years}y`;
}

function withRest(whole: number, unit: string, rest: number, restUnit: string): string {
	return rest === 0 ? `${whole}${unit}` : `${whole}${unit}${rest}${restUnit}`;
}
