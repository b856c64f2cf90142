import type { Container, PodSpec } from '../../api/kubernetes.ts';

// After k/k pkg/api/pod/warnings.go

/** What is allowed in a pod's spec and probably not meant. */
export function podWarnings(spec: PodSpec, field: string): string[] {
	const lists = { initContainers: spec.initContainers, containers: spec.containers };
	return Object.entries(lists).flatMap(([name, containers]) =>
		(containers ?? []).flatMap((container, i) => {
			const path = `${field}.${name}[${i}]`;
			return [...hiddenVariables(container, path), ...repeatedPorts(container, path)];
		}),
	);
}

function hiddenVariables({ env }: Container, path: string): string[] {
	const seen = new Set<string>();
	return (env ?? []).flatMap(({ name, value }, i) => {
		const again = seen.has(name) && !value?.includes(`$(${name})`);
		seen.add(name);
		return again
			? [
					`${path}.env[${i}]: hides previous definition of ${JSON.stringify(name)}, which may be dropped when using apply`,
				]
			: [];
	});
}

function repeatedPorts({ ports }: Container, path: string): string[] {
	const first = new Map<string, number>();
	return (ports ?? []).flatMap(({ containerPort, protocol }, i) => {
		const id = `${containerPort}/${protocol ?? 'TCP'}`;
		const before = first.get(id);
		if (before === undefined) {
			first.set(id, i);
			return [];
		}
		return [`${path}.ports[${i}]: duplicate port definition with ${path}.ports[${before}]`];
	});
}
