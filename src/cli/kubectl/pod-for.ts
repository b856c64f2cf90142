import type { Pod } from '../../api/kubernetes.ts';
import { labelSelectorToString } from '../../client/selectors.ts';
import { listAll } from './builder.ts';
import { pathOf } from './discovery.ts';
import { CliError } from './errors.ts';
import { mapAt, type Manifest } from './fields.ts';
import type { Session } from './session.ts';

/** The label selector of a workload or Service as text. After pkg/polymorphichelpers: SelectorsForObject. */
export function selectorOf(object: Manifest): string {
	if (object.kind === 'Service' || object.kind === 'ReplicationController') {
		const matchLabels = mapAt(object, 'spec', 'selector') as Record<string, string>;
		if (Object.keys(matchLabels).length === 0)
			throw new CliError(
				`invalid service '${object.metadata.name}': Service is defined without a selector`,
			);
		return labelSelectorToString({ matchLabels });
	}
	const selector = mapAt(object, 'spec', 'selector');
	if (Object.keys(selector).length === 0)
		throw new CliError(`selector for ${object.kind} not implemented`);
	return labelSelectorToString(selector);
}

/** The object that `pod`, `type/name` means, read from the server. */
export async function namedObject(session: Session, word: string): Promise<Manifest> {
	const [type = '', name] = word.includes('/') ? word.split('/') : ['pods', word];
	const resource = await session.resource(type);
	return session.rest.get(pathOf(resource, session.namespace, name));
}

/** The pods behind an object, the one to speak to first. After pkg/polymorphichelpers: GetFirstPod. */
export async function podsOf(session: Session, object: Manifest): Promise<Pod[]> {
	if (object.kind === 'Pod') return [object as unknown as Pod];
	const pods = await session.resource('pods');
	const labelSelector = selectorOf(object);
	const target = { resource: pods, namespace: object.metadata.namespace };
	const items = (await listAll(session, target, { labelSelector })) as unknown as Pod[];
	return items.sort((a, b) => rank(a) - rank(b));
}

/** Lower is better: assigned, running, ready. After pkg/controller: ActivePods. */
function rank(pod: Pod): number {
	const phases = ['Running', 'Unknown', 'Pending'];
	const phase = phases.indexOf(pod.status.phase ?? '');
	const ready = pod.status.conditions?.some(
		({ type, status }) => type === 'Ready' && status === 'True',
	);
	return (pod.spec.nodeName ? 0 : 100) + (phase < 0 ? 50 : phase * 10) + (ready ? 0 : 1);
}

/** The pod that a word on the command line means, waiting up to a time for one to exist. */
export async function podFor(session: Session, word: string): Promise<Pod> {
	const object = await namedObject(session, word);
	const [pod] = await podsOf(session, object);
	if (!pod)
		throw new CliError(`timed out waiting for the condition: no pods of ${word} were found`);
	return pod;
}

const defaultContainer = 'kubectl.kubernetes.io/default-container';

/** The container to use, with a word about the choice when there was one. After pkg/cmd/util/podcmd: FindOrDefaultContainerByName. */
export async function containerFor(session: Session, pod: Pod, quiet: boolean): Promise<string> {
	const { containers, initContainers = [], ephemeralContainers = [] } = pod.spec;
	const asked = session.flags.text('container');
	const all = [...containers, ...initContainers, ...ephemeralContainers].map(({ name }) => name);
	if (asked !== '') {
		if (!all.includes(asked))
			throw new CliError(
				`container ${asked} is not valid for pod ${pod.metadata.name} out of: ${containerNames(pod)}`,
			);
		return asked;
	}
	const annotated = pod.metadata.annotations?.[defaultContainer];
	if (annotated && all.includes(annotated)) return annotated;
	const name = containers[0]?.name ?? '';
	if (!quiet && all.length > 1)
		await session.err(`Defaulted container "${name}" out of: ${containerNames(pod)}\n`);
	return name;
}

/** `a, b, setup (init), debug (ephem)`. */
function containerNames(pod: Pod): string {
	const { containers, initContainers = [], ephemeralContainers = [] } = pod.spec;
	return [
		...containers.map(({ name }) => name),
		...ephemeralContainers.map(({ name }) => `${name} (ephem)`),
		...initContainers.map(({ name }) => `${name} (init)`),
	].join(', ');
}
