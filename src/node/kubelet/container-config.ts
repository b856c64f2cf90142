import type {
	ContainerConfig,
	Image,
	Mount,
	PodSandbox,
	PodSandboxConfig,
	PortBinding,
} from '../../api/engine.ts';
import type { Container, Pod, ResourceRequirements } from '../../api/kubernetes.ts';
import { milliValue, wholeValue } from '../../client/quantity.ts';
import type { KubeletOptions, NodeConfig } from './config.ts';
import { ContainerConfigError } from './env.ts';
import { expand } from './expansion.ts';
import { containerLabels, podLabels } from './labels.ts';
import { podHostname, type PodHosts } from './pod-hosts.ts';
import { formatPod, namespaceOf } from './pod-ref.ts';
import { cpuShares, oomScoreAdj, podCgroup, requestOf } from './qos.ts';

type Dns = PodSandboxConfig['dns'];

/** What `/etc/resolv.conf` of the pod says. After pkg/kubelet/network/dns/dns.go: GetPodDNS */
export function podDns(pod: Pod, options: KubeletOptions, nodeDns: Dns): Dns {
	const policy = pod.spec.dnsPolicy ?? 'ClusterFirst';
	const byCluster =
		policy === 'ClusterFirstWithHostNet' || (policy === 'ClusterFirst' && !pod.spec.hostNetwork);
	const { clusterDns, clusterDomain } = options;
	const base: Dns = byCluster
		? {
				nameservers: [clusterDns],
				searches: [
					`${namespaceOf(pod)}.svc.${clusterDomain}`,
					`svc.${clusterDomain}`,
					clusterDomain,
				],
				options: ['ndots:5'],
			}
		: policy === 'None'
			? { nameservers: [], searches: [], options: [] }
			: nodeDns;
	return withDnsConfig(pod, base);
}

function withDnsConfig(pod: Pod, base: Dns): Dns {
	const extra = pod.spec.dnsConfig;
	if (!extra) return base;
	const options = new Map(base.options.map((option) => [option.split(':')[0] ?? option, option]));
	for (const { name, value } of extra.options ?? [])
		options.set(name, value === undefined ? name : `${name}:${value}`);
	return {
		nameservers: [...new Set([...base.nameservers, ...(extra.nameservers ?? [])])],
		searches: [...new Set([...base.searches, ...(extra.searches ?? [])])],
		options: [...options.values()],
	};
}

function portMappings(pod: Pod): PortBinding[] {
	if (pod.spec.hostNetwork) return [];
	return pod.spec.containers.flatMap(({ ports = [] }) =>
		ports.flatMap(({ containerPort, hostPort, hostIP, protocol }): PortBinding[] => {
			if (!hostPort || protocol === 'SCTP') return [];
			const binding = { containerPort, hostPort, ...(hostIP ? { hostIp: hostIP } : {}) };
			return [{ ...binding, protocol: protocol === 'UDP' ? 'udp' : 'tcp' }];
		}),
	);
}

/** After pkg/kubelet/kuberuntime/kuberuntime_sandbox.go: generatePodSandboxConfig */
export function sandboxConfig(
	pod: Pod,
	attempt: number,
	node: NodeConfig,
	files: { dns: Dns; hosts: PodHosts },
): PodSandboxConfig {
	const sysctls = pod.spec.securityContext?.sysctls ?? [];
	return {
		name: pod.metadata.name,
		namespace: namespaceOf(pod),
		uid: pod.metadata.uid,
		attempt,
		hostname: podHostname(pod, node.name),
		labels: podLabels(pod),
		annotations: { ...pod.metadata.annotations },
		hostNetwork: pod.spec.hostNetwork === true,
		cgroupParent: podCgroup(pod),
		...files,
		portMappings: portMappings(pod),
		...(sysctls.length
			? { sysctls: Object.fromEntries(sysctls.map(({ name, value }) => [name, value])) }
			: {}),
	};
}

function resourcesOf(resources: ResourceRequirements | undefined): ContainerConfig['resources'] {
	const { cpu, memory } = resources?.limits ?? {};
	return {
		// After kuberuntime_container_linux.go: on cgroup v2 a container dies whole, unless singleProcessOOMKill says otherwise.
		oomGroup: true,
		cpuShares: cpuShares(milliValue(requestOf(resources, 'cpu'))),
		...(memory === undefined ? {} : { memory: wholeValue(memory) }),
		...(cpu === undefined ? {} : { nanoCpus: milliValue(cpu) * 1_000_000 }),
	};
}

/** `uid[:gid]` the container is to run as, where the pod says so; a group alone goes with the image's own user. */
function userOf(pod: Pod, container: Container, image: Image): string | undefined {
	const uid = runAsUser(pod, container);
	const gid = container.securityContext?.runAsGroup ?? pod.spec.securityContext?.runAsGroup;
	if (gid === undefined) return uid === undefined ? undefined : String(uid);
	return `${uid ?? (image.config.user.split(':')[0] || '0')}:${gid}`;
}

function runAsUser(pod: Pod, container: Container): number | undefined {
	return container.securityContext?.runAsUser ?? pod.spec.securityContext?.runAsUser;
}

/** After pkg/kubelet/kuberuntime/security_context.go: convertToRuntimeSecurityContext */
function groupsOf(pod: Pod): number[] {
	const { fsGroup, supplementalGroups = [] } = pod.spec.securityContext ?? {};
	return [...new Set([...(fsGroup === undefined ? [] : [fsGroup]), ...supplementalGroups])];
}

/** After pkg/kubelet/kuberuntime/security_context_others.go: verifyRunAsNonRoot */
export function verifyRunAsNonRoot(pod: Pod, container: Container, image: Image): void {
	const required =
		container.securityContext?.runAsNonRoot ?? pod.spec.securityContext?.runAsNonRoot;
	if (!required) return;
	const user = runAsUser(pod, container);
	const where = `(pod: "${formatPod(pod)}", container: ${container.name})`;
	if (user !== undefined) {
		if (user !== 0) return;
		throw new ContainerConfigError(`container's runAsUser breaks non-root policy ${where}`);
	}
	const own = image.config.user.split(':')[0] ?? '';
	if (own === '' || own === '0' || own === 'root')
		throw new ContainerConfigError(
			`container has runAsNonRoot and image will run as root ${where}`,
		);
	if (!/^\d+$/.test(own))
		throw new ContainerConfigError(
			`container has runAsNonRoot and image has non-numeric user (${own}), cannot verify user is non-root ${where}`,
		);
}

function commandOf(
	container: Container,
	env: Map<string, string>,
): { entrypoint?: string[]; cmd?: string[] } {
	const expanded = (list: string[]) => list.map((text) => expand(text, (name) => env.get(name)));
	const { command = [], args = [] } = container;
	if (command.length) return { entrypoint: expanded(command), cmd: expanded(args) };
	return args.length ? { cmd: expanded(args) } : {};
}

export interface ContainerRun {
	attempt: number;
	messageFile: string;
	mounts: Mount[];
	image: Image;
	env: Map<string, string>;
	sandbox: PodSandbox;
	node: NodeConfig;
}

function securityOf(container: Container): Partial<ContainerConfig> {
	const security = container.securityContext ?? {};
	return {
		...(security.capabilities?.add ? { capAdd: security.capabilities.add } : {}),
		...(security.capabilities?.drop ? { capDrop: security.capabilities.drop } : {}),
		...(security.privileged ? { privileged: true } : {}),
		...(security.readOnlyRootFilesystem ? { readonlyRootfs: true } : {}),
		...(security.allowPrivilegeEscalation === false ? { noNewPrivileges: true } : {}),
	};
}

/** After pkg/kubelet/kuberuntime/kuberuntime_container.go: generateContainerConfig */
export function containerConfig(
	pod: Pod,
	container: Container,
	run: ContainerRun,
): ContainerConfig {
	const { sandbox, attempt, node } = run;
	const place = `${pod.metadata.name}_${namespaceOf(pod)}_${pod.metadata.uid}`;
	const user = userOf(pod, container, run.image);
	const groups = groupsOf(pod);
	return {
		name: `k8s_${container.name}_${place}_${attempt}`,
		image: container.image ?? '',
		...commandOf(container, run.env),
		env: [...run.env].map(([name, value]) => `${name}=${value}`),
		...(container.workingDir ? { workingDir: container.workingDir } : {}),
		...(user === undefined ? {} : { user }),
		...(groups.length > 0 ? { groups } : {}),
		hostname: sandbox.config.hostname,
		labels: containerLabels(pod, container, run),
		tty: container.tty === true,
		openStdin: container.stdin === true,
		mounts: run.mounts,
		network: `sandbox:${sandbox.id}`,
		resources: resourcesOf(container.resources) ?? {},
		...securityOf(container),
		dns: sandbox.config.dns,
		sandbox: sandbox.id,
		...(pod.spec.shareProcessNamespace ? { sharePid: true } : {}),
		oomScoreAdj: oomScoreAdj(pod, container, node.memoryBytes),
	};
}
