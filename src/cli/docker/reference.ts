import type { CliError } from './errors.ts';

/** What an image reference names. After distribution/reference. */
export interface Reference {
	/** `docker.io` */
	domain: string;
	/** `library/nginx` */
	path: string;
	/** Empty without one. */
	tag: string;
	/** `sha256:…`, empty without one. */
	digest: string;
}

/** Reads a reference as docker's client does before it asks the daemon; throws its message. */
export function parseReference(text: string): Reference {
	if (/^[0-9a-f]{64}$/.test(text))
		throw new Error(
			`invalid repository name (${text}), cannot specify 64-byte hexadecimal strings`,
		);
	const { name, tag, digest } = split(text);
	const [domain, path] = splitDomain(name);
	if (path !== path.toLowerCase())
		throw new Error(`invalid reference format: repository name (${path}) must be lowercase`);
	const isRight =
		isDomain(domain) &&
		path.split('/').every(isComponent) &&
		(tag === undefined || /^\w[\w.-]{0,127}$/.test(tag)) &&
		(digest === undefined || isDigest(digest));
	if (!isRight) throw new Error('invalid reference format');
	return { domain, path, tag: tag ?? '', digest: digest ?? '' };
}

function split(text: string): { name: string; tag?: string; digest?: string } {
	const at = text.indexOf('@');
	const rest = at < 0 ? text : text.slice(0, at);
	const colon = rest.indexOf(':', rest.lastIndexOf('/') + 1);
	return {
		name: colon < 0 ? rest : rest.slice(0, colon),
		...(colon < 0 ? {} : { tag: rest.slice(colon + 1) }),
		...(at < 0 ? {} : { digest: text.slice(at + 1) }),
	};
}

function splitDomain(name: string): [string, string] {
	const slash = name.indexOf('/');
	const first = name.slice(0, Math.max(0, slash));
	const isDomainLike = /[.:]/.test(first) || first === 'localhost' || first !== first.toLowerCase();
	if (slash < 0 || !isDomainLike)
		return ['docker.io', name.includes('/') ? name : `library/${name}`];
	const rest = name.slice(slash + 1);
	if (first === 'docker.io' || first === 'index.docker.io')
		return ['docker.io', rest.includes('/') ? rest : `library/${rest}`];
	return [first, rest];
}

function isDomain(domain: string): boolean {
	const [host = '', port] = domain.split(':');
	const isPart = (part: string) => /^[a-zA-Z\d-]+$/.test(part) && !/^-|-$/.test(part);
	return host.split('.').every(isPart) && (port === undefined || /^\d+$/.test(port));
}

/** Words of letters and digits, between them one dot, one or two underscores, or dashes. */
function isComponent(text: string): boolean {
	return (
		/^[a-z\d]/.test(text) &&
		/[a-z\d]$/.test(text) &&
		!/[^a-z\d._-]|\.[._-]|_[.-]|-[._]|___/.test(text)
	);
}

function isDigest(text: string): boolean {
	const [algorithm = '', hex = ''] = text.split(':');
	return /^[A-Za-z][\w.+-]*$/.test(algorithm) && /^[\da-fA-F]{32,}$/.test(hex);
}

/** The tag stands after the last slash: a host may have a port. */
function hasTag(ref: string): boolean {
	return ref.includes('@') || ref.includes(':', ref.lastIndexOf('/') + 1);
}

/** `nginx:latest` for `nginx` */
export function withTag(ref: string): string {
	return hasTag(ref) ? ref : `${ref}:latest`;
}

/** Ends a command for an image name that cannot be one. */
export function requireReference(text: string, explain: (why: string) => CliError): Reference {
	try {
		return parseReference(text);
	} catch (error) {
		throw explain((error as Error).message);
	}
}
