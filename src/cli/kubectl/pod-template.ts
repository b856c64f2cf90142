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
	const expression = new RegExp(
		`^${pattern.replace(/[.+^${}()|[\]\\]/g, '\\$&').replaceAll('*', '.*')}$`,
	);
	return [...listAt(spec, 'initContainers'), ...listAt(spec, 'containers')].filter(({ name }) =>
		expression.test(String(name)),
	);
}

/** Sets an annotation of the pods that a workload makes. */
export function annotateTemplate(object: Json, key: string, value: string): void {
	setAt(object, ['spec', 'template', 'metadata', 'annotations', key], value);
}
