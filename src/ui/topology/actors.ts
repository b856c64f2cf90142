import type { AuditEvent } from '../../api/node.ts';
import type { ObjectChange } from '../state/change-log.ts';

/** Who asked the API server for something, as the pictures draw it. */
export type Actor =
	| 'kubectl'
	| 'deployment-controller'
	| 'replicaset-controller'
	| 'kube-scheduler'
	| 'kubelet'
	| 'endpointslice-controller'
	| 'page'
	| 'other';

const known: readonly Actor[] = [
	'kubectl',
	'deployment-controller',
	'replicaset-controller',
	'kube-scheduler',
	'kubelet',
	'endpointslice-controller',
];

export function actorOf(userAgent: string): Actor {
	const name = userAgent.split('/', 1)[0] ?? '';
	if (name === 'drydock-page') return 'page';
	return known.find((one) => one === name) ?? 'other';
}

/** The name that an actor signs with, without its version. */
export function actorName({ userAgent, node }: Pick<AuditEvent, 'userAgent' | 'node'>): string {
	const [name = '', rest] = userAgent.split('/');
	if (name === 'kubelet') return `kubelet ${rest ?? node ?? ''}`.trim();
	return name || '?';
}

const kinds: Record<string, string> = {
	pods: 'Pod',
	deployments: 'Deployment',
	replicasets: 'ReplicaSet',
	services: 'Service',
	endpointslices: 'EndpointSlice',
	endpoints: 'Endpoints',
	nodes: 'Node',
	configmaps: 'ConfigMap',
	namespaces: 'Namespace',
	events: 'Event',
};

/** `Pod` for `pods/status`; the plural for a kind that pictures do not know. */
export function kindOf(resource: string): string {
	const plural = resource.split('/', 1)[0] ?? '';
	return kinds[plural] ?? plural;
}

/** What the API server's log says with a verb and a subresource, as one word. */
export function deed({ verb, resource }: Pick<AuditEvent, 'verb' | 'resource'>): string {
	const sub = resource.split('/')[1];
	if (sub === 'binding') return 'bind';
	if (sub === 'status') return 'status';
	if (sub === 'scale') return 'scale';
	return verb;
}

/** True when one of the two owns the other, or both are the same object, or a slice sends to the pod. */
export function related(a: ObjectChange['object'], b: ObjectChange['object']): boolean {
	const owners = (object: typeof a) => object.metadata.ownerReferences?.map((one) => one.uid) ?? [];
	if (a.metadata.uid === b.metadata.uid) return true;
	if (owners(a).includes(b.metadata.uid) || owners(b).includes(a.metadata.uid)) return true;
	const slice = a.kind === 'EndpointSlice' || b.kind === 'EndpointSlice';
	return slice && a.metadata.namespace === b.metadata.namespace;
}
