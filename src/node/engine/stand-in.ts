import { fullName, type Reference } from './reference.ts';

/** Registries that hold copies of another's repositories: a prefix of the full name, and what is looked at instead. */
const mirrors: readonly (readonly [string, readonly string[]])[] = [
	['k8s.gcr.io/', ['registry.k8s.io/', 'docker.io/library/']],
	['registry.k8s.io/', ['docker.io/library/']],
	['mirror.gcr.io/library/', ['docker.io/library/']],
	['public.ecr.aws/docker/library/', ['docker.io/library/']],
];

const version = /^v?(\d{1,2})(?:\.(\d{1,2}))?(?:\.\d{1,2})*(?:-(?:alpine|slim)[\d.]*)?$/;

/**
 * What can be had in place of an image that this registry has not: the same repository where it is copied from, and
 * of it the same tag, for a version the nearest one of the same major version, and for `latest` the newest. Other
 * tags that are no versions have no stand-in, nor has a version that differs in the first number.
 */
export function standIn(asked: Reference, offered: readonly Reference[]): Reference | undefined {
	if (asked.digest) return undefined;
	for (const repository of [fullName(asked), ...sources(asked)]) {
		const here = offered.filter((each) => fullName(each) === repository);
		const tag = asked.tag ?? 'latest';
		const found = here.find((each) => each.tag === tag) ?? nearest(tag, here);
		if (found) return found;
	}
	return undefined;
}

function sources(asked: Reference): string[] {
	const name = fullName(asked);
	const [prefix = '', targets = []] = mirrors.find(([each]) => name.startsWith(each)) ?? [];
	const rest = name.slice(prefix.length);
	return rest.includes('/') ? [] : targets.map((target) => target + rest);
}

function nearest(tag: string, here: readonly Reference[]): Reference | undefined {
	if (tag === 'latest') return newest(here);
	const [, major, minor = '0'] = version.exec(tag) ?? [];
	if (major === undefined) return undefined;
	const distance = (each: Reference) => {
		const [, otherMajor, otherMinor] = version.exec(each.tag ?? '') ?? [];
		if (otherMajor !== major) return undefined;
		return otherMinor === undefined ? 100 : Math.abs(Number(otherMinor) - Number(minor));
	};
	const fitting = here.flatMap((each) => {
		const apart = distance(each);
		return apart === undefined ? [] : [{ each, apart }];
	});
	return fitting.sort((a, b) => a.apart - b.apart)[0]?.each;
}

function newest(here: readonly Reference[]): Reference | undefined {
	const rank = ({ tag = '' }: Reference) => {
		const [, major = '-1', minor = '0'] = version.exec(tag) ?? [];
		return Number(major) * 1000 + Number(minor);
	};
	return [...here].sort((a, b) => rank(b) - rank(a))[0];
}
