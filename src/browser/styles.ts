/** Answers the address that stands for what is at `url`, or undefined to leave it. */
export type Fetched = (url: string, isSheet: boolean) => Promise<string | undefined>;

const reference =
	/(?:@import\s(?:url\(\s?)?|url\(\s?)(?:"([^"]*)"|'([^']*)'|([^"'()\s;]*))(?:\s?\))?/gi;

/** A style sheet whose `url()` and `@import` are replaced by what is there. `base`: where the sheet is. */
export async function filledStyle(css: string, base: string, fetched: Fetched): Promise<string> {
	const found = [...css.matchAll(reference)];
	const texts = await Promise.all(
		found.map(async (match) => {
			const [whole, ...parts] = match;
			const isImport = whole.startsWith('@');
			const url = parts.find((part) => part !== undefined) ?? '';
			const address = await fetchedFrom(url, base, isImport, fetched);
			if (address === undefined) return whole;
			return `${isImport ? '@import ' : ''}url("${address}")`;
		}),
	);
	let at = 0;
	const pieces = found.map((match, index) => {
		const before = css.slice(at, match.index);
		at = match.index + match[0].length;
		return before + (texts[index] ?? '');
	});
	return pieces.join('') + css.slice(at);
}

async function fetchedFrom(
	url: string,
	base: string,
	isSheet: boolean,
	fetched: Fetched,
): Promise<string | undefined> {
	if (url === '' || /^(data:|#|about:)/i.test(url) || !URL.canParse(url, base)) return undefined;
	return fetched(new URL(url, base).href, isSheet);
}
