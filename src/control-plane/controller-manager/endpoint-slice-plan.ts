import type { Endpoint, EndpointPort, EndpointSlice } from '../../api/kubernetes.ts';
import { canonicalJson, deepEqual } from '../../util/deep-equal.ts';

/** Endpoints that serve the same ports. */
export interface PortGroup {
	ports: EndpointPort[];
	endpoints: Endpoint[];
}

/** What is to be written so that slices hold the wanted endpoints. */
export interface SlicePlan {
	create: PortGroup[];
	update: { slice: EndpointSlice; endpoints: Endpoint[] }[];
	delete: EndpointSlice[];
}

function sortedPorts(ports: EndpointPort[] | null): EndpointPort[] {
	return [...(ports ?? [])].sort((a, b) => (canonicalJson(a) < canonicalJson(b) ? -1 : 1));
}

export function portsKey(ports: EndpointPort[] | null): string {
	return canonicalJson(sortedPorts(ports));
}

function endpointKey(endpoint: Endpoint): string {
	return `${endpoint.targetRef?.uid ?? ''}/${endpoint.addresses.join()}`;
}

/**
 * Changes as few slices as it can: endpoints stay where they are, new ones fill slices that change
 * anyway or have room, empty slices go. After endpointslice/reconciler.go: reconcileByPortMapping
 */
export function planSlices(slices: EndpointSlice[], groups: PortGroup[], max: number): SlicePlan {
	const plan: SlicePlan = { create: [], update: [], delete: [] };
	const wanted = new Map(groups.map((group) => [portsKey(group.ports), group]));
	const byPorts = new Map<string, EndpointSlice[]>();
	for (const slice of slices) {
		const key = portsKey(slice.ports);
		byPorts.set(key, [...(byPorts.get(key) ?? []), slice]);
	}
	for (const [key, group] of wanted) planGroup(plan, byPorts.get(key) ?? [], group, max);
	for (const [key, present] of byPorts) if (!wanted.has(key)) plan.delete.push(...present);
	return plan;
}

function planGroup(plan: SlicePlan, slices: EndpointSlice[], group: PortGroup, max: number): void {
	const missing = new Map(group.endpoints.map((endpoint) => [endpointKey(endpoint), endpoint]));
	const kept = slices.map((slice) => {
		const endpoints = (slice.endpoints ?? []).flatMap((endpoint) => {
			const key = endpointKey(endpoint);
			const next = missing.get(key);
			missing.delete(key);
			return next ?? [];
		});
		return { slice, endpoints };
	});
	const rest = [...missing.values()];
	const changing = (entry: (typeof kept)[number]) =>
		Number(!deepEqual(entry.endpoints, entry.slice.endpoints ?? []));
	kept.sort((a, b) => changing(b) - changing(a));
	for (const entry of kept)
		entry.endpoints.push(...rest.splice(0, Math.max(0, max - entry.endpoints.length)));
	while (rest.length > 0) plan.create.push({ ports: group.ports, endpoints: rest.splice(0, max) });
	for (const { slice, endpoints } of kept) {
		const placeholder = group.endpoints.length === 0 && slice === kept[0]?.slice;
		if (endpoints.length === 0 && !placeholder) plan.delete.push(slice);
		else if (!deepEqual(endpoints, slice.endpoints ?? [])) plan.update.push({ slice, endpoints });
	}
	if (kept.length === 0 && group.endpoints.length === 0)
		plan.create.push({ ports: group.ports, endpoints: [] });
}
