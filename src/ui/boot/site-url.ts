/** The address of a file of the site, wherever the page itself lies in it. */
export function siteUrl(path: string): string {
	return new URL(path, document.baseURI).href;
}
