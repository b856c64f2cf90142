import type { Node } from '../../api/kubernetes.ts';
import { age, ageColumn, column, nameColumn, type TableShape } from './table.ts';

// After k/k pkg/printers/internalversion/printers.go: printNode

const rolePrefix = 'node-role.kubernetes.io/';

function statusWord(node: Node): string {
	const ready = node.status.conditions?.find(({ type }) => type === 'Ready');
	const words = [ready ? (ready.status === 'True' ? 'Ready' : 'NotReady') : 'Unknown'];
	if (node.spec.unschedulable) words.push('SchedulingDisabled');
	return words.join(',');
}

function roles(node: Node): string {
	const found = new Set<string>();
	for (const [key, value] of Object.entries(node.metadata.labels ?? {})) {
		if (key.startsWith(rolePrefix) && key.length > rolePrefix.length)
			found.add(key.slice(rolePrefix.length));
		else if (key === 'kubernetes.io/role' && value !== '') found.add(value);
	}
	return found.size === 0 ? '<none>' : [...found].sort().join(',');
}

function address(node: Node, type: string): string {
	return node.status.addresses?.find((entry) => entry.type === type)?.address ?? '<none>';
}

export const nodeTable: TableShape<Node> = {
	columns: [
		nameColumn,
		column('Status', 'Whether the node is ready and takes pods.'),
		column('Roles', 'Roles from the labels of the node.'),
		ageColumn,
		column('Version', 'Version of the kubelet.'),
		column('Internal-IP*', 'Address inside the cluster.'),
		column('External-IP*', 'Address outside the cluster.'),
		column('OS-Image*', 'Operating system of the node.'),
		column('Kernel-Version*', 'Kernel of the node.'),
		column('Container-Runtime*', 'What runs the containers.'),
	],
	cells(node, now) {
		const info = node.status.nodeInfo ?? {};
		return [
			node.metadata.name,
			statusWord(node),
			roles(node),
			age(node.metadata.creationTimestamp, now),
			info.kubeletVersion ?? '',
			address(node, 'InternalIP'),
			address(node, 'ExternalIP'),
			info.osImage || '<unknown>',
			info.kernelVersion || '<unknown>',
			info.containerRuntimeVersion || '<unknown>',
		];
	},
};
