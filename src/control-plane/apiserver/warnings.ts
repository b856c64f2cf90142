// After apiserver/pkg/endpoints/filters/warning.go and apimachinery/pkg/util/net/http.go: NewWarningHeader

const maxTotal = 4096;
const maxShortened = 256;

/** The Warning header of an answer: each text once, shortened when they are too many. */
export function warningHeader(texts: string[]): string {
	const shown = [...new Set(texts)].filter((text) => text !== '' && !hasControls(text));
	const total = shown.reduce((sum, text) => sum + [...text].length, 0);
	if (total <= maxTotal) return shown.map(warning).join(', ');
	const short = shown.map((text) => [...text].slice(0, maxShortened).join(''));
	const fitting: string[] = [];
	let written = 0;
	for (const text of short) {
		if (written >= maxTotal) break;
		written += [...text].length;
		fitting.push(warning(text));
	}
	return fitting.join(', ');
}

function warning(text: string): string {
	return `299 - "${text.replace(/["\\]/g, '\\$&')}"`;
}

function hasControls(text: string): boolean {
	return /\p{Cc}/u.test(text);
}
