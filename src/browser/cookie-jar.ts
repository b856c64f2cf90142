interface Cookie {
	name: string;
	value: string;
	path: string;
	/** Milliseconds since 1970; undefined for the life of the jar. */
	expires: number | undefined;
	httpOnly: boolean;
}

const cookiesPerHost = 50;
const lengthMax = 4096;

/** What servers have asked to be told again, by host; ports share it, as in browsers. It is kept in memory alone. */
export class CookieJar {
	readonly #hosts = new Map<string, Cookie[]>();
	readonly #now: () => number;

	constructor(now: () => number) {
		this.#now = now;
	}

	/** The `Cookie` header for an address; empty when there is nothing to tell. */
	header(url: string): string {
		return this.#text(url, () => true);
	}

	/** What `document.cookie` says: all but `HttpOnly`. */
	readable(url: string): string {
		return this.#text(url, ({ httpOnly }) => !httpOnly);
	}

	/** Takes a `Set-Cookie` header, or several, one a line. Cookies for other hosts or for TLS alone are left out. */
	set(url: string, header: string | undefined, isByScript = false): void {
		for (const line of header?.split('\n') ?? []) this.#setOne(new URL(url), line, isByScript);
	}

	clear(): void {
		this.#hosts.clear();
	}

	#text(url: string, wanted: (cookie: Cookie) => boolean): string {
		const { hostname, pathname } = new URL(url);
		return this.#fresh(hostname)
			.filter((cookie) => wanted(cookie) && covers(cookie.path, pathname))
			.sort((a, b) => b.path.length - a.path.length)
			.map(({ name, value }) => (name === '' ? value : `${name}=${value}`))
			.join('; ');
	}

	#fresh(host: string): Cookie[] {
		const now = this.#now();
		return (this.#hosts.get(host) ?? []).filter(({ expires = Infinity }) => expires > now);
	}

	#setOne({ hostname, pathname }: URL, line: string, isByScript: boolean): void {
		const [first = '', ...rest] = line.slice(0, lengthMax).split(';');
		const [name, value] = pair(first);
		const attributes = new Map(rest.map((one) => lowered(pair(one))));
		const httpOnly = attributes.has('httponly');
		const domain = attributes.get('domain')?.replace(/^\./, '') ?? hostname;
		if ((name === '' && value === '') || attributes.has('secure') || domain !== hostname) return;
		if (isByScript && httpOnly) return;
		const path = attributes.get('path') ?? '';
		const cookie = {
			name,
			value,
			path: path.startsWith('/') ? path : folderOf(pathname),
			expires: this.#end(attributes),
			httpOnly,
		};
		const others = this.#fresh(hostname).filter(
			(one) => one.name !== name || one.path !== cookie.path,
		);
		this.#hosts.set(hostname, [...others, cookie].slice(-cookiesPerHost));
	}

	#end(attributes: ReadonlyMap<string, string>): number | undefined {
		const age = attributes.get('max-age');
		if (age !== undefined && /^-?\d+$/.test(age)) return this.#now() + Number(age) * 1000;
		const date = Date.parse(attributes.get('expires') ?? '');
		return Number.isNaN(date) ? undefined : date;
	}
}

function pair(text: string): [string, string] {
	const at = text.indexOf('=');
	return at < 0 ? ['', text.trim()] : [text.slice(0, at).trim(), text.slice(at + 1).trim()];
}

/** An attribute without a value is its name. */
function lowered([name, value]: [string, string]): [string, string] {
	return name === '' ? [value.toLowerCase(), ''] : [name.toLowerCase(), value];
}

function folderOf(path: string): string {
	return path.slice(0, Math.max(1, path.lastIndexOf('/')));
}

function covers(folder: string, path: string): boolean {
	return path === folder || path.startsWith(folder.endsWith('/') ? folder : `${folder}/`);
}
