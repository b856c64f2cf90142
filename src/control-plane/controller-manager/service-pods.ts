import type { Pod, Service } from '../../api/kubernetes.ts';
import { keyOf } from '../../client/store.ts';
import { deepEqual } from '../../util/deep-equal.ts';
import type { Informers } from './informers.ts';

function selectedBy(service: Service, pod: Pod): boolean {
	const selector = Object.entries(service.spec.selector ?? {});
	const labels = pod.metadata.labels ?? {};
	return selector.length > 0 && selector.every(([key, value]) => labels[key] === value);
}

/** The pods a service selects. */
export function podsOfService(informers: Informers, service: Service): Pod[] {
	return informers.pods
		.byIndex('namespace', service.metadata.namespace ?? '')
		.filter((pod) => selectedBy(service, pod));
}

/** What an endpoint shows of a pod; other changes leave endpoints alone. */
function shown({ metadata, spec, status }: Pod): unknown {
	const ready = status.conditions?.find(({ type }) => type === 'Ready')?.status;
	const { deletionTimestamp, labels } = metadata;
	return [status.phase, status.podIP, ready, deletionTimestamp, labels, spec.nodeName];
}

/** Tells of every service, by key, whose endpoints a change of a pod or service may change. */
export function onServiceChange(informers: Informers, tell: (key: string) => void): void {
	const keyOfService = ({ metadata }: Service) => keyOf(metadata.namespace, metadata.name);
	const tellOf = (...pods: Pod[]) => {
		for (const service of informers.services.list(pods[0]?.metadata.namespace))
			if (pods.some((pod) => selectedBy(service, pod))) tell(keyOfService(service));
	};
	informers.services.subscribe({
		added: (service) => tell(keyOfService(service)),
		updated: (_old, service) => tell(keyOfService(service)),
		deleted: (service) => tell(keyOfService(service)),
	});
	informers.pods.subscribe({
		added: (pod) => tellOf(pod),
		updated: (old, pod) => {
			if (!deepEqual(shown(old), shown(pod))) tellOf(old, pod);
		},
		deleted: (pod) => tellOf(pod),
	});
}
