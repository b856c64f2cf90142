import type { Agent } from '../../api/agent.ts';
import type { PodSandboxConfig } from '../../api/engine.ts';
import type { Pod } from '../../api/kubernetes.ts';
import { namespaceOf } from './pod-ref.ts';
import { trimEndOf } from '../../util/trim-end.ts';

export type PodHosts = NonNullable<PodSandboxConfig['hosts']>;

const header = '# Kubernetes-managed hosts file.\n';
const hostNetworkHeader = '# Kubernetes-managed hosts file (host network).\n';

const loopback = [
	'127.0.0.1\tlocalhost',
	'::1\tlocalhost ip6-localhost ip6-loopback',
	'fe00::0\tip6-localnet',
	'fe00::0\tip6-mcastprefix',
	'fe00::1\tip6-allnodes',
	'fe00::2\tip6-allrouters',
];

/** After pkg/kubelet/kubelet_pods.go: GeneratePodHostNameAndDomain */
export function podHostname(pod: Pod, nodeName: string): string {
	if (pod.spec.hostNetwork) return nodeName;
	return trimEndOf((pod.spec.hostname ?? pod.metadata.name).slice(0, 63), '-.');
}

/** After kubelet_pods.go: hostsEntriesFromHostAliases */
function aliases(pod: Pod): string {
	const list = pod.spec.hostAliases ?? [];
	if (list.length === 0) return '';
	const lines = list.map(({ ip, hostnames = [] }) => `${[ip, ...hostnames].join('\t')}\n`);
	return `\n# Entries added by HostAliases.\n${lines.join('')}`;
}

/** `/etc/hosts` of a pod with an address of its own. After pkg/kubelet/kubelet_pods.go: managedHostsFileContent */
function managedHosts(pod: Pod, nodeName: string, clusterDomain: string): PodHosts {
	const hostname = podHostname(pod, nodeName);
	const { subdomain } = pod.spec;
	const domain = `${subdomain}.${namespaceOf(pod)}.svc.${clusterDomain}`;
	return {
		head: `${header}${loopback.join('\n')}\n`,
		names: subdomain ? `${hostname}.${domain}\t${hostname}` : hostname,
		tail: aliases(pod),
	};
}

/** `/etc/hosts` of a pod; one on the host's network has the node's own. After kubelet_pods.go: ensureHostsFile */
export async function podHosts(
	pod: Pod,
	nodeName: string,
	clusterDomain: string,
	agent: Agent,
): Promise<PodHosts> {
	if (!pod.spec.hostNetwork) return managedHosts(pod, nodeName, clusterDomain);
	const [own] = await agent.batch([{ op: 'read', path: '/etc/hosts' }], { keepGoing: true });
	const text = own?.ok ? new TextDecoder().decode(own.data) : '';
	return { head: hostNetworkHeader + text, names: '', tail: aliases(pod) };
}
