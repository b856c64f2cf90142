import type { Lease, Node, Pod } from '../../api/kubernetes.ts';
import {
	formatQuantity,
	parseQuantity,
	quantityToNumber,
	add,
	type Quantity,
} from '../../client/quantity.ts';
import { isNotFound } from '../../client/status.ts';
import { humanDuration } from '../duration.ts';
import { listAll } from './builder.ts';
import { describeEvents, eventsOf } from './describe-events.ts';
import { DescribeWriter, longTime } from './describe-writer.ts';
import type { Manifest } from './fields.ts';
import type { Session } from './session.ts';

const rolePrefix = 'node-role.kubernetes.io/';

/** After pkg/describe: describeNode. */
export async function describeNode(session: Session, object: Manifest): Promise<string> {
	const node = object as unknown as Node;
	const writer = new DescribeWriter();
	identity(writer, node);
	await lease(session, writer, node);
	conditions(writer, node);
	hardware(writer, node);
	const pods = await podsOn(session, node);
	podTable(session, writer, node, pods);
	allocated(writer, node, pods);
	if (session.flags.bool('show-events')) {
		const both = await Promise.all([
			eventsOf(session, object),
			eventsOf(session, object, node.metadata.name),
		]);
		describeEvents(session, writer, both.flat());
	}
	return writer.toString();
}

function identity(writer: DescribeWriter, { metadata, spec }: Node): void {
	const labels = metadata.labels ?? {};
	const roles = Object.keys(labels)
		.filter((label) => label.startsWith(rolePrefix))
		.map((label) => label.slice(rolePrefix.length))
		.filter(Boolean)
		.sort();
	writer.write(0, `Name:\t${metadata.name}`);
	writer.write(0, `Roles:\t${roles.join(',') || '<none>'}`);
	writer.labels('Labels', labels);
	writer.annotations('Annotations', metadata.annotations ?? {});
	writer.write(0, `CreationTimestamp:\t${longTime(metadata.creationTimestamp)}`);
	const taints = (spec.taints ?? []).map(
		({ key, value, effect }) => `${key}${value ? `=${value}` : ''}:${effect}`,
	);
	writer.write(0, `Taints:\t${taints[0] ?? '<none>'}`);
	for (const taint of taints.slice(1)) writer.write(0, `\t${taint}`);
	writer.write(0, `Unschedulable:\t${spec.unschedulable ?? false}`);
}

async function lease(session: Session, writer: DescribeWriter, { metadata }: Node): Promise<void> {
	let found: Lease | undefined;
	try {
		const path = `/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases/${metadata.name}`;
		found = await session.rest.get<Lease>(path);
	} catch (error) {
		if (!isNotFound(error)) throw error;
	}
	if (!found) {
		writer.write(
			0,
			`Lease:\tFailed to get lease: leases.coordination.k8s.io "${metadata.name}" not found`,
		);
		return;
	}
	writer.write(0, 'Lease:');
	writer.write(1, `HolderIdentity:\t${found.spec.holderIdentity ?? '<unset>'}`);
	writer.write(1, `AcquireTime:\t${longTime(found.spec.acquireTime)}`);
	writer.write(1, `RenewTime:\t${longTime(found.spec.renewTime)}`);
}

function conditions(writer: DescribeWriter, { status }: Node): void {
	const found = status.conditions ?? [];
	if (found.length === 0) return;
	writer.write(
		0,
		'Conditions:\n  Type\tStatus\tLastHeartbeatTime\tLastTransitionTime\tReason\tMessage',
	);
	writer.write(1, '----\t------\t-----------------\t------------------\t------\t-------');
	for (const one of found)
		writer.write(
			1,
			`${one.type} \t${one.status} \t${longTime(one.lastHeartbeatTime)} \t${longTime(one.lastTransitionTime)} \t${one.reason ?? ''} \t${one.message ?? ''}`,
		);
}

const infoTitles: [string, string][] = [
	['Machine ID', 'machineID'],
	['System UUID', 'systemUUID'],
	['Boot ID', 'bootID'],
	['Kernel Version', 'kernelVersion'],
	['OS Image', 'osImage'],
	['Operating System', 'operatingSystem'],
	['Architecture', 'architecture'],
	['Container Runtime Version', 'containerRuntimeVersion'],
	['Kubelet Version', 'kubeletVersion'],
	['Kube-Proxy Version', 'kubeProxyVersion'],
];

function hardware(writer: DescribeWriter, { spec, status }: Node): void {
	writer.write(0, 'Addresses:');
	for (const { type, address } of status.addresses ?? []) writer.write(1, `${type}:\t${address}`);
	const list = (title: string, values: Record<string, string> = {}) => {
		if (Object.keys(values).length === 0) return;
		writer.write(0, `${title}:`);
		for (const name of Object.keys(values).sort()) writer.write(1, `${name}:\t${values[name]}`);
	};
	list('Capacity', status.capacity);
	list('Allocatable', status.allocatable);
	writer.write(0, 'System Info:');
	for (const [title, key] of infoTitles)
		writer.write(1, `${title}:\t${status.nodeInfo?.[key] ?? ''}`);
	if (spec.podCIDR) writer.write(0, `PodCIDR:\t${spec.podCIDR}`);
	if (spec.podCIDRs?.length) writer.write(0, `PodCIDRs:\t${spec.podCIDRs.join(',')}`);
	if (spec.providerID) writer.write(0, `ProviderID:\t${spec.providerID}`);
}

async function podsOn(session: Session, node: Node): Promise<Pod[]> {
	const resource = await session.resource('pods');
	const fieldSelector = `spec.nodeName=${node.metadata.name},status.phase!=Succeeded,status.phase!=Failed`;
	return (await listAll(
		session,
		{ resource, namespace: undefined },
		{ fieldSelector },
	)) as unknown as Pod[];
}

type Bound = 'requests' | 'limits';

/** What a pod may take: its containers together, or its hungriest init container. */
function total(pods: Pod[], bound: Bound, resource: string): Quantity {
	let sum = parseQuantity('0');
	for (const { spec } of pods) {
		let pod = parseQuantity('0');
		for (const container of spec.containers)
			pod = add(formatQuantity(pod), container.resources?.[bound]?.[resource] ?? '0');
		for (const { resources } of spec.initContainers ?? []) {
			const own = resources?.[bound]?.[resource];
			if (own && quantityToNumber(own) > quantityToNumber(pod)) pod = parseQuantity(own);
		}
		sum = add(formatQuantity(sum), formatQuantity(pod));
	}
	return sum;
}

function share(amount: Quantity, allocatable: string | undefined): string {
	const whole = quantityToNumber(allocatable ?? '0');
	const percent = whole > 0 ? Math.trunc((quantityToNumber(amount) / whole) * 100) : 0;
	return `${formatQuantity(amount)} (${percent}%)`;
}

function podTable(session: Session, writer: DescribeWriter, { status }: Node, pods: Pod[]): void {
	writer.write(0, `Non-terminated Pods:\t(${pods.length} in total)`);
	writer.write(
		1,
		'Namespace\tName\t\tCPU Requests\tCPU Limits\tMemory Requests\tMemory Limits\tAge',
	);
	writer.write(
		1,
		'---------\t----\t\t------------\t----------\t---------------\t-------------\t---',
	);
	for (const pod of pods) {
		const cell = (bound: Bound, resource: string) =>
			share(total([pod], bound, resource), status.allocatable?.[resource]);
		const age = humanDuration(session.now() - Date.parse(pod.metadata.creationTimestamp));
		writer.write(
			1,
			`${pod.metadata.namespace}\t${pod.metadata.name}\t\t${cell('requests', 'cpu')}\t${cell('limits', 'cpu')}\t${cell('requests', 'memory')}\t${cell('limits', 'memory')}\t${age}`,
		);
	}
}

function allocated(writer: DescribeWriter, { status }: Node, pods: Pod[]): void {
	writer.write(
		0,
		'Allocated resources:\n  (Total limits may be over 100 percent, i.e., overcommitted.)',
	);
	writer.write(1, 'Resource\tRequests\tLimits');
	writer.write(1, '--------\t--------\t------');
	for (const resource of ['cpu', 'memory', 'ephemeral-storage']) {
		const cell = (bound: Bound) =>
			share(total(pods, bound, resource), status.allocatable?.[resource]);
		writer.write(1, `${resource}\t${cell('requests')}\t${cell('limits')}`);
	}
}
