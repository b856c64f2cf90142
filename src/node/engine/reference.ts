import { EngineError } from '../../client/engine-error.ts';

/** An image name taken apart. After distribution/reference: ParseNormalizedNamed. */
export interface Reference {
	/** `docker.io`, `registry.k8s.io`, `localhost:5000` */
	domain: string;
	/** `library/nginx` */
	path: string;
	tag?: string;
	/** `sha256:…` */
	digest?: string;
}

const component = '[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*';
const namePattern = new RegExp(`^${component}(?:/${component})*$`);
const tagPattern = /^[\w][\w.-]{0,127}$/;
const digestPattern = /^sha256:[a-f0-9]{64}$/;

/** Reads `nginx`, `registry.k8s.io/pause:3.9`, `nginx@sha256:…`; throws docker's refusal. */
export function parseReference(text: string): Reference {
	const [named = '', digest] = splitOnce(text, '@');
	if (digest !== undefined && !digestPattern.test(digest)) throw invalid();
	const [domain, rest] = splitDomain(named);
	const colon = rest.lastIndexOf(':');
	const bare = colon < 0 ? rest : rest.slice(0, colon);
	const tag = colon < 0 ? undefined : rest.slice(colon + 1);
	if (/[A-Z]/.test(bare))
		throw new EngineError(400, 'invalid reference format: repository name must be lowercase');
	if (!namePattern.test(bare) || (tag !== undefined && !tagPattern.test(tag))) throw invalid();
	const path = domain === 'docker.io' && !bare.includes('/') ? `library/${bare}` : bare;
	return { domain, path, ...(tag ? { tag } : {}), ...(digest ? { digest } : {}) };
}

function invalid(): EngineError {
	return new EngineError(400, 'invalid reference format');
}

function splitOnce(text: string, separator: string): [string, string | undefined] {
	const at = text.indexOf(separator);
	return at < 0 ? [text, undefined] : [text.slice(0, at), text.slice(at + separator.length)];
}

function splitDomain(named: string): [string, string] {
	const [first = '', rest] = splitOnce(named, '/');
	const isDomain = /[.:]/.test(first) || first === 'localhost' || first !== first.toLowerCase();
	if (rest === undefined || !isDomain) return ['docker.io', named];
	return [first === 'index.docker.io' ? 'docker.io' : first, rest];
}

/** `docker.io/library/nginx` */
export function fullName(reference: Reference): string {
	return `${reference.domain}/${reference.path}`;
}

/** The name as docker shows it: `nginx`, `registry.k8s.io/pause`. */
export function familiarName(reference: Reference): string {
	if (reference.domain !== 'docker.io') return fullName(reference);
	return reference.path.replace(/^library\//, '');
}

/** `nginx:1`; the tag is `latest` when neither tag nor digest was named. */
export function familiarString(reference: Reference): string {
	if (reference.digest) return `${familiarName(reference)}@${reference.digest}`;
	return `${familiarName(reference)}:${reference.tag ?? 'latest'}`;
}

/** `docker.io/library/nginx:1`: the key under which an index or a store knows it. */
export function canonicalString(reference: Reference): string {
	if (reference.digest) return `${fullName(reference)}@${reference.digest}`;
	return `${fullName(reference)}:${reference.tag ?? 'latest'}`;
}
