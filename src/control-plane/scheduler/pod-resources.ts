import type { Container, Pod } from '../../api/kubernetes.ts';
import { milliValue, wholeValue } from '../../client/quantity.ts';

/** Amounts by resource; `cpu` in thousandths, the rest in whole units. */
export type Amounts = Record<string, number>;

/** What a container without a request is taken to need when nodes are compared. */
const defaultRequests: Amounts = { cpu: 100, memory: 200 * 1024 * 1024 };

/** The number of a quantity in the unit that {@link Amounts} has for the resource. */
function amountOf(resource: string, quantity: string): number {
	return resource === 'cpu' ? milliValue(quantity) : wholeValue(quantity);
}

export function amountsOf(quantities: Record<string, string> | undefined): Amounts {
	const entries = Object.entries(quantities ?? {});
	return Object.fromEntries(entries.map(([name, text]) => [name, amountOf(name, text)]));
}

export function addTo(total: Amounts, amounts: Amounts): Amounts {
	for (const [name, amount] of Object.entries(amounts)) total[name] = (total[name] ?? 0) + amount;
	return total;
}

function raiseTo(total: Amounts, amounts: Amounts): Amounts {
	for (const [name, amount] of Object.entries(amounts))
		total[name] = Math.max(total[name] ?? 0, amount);
	return total;
}

function requestsOf(container: Container, nonZero: boolean): Amounts {
	const requests = amountsOf(container.resources?.requests);
	return nonZero ? { ...defaultRequests, ...requests } : requests;
}

/**
 * What a pod needs at its greediest moment: all containers together, or an init container with the
 * sidecars started before it. After component-helpers/resource: PodRequests
 */
export function podRequests(pod: Pod, nonZero = false): Amounts {
	const total: Amounts = {};
	for (const container of pod.spec.containers) addTo(total, requestsOf(container, nonZero));
	const sidecars: Amounts = {};
	const initPeak: Amounts = {};
	for (const container of pod.spec.initContainers ?? []) {
		const requests = requestsOf(container, nonZero);
		if (container.restartPolicy === 'Always') {
			addTo(total, requests);
			raiseTo(initPeak, addTo(sidecars, requests));
		} else raiseTo(initPeak, addTo({ ...sidecars }, requests));
	}
	return raiseTo(total, initPeak);
}
