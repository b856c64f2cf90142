import { CliError } from './errors.ts';
import { dig, isJson, listAt, setAt, type Json, type Manifest } from './fields.ts';

/** Where the pod spec of a workload is. After pkg/polymorphichelpers: UpdatePodSpecForObject. */
export function podSpecOf(object: Manifest): Json {
	const path =
		object.kind === 'CronJob'
			? ['spec', 'jobTemplate', 'spec', 'template', 'spec']
			: ['spec', 'template', 'spec'];
	const spec = dig(object, ...(object.kind === 'Pod' ? ['spec'] : path));
	if (!isJson(spec))
		throw new CliError(`the object is not a pod or does not have a pod template: ${object.kind}`);
	return spec;
}

/** Containers whose names match a pattern with `*`. */
export function matchingContainers(spec: Json, pattern: string): Json[] {
	return [...listAt(spec, 'initContainers'), ...listAt(spec, 'containers')].filter(({ name }) =>
		matches(String(name), pattern),
	);
}

/** After pkg/cmd/set/helper.go: selectString */
function matches(name: string, pattern: string): boolean {
	const [first = '', ...parts] = pattern.split('*');
	const last = parts.pop();
	if (last === undefined) return name === pattern;
	if (!name.startsWith(first)) return false;
	let at = first.length;
	for (const part of parts) {
		const found = name.indexOf(part, at);
		if (found < 0) return false;
		at = found + part.length;
	}
	return name.length - last.length >= at && name.endsWith(last);
}

/** Sets an annotation of the pods that a workload makes. */
export function annotateTemplate(object: Json, key: string, value: string): void {
	setAt(object, ['spec', 'template', 'metadata', 'annotations', key], value);
}
