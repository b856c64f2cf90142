import { machineMemory } from '../api/node.ts';

/** One row of the rack: everything about a node that is decided before it boots. */
export interface Slot {
	name: string;
	role: 'control-plane' | 'worker';
	address: string;
	cidr: string;
	mac: string;
	podCidr: string;
	tainted: boolean;
}

export const serviceCidr = '10.96.0.0/16';
export const maxNodes = 5;
/** MB of a machine to choose from, the usual size last. */
export const memorySizes: readonly number[] = [128, 256, machineMemory];

/**
 * The slots of a cluster of `count` nodes (1 to 5): the control plane, then `node-1`, `node-2`, …
 * Without Kubernetes there is no control plane: `node-1` is the first.
 */
export function slots(
	count: number,
	runs: 'linux' | 'docker' | 'kubernetes' = 'kubernetes',
): Slot[] {
	if (!Number.isInteger(count) || count < 1 || count > maxNodes)
		throw new RangeError(`a cluster has 1 to ${maxNodes} nodes, not ${count}`);
	const first = runs === 'kubernetes' ? 0 : 1;
	return Array.from({ length: count }, (_, place) => place + first).map((index) => ({
		name: index === 0 ? 'control-plane' : `node-${index}`,
		role: index === 0 ? 'control-plane' : 'worker',
		address: `192.168.56.${10 + index}`,
		cidr: `192.168.56.${10 + index}/24`,
		mac: `02:d0:c5:00:00:${(10 + index).toString(16).padStart(2, '0')}`,
		podCidr: `10.244.${index}.0/24`,
		// Alone, the control plane has to take the pods itself, as a kubeadm user would allow it to.
		tainted: index === 0 && count > 1,
	}));
}

/** `/etc/hosts` lines about every node. */
export function hostLines(rack: Slot[]): string[] {
	return rack.map((slot) => `${slot.address} ${slot.name}`);
}
