import type { ClusterNode } from '../../api/cluster.ts';
import type {
	Condition,
	Container,
	Deployment,
	EndpointSlice,
	KubeObject,
	Node,
	Pod,
	ReplicaSet,
	Service,
} from '../../api/kubernetes.ts';
import type { NodeFacts } from '../../api/node.ts';
import { podView } from './pod-view.ts';
import { timeOfDay } from './words.ts';

export interface CardView {
	kind: string;
	name: string;
	/** Field names as kubectl prints them, so that the card can be found again in the shell. */
	fields: [string, string][];
	/** What shows the same in a shell. */
	command: string;
	/** Where the command is typed; any running node when left out. */
	node?: string;
	object: KubeObject | undefined;
	/** Addresses that the browser can open. */
	opens?: string[];
}

type Fields = [string, string][];

const conditions = (list: Condition[] | undefined): string =>
	(list ?? [])
		.map((one) => `${one.type}=${one.status}${one.reason ? ` (${one.reason})` : ''}`)
		.join(', ');

const labels = (object: KubeObject): string =>
	Object.entries(object.metadata.labels ?? {})
		.map(([key, value]) => `${key}=${value}`)
		.join(', ');

/** `cpu 50m/200m, memory 16Mi/–`: requests and limits. */
function resourcesOf({ resources }: Container): string {
	const { requests = {}, limits = {} } = resources ?? {};
	return [...new Set([...Object.keys(requests), ...Object.keys(limits)])]
		.map((name) => `${name} ${requests[name] ?? '–'}/${limits[name] ?? '–'}`)
		.join(', ');
}

function podFields(pod: Pod): Fields {
	const view = podView(pod);
	const containers = view.containers.map(({ name, image, state, restarts }): [string, string] => [
		`Container ${name}`,
		`${image} · ${state}${restarts > 0 ? ` · restarts ${restarts}` : ''}`,
	]);
	const message = pod.status.containerStatuses?.find((one) => one.state.waiting?.message)?.state
		.waiting?.message;
	return [
		['Status', `${view.status} (${view.ready} ready)`],
		['Node', view.node ?? '<none>'],
		['IP', view.ip ?? '<none>'],
		[
			'Controlled By',
			pod.metadata.ownerReferences?.map((o) => `${o.kind}/${o.name}`).join() ?? '–',
		],
		['QoS Class', pod.status.qosClass ?? ''],
		...containers,
		...pod.spec.containers.map((one): [string, string] => [
			`Requests/Limits ${one.name}`,
			resourcesOf(one),
		]),
		['Volumes', (pod.spec.volumes ?? []).map((one) => one.name).join(', ')],
		...(message ? [['Message', message] as [string, string]] : []),
		['Conditions', conditions(pod.status.conditions)],
	];
}

function deploymentFields({ spec, status }: Deployment): Fields {
	const rolling = spec.strategy?.rollingUpdate;
	return [
		[
			'Replicas',
			`${spec.replicas ?? 1} desired | ${status.updatedReplicas ?? 0} updated | ${status.replicas ?? 0} total | ${status.availableReplicas ?? 0} available | ${status.unavailableReplicas ?? 0} unavailable`,
		],
		['StrategyType', spec.strategy?.type ?? 'RollingUpdate'],
		...(rolling
			? ([
					[
						'RollingUpdateStrategy',
						`${rolling.maxUnavailable ?? '25%'} max unavailable, ${rolling.maxSurge ?? '25%'} max surge`,
					],
				] as Fields)
			: []),
		['Image', spec.template.spec.containers.map((one) => one.image).join(', ')],
		['Conditions', conditions(status.conditions)],
	];
}

function setFields({ spec, status, metadata }: ReplicaSet): Fields {
	return [
		['Replicas', `${status.replicas} current / ${spec.replicas ?? 0} desired`],
		['Ready', String(status.readyReplicas ?? 0)],
		['Image', spec.template.spec.containers.map((one) => one.image).join(', ')],
		['Revision', metadata.annotations?.['deployment.kubernetes.io/revision'] ?? '–'],
	];
}

function serviceFields({ spec }: Service): Fields {
	const ports = (spec.ports ?? []).map((one) => `${one.port} → ${one.targetPort ?? one.port}`);
	return [
		['Type', spec.type ?? 'ClusterIP'],
		['IP', spec.clusterIP ?? '<none>'],
		['Ports', ports.join(', ')],
		[
			'Selector',
			Object.entries(spec.selector ?? {})
				.map(([key, value]) => `${key}=${value}`)
				.join(','),
		],
	];
}

function sliceFields({ addressType, ports, endpoints, metadata }: EndpointSlice): Fields {
	const list = (endpoints ?? []).map(({ addresses, conditions, targetRef }): [string, string] => [
		addresses.join(', '),
		`${targetRef?.name ?? '–'} · ready=${conditions?.ready ?? true} serving=${conditions?.serving ?? conditions?.ready ?? true} terminating=${conditions?.terminating ?? false}`,
	]);
	return [
		['Service', metadata.labels?.['kubernetes.io/service-name'] ?? '–'],
		['AddressType', addressType],
		['Ports', (ports ?? []).map((one) => `${one.port ?? '*'}/${one.protocol ?? 'TCP'}`).join(', ')],
		...list,
	];
}

function fieldsOf(object: KubeObject): Fields {
	const own: Record<string, () => Fields> = {
		Pod: () => podFields(object as Pod),
		Deployment: () => deploymentFields(object as Deployment),
		ReplicaSet: () => setFields(object as ReplicaSet),
		Service: () => serviceFields(object as Service),
		EndpointSlice: () => sliceFields(object as EndpointSlice),
	};
	return own[object.kind]?.() ?? [];
}

export function objectCard(object: KubeObject): CardView {
	const { name, namespace } = object.metadata;
	const where = namespace && namespace !== 'default' ? ` -n ${namespace}` : '';
	return {
		kind: object.kind,
		name,
		fields: [...fieldsOf(object), ['Labels', labels(object)]],
		command: `kubectl describe ${object.kind.toLowerCase()} ${name}${where}`,
		object,
	};
}

const quantities = (amounts: Record<string, string> | undefined): string =>
	Object.entries(amounts ?? {})
		.map(([name, amount]) => `${name} ${amount}`)
		.join(', ');

/** What the Node object says of the machine; nothing before its kubelet has registered. */
function nodeFields({ spec, status }: Node): Fields {
	const taints = spec.taints?.map((one) => `${one.key}:${one.effect}`).join(', ');
	return [
		['PodCIDR', spec.podCIDR ?? '–'],
		['Conditions', conditions(status.conditions)],
		['Taints', taints ?? '<none>'],
		['Allocatable', quantities(status.allocatable)],
		['Kernel', status.nodeInfo?.['kernelVersion'] ?? '–'],
		['Kubelet', status.nodeInfo?.['kubeletVersion'] ?? '–'],
	];
}

export function nodeCard(
	node: ClusterNode,
	object: Node | undefined,
	facts: NodeFacts | undefined,
	silentSince?: number,
): CardView {
	const list: Fields = [
		['Power', node.error ? `${node.power}: ${node.error}` : node.power],
		['Silent since', silentSince === undefined ? '' : timeOfDay(silentSince)],
		['Roles', node.role],
		['InternalIP', node.address],
		...(object ? nodeFields(object) : []),
		['Processes', facts ? String(facts.processes.length) : '–'],
		['Containers', facts ? String(facts.containers.length) : '–'],
	];
	const name = node.name;
	const card = { kind: 'Node', name, fields: list, object };
	return object
		? { ...card, command: `kubectl describe node ${name}` }
		: { ...card, command: 'uname -a; free -m; uptime', node: name };
}
