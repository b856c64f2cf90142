import type { Condition, Node } from '../../api/kubernetes.ts';
import type { Image } from '../../api/engine.ts';
import type { Draft } from '../../client/rest.ts';
import { rfc3339 } from '../../client/time.ts';
import { kubeletVersion, type KubeletDeps } from './config.ts';
import type { Pressure } from './node-pressure.ts';

const controlPlane = 'node-role.kubernetes.io/control-plane';
/** After pkg/kubelet/nodestatus: nodeStatusMaxImages */
const maxImages = 50;

/** Part of the storage that pods do not get, since the kubelet would evict them for it: `nodefs.available<10%`. */
const nodefsReserve = 0.1;

/** `containerRuntimeVersion`: the engine is part of this release. */
const runtimeVersion = 'drydock://0.1.0';

interface Verdict {
	type: string;
	status: 'True' | 'False';
	reason: string;
	message: string;
}

/** After pkg/kubelet/nodestatus/setters.go, with its reasons and messages. */
function verdicts({ memory, disk }: Pressure): Verdict[] {
	return [
		memory
			? {
					type: 'MemoryPressure',
					status: 'True',
					reason: 'KubeletHasInsufficientMemory',
					message: 'kubelet has insufficient memory available',
				}
			: {
					type: 'MemoryPressure',
					status: 'False',
					reason: 'KubeletHasSufficientMemory',
					message: 'kubelet has sufficient memory available',
				},
		disk
			? {
					type: 'DiskPressure',
					status: 'True',
					reason: 'KubeletHasDiskPressure',
					message: 'kubelet has disk pressure',
				}
			: {
					type: 'DiskPressure',
					status: 'False',
					reason: 'KubeletHasNoDiskPressure',
					message: 'kubelet has no disk pressure',
				},
		// No threshold for process ids is set, as in a kubelet without configuration.
		{
			type: 'PIDPressure',
			status: 'False',
			reason: 'KubeletHasSufficientPID',
			message: 'kubelet has sufficient PID available',
		},
		{
			type: 'Ready',
			status: 'True',
			reason: 'KubeletReady',
			message: 'kubelet is posting ready status',
		},
	];
}

function nodeConditions(pressure: Pressure, before: Condition[], nowMs: number): Condition[] {
	const now = rfc3339(nowMs);
	return verdicts(pressure).map((verdict) => {
		const old = before.find(({ type }) => type === verdict.type);
		const same = old?.status === verdict.status;
		return {
			...verdict,
			lastHeartbeatTime: now,
			lastTransitionTime: (same ? old.lastTransitionTime : undefined) ?? now,
		};
	});
}

export function nodeLabels(deps: KubeletDeps): Record<string, string> {
	const { name, role } = deps.node;
	return {
		'beta.kubernetes.io/arch': '386',
		'beta.kubernetes.io/os': 'linux',
		'kubernetes.io/arch': '386',
		'kubernetes.io/hostname': name,
		'kubernetes.io/os': 'linux',
		...(role === 'control-plane'
			? { [controlPlane]: '', 'node.kubernetes.io/exclude-from-external-load-balancers': '' }
			: {}),
	};
}

function imageList(images: Image[]): { names: string[]; sizeBytes: number }[] {
	return images
		.map(({ digests, tags, size }) => ({ names: [...digests, ...tags], sizeBytes: size }))
		.sort((a, b) => b.sizeBytes - a.sizeBytes)
		.slice(0, maxImages);
}

/** What the guest says about itself, read once. */
export interface NodeFacts {
	machineId: string;
	bootId: string;
	/** MemTotal, or what the machine was built with while that is unknown. */
	memoryBytes: number;
	/** Size of the file system for volumes, images and writable layers. */
	storageBytes: number;
}

export function nodeStatus(
	deps: KubeletDeps,
	facts: NodeFacts,
	pressure: Pressure,
	before: Condition[],
): Node['status'] {
	const { node, options, engine, clock } = deps;
	const capacity = {
		cpu: '1',
		'ephemeral-storage': `${Math.floor(facts.storageBytes / 1024)}Ki`,
		memory: `${Math.floor(facts.memoryBytes / 1024)}Ki`,
		pods: String(options.maxPods),
	};
	return {
		addresses: [
			{ type: 'InternalIP', address: node.address },
			{ type: 'Hostname', address: node.name },
		],
		capacity,
		allocatable: {
			...capacity,
			'ephemeral-storage': String(Math.floor(facts.storageBytes * (1 - nodefsReserve))),
		},
		conditions: nodeConditions(pressure, before, clock.now()),
		daemonEndpoints: { kubeletEndpoint: { Port: options.kubeletPort } },
		images: imageList(engine.listImages()),
		nodeInfo: {
			machineID: facts.machineId,
			systemUUID: facts.machineId,
			bootID: facts.bootId,
			kernelVersion: node.kernel,
			osImage: node.osImage,
			containerRuntimeVersion: runtimeVersion,
			kubeletVersion,
			kubeProxyVersion: '',
			operatingSystem: 'linux',
			architecture: '386',
		},
	};
}

/** The node as it registers itself. After pkg/kubelet/kubelet_node_status.go: initialNode */
export function initialNode(
	deps: KubeletDeps,
	facts: NodeFacts,
): Draft<Node> & Pick<Node, 'status'> {
	const { name, tainted, podCidr } = deps.node;
	return {
		apiVersion: 'v1',
		kind: 'Node',
		metadata: {
			name,
			labels: nodeLabels(deps),
			annotations: { 'volumes.kubernetes.io/controller-managed-attach-detach': 'true' },
		},
		spec: {
			podCIDR: podCidr,
			podCIDRs: [podCidr],
			...(tainted ? { taints: [{ key: controlPlane, effect: 'NoSchedule' as const }] } : {}),
		},
		status: nodeStatus(deps, facts, { memory: false, disk: false }, []),
	};
}
