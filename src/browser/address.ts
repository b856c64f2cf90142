/** `http://node-1:8080/`, without a port that goes without saying. */
export function httpUrl(host: string, port: number): string {
	return `http://${host}${port === 80 ? '' : `:${port}`}/`;
}

const schemed = /^[a-z][a-z0-9+.-]*:\/\//i;

/** The address that somebody typed: `node-1:30080/a` is `http://node-1:30080/a`. Undefined for what is none. */
export function typedAddress(text: string): string | undefined {
	const trimmed = text.trim();
	if (trimmed === '' || /\s/.test(trimmed)) return undefined;
	try {
		const { href, hostname } = new URL(schemed.test(trimmed) ? trimmed : `http://${trimmed}`);
		return hostname === '' ? undefined : href;
	} catch {
		return undefined;
	}
}

/** Whether a link leads to a machine of a cluster, and not into the world: by its name or its private address. */
export function isGuestAddress(url: string): boolean {
	if (!URL.canParse(url)) return false;
	const { protocol, hostname } = new URL(url);
	const isNode = /^(control-plane|node-\d+)$/.test(hostname);
	const isPrivate = /^(10\.|192\.168\.|172\.(1[6-9]|2\d|3[01])\.)[\d.]+$/.test(hostname);
	return protocol === 'http:' && (isNode || isPrivate || hostname.endsWith('.cluster.local'));
}
