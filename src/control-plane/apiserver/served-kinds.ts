import { resources, type Resource } from '../../client/resources.ts';
import type { Conversion } from './codec.ts';
import {
	configMapStrategy,
	endpointSliceStrategy,
	endpointsStrategy,
	eventStrategy,
	leaseStrategy,
	namespaceStrategy,
	nodeStrategy,
	plainStrategy,
	secretStrategy,
	selectableBy,
	serviceAccountStrategy,
} from './core-strategies.ts';
import { eventConversion } from './event-conversion.ts';
import { podStrategy } from './pod-strategy.ts';
import { serviceStrategy } from './service-strategy.ts';
import type { Strategy } from './strategy.ts';
import { plainTable, type TableShape } from './table.ts';
import { tables } from './tables.ts';
import { deploymentStrategy, replicaSetStrategy } from './workload-strategy.ts';

/** One row of the list of everything this server serves. */
export interface ServedKind {
	resource: Resource;
	strategy: Strategy;
	/** Below /registry, as upstream's keys are. */
	path: string;
	schema: string;
	table: TableShape;
	conversion?: Conversion;
	refusal?: string;
}

function kind(
	resource: Resource,
	strategy: Strategy,
	rest: Partial<Omit<ServedKind, 'resource' | 'strategy'>> = {},
): ServedKind {
	return {
		resource,
		strategy,
		path: resource.resource,
		schema: resource.kind,
		table: tables[resource.resource] ?? plainTable,
		...rest,
	};
}

/** A resource clients expect to be able to list, whose controller this cluster does not have. */
function listed(
	group: string,
	version: string,
	kindName: string,
	rest: Partial<Resource> = {},
	strategy = plainStrategy,
): ServedKind {
	const plural = rest.resource ?? `${kindName.toLowerCase()}s`;
	const resource: Resource = {
		group,
		version,
		resource: plural,
		singular: kindName.toLowerCase(),
		kind: kindName,
		namespaced: true,
		shortNames: [],
		categories: ['all'],
		subresources: ['status'],
		...rest,
	};
	return kind(resource, strategy, {
		refusal: `${kindName} has no controller in this cluster yet`,
	});
}

const eventsV1: Resource = { ...resources.events, group: 'events.k8s.io' };

/** Everything this server serves; the order within a group is that of discovery. */
export const servedKinds: ServedKind[] = [
	kind(resources.configmaps, configMapStrategy),
	kind(resources.endpoints, endpointsStrategy, { path: 'services/endpoints' }),
	kind(resources.events, eventStrategy),
	kind(resources.namespaces, namespaceStrategy),
	kind(resources.nodes, nodeStrategy, { path: 'minions' }),
	kind(resources.pods, podStrategy),
	listed(
		'',
		'v1',
		'ReplicationController',
		{ shortNames: ['rc'], subresources: ['status', 'scale'] },
		selectableBy('status.replicas'),
	),
	kind(resources.secrets, secretStrategy),
	kind(resources.serviceaccounts, serviceAccountStrategy),
	kind(resources.services, serviceStrategy, { path: 'services/specs' }),
	listed('apps', 'v1', 'DaemonSet', { shortNames: ['ds'] }),
	kind(resources.deployments, deploymentStrategy),
	kind(resources.replicasets, replicaSetStrategy),
	listed('apps', 'v1', 'StatefulSet', { shortNames: ['sts'], subresources: ['status', 'scale'] }),
	kind(eventsV1, eventStrategy, {
		path: 'events',
		schema: 'events/Event',
		conversion: eventConversion,
	}),
	listed('autoscaling', 'v2', 'HorizontalPodAutoscaler', { shortNames: ['hpa'] }),
	{
		...listed('autoscaling', 'v1', 'HorizontalPodAutoscaler', { shortNames: ['hpa'] }),
		schema: 'HorizontalPodAutoscaler/v1',
	},
	listed('batch', 'v1', 'CronJob', { shortNames: ['cj'] }),
	listed('batch', 'v1', 'Job', {}, selectableBy('status.successful')),
	kind(resources.leases, leaseStrategy),
	kind(resources.endpointslices, endpointSliceStrategy),
];
