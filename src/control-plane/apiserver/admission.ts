import type { KubeObject, Namespace, Pod } from '../../api/kubernetes.ts';
import type { Resource } from '../../client/resources.ts';
import { forbidden, notFound, StatusError } from '../../client/status.ts';
import { priorityClasses } from './pod-strategy.ts';
import type { Admission } from './registry.ts';
import type { Context } from './strategy.ts';

const namespaces = { group: '', resource: 'namespaces' };
const immortal = new Set(['default', 'kube-system', 'kube-public']);

/** Checks that need other objects than the one written. */
export function newAdmission(context: () => Context): Admission {
	return (operation, resource, object) => {
		namespaceLifecycle(context(), operation, resource, object);
		if (operation !== 'CREATE' || resource.kind !== 'Pod') return;
		priority(object as Pod);
		serviceAccount(context(), object as Pod);
	};
}

// After apiserver/pkg/admission/plugin/namespace/lifecycle
function namespaceLifecycle(
	context: Context,
	operation: string,
	resource: Resource,
	object: KubeObject,
): void {
	if (operation === 'DELETE') {
		if (resource.kind === 'Namespace' && immortal.has(object.metadata.name))
			throw forbidden(namespaces, object.metadata.name, 'this namespace may not be deleted');
		return;
	}
	if (operation !== 'CREATE' || !resource.namespaced) return;
	const name = object.metadata.namespace ?? '';
	const namespace = context.get('namespaces', '', name) as Namespace | undefined;
	if (!namespace) throw notFound(namespaces, name);
	if (namespace.status.phase === 'Terminating')
		throw terminating(resource, object.metadata.name, name);
}

function terminating(resource: Resource, name: string, namespace: string): StatusError {
	const { status } = forbidden(
		resource,
		name,
		`unable to create new content in namespace ${namespace} because it is being terminated`,
	);
	const cause = {
		reason: 'NamespaceTerminating',
		message: `namespace ${namespace} is being terminated`,
		field: 'metadata.namespace',
	};
	return new StatusError({ ...status, details: { ...status.details, causes: [cause] } });
}

// After plugin/pkg/admission/priority
function priority({ metadata, spec }: Pod): void {
	const { priorityClassName } = spec;
	if (!priorityClassName || priorityClasses.has(priorityClassName)) return;
	throw forbidden(
		{ group: '', resource: 'pods' },
		metadata.name,
		`no PriorityClass with name ${priorityClassName} was found`,
	);
}

// After plugin/pkg/admission/serviceaccount. Unlike Kubernetes: `default` need not exist yet, and no token is mounted.
function serviceAccount(context: Context, pod: Pod): void {
	const account = pod.spec.serviceAccountName ?? 'default';
	const namespace = pod.metadata.namespace ?? '';
	if (account === 'default' || context.get('serviceaccounts', namespace, account)) return;
	throw forbidden(
		{ group: '', resource: 'pods' },
		pod.metadata.name,
		`error looking up service account ${namespace}/${account}: serviceaccount "${account}" not found`,
	);
}
