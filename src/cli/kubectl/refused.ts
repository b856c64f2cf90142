import { CliError } from './errors.ts';
import type { Verb } from './verb.ts';

function refused(name: string, group: string, short: string, why: string): Verb {
	return {
		name,
		usage: '',
		short,
		group,
		complete: 'none',
		anyFlags: true,
		async run() {
			throw new CliError(why);
		},
	};
}

const debugging = 'Troubleshooting and Debugging Commands';

/** Commands that upstream has and this kubectl explains instead of doing. */
export const refusedVerbs: Verb[] = [
	refused(
		'autoscale',
		'Deploy Commands',
		'Auto-scale a deployment, replica set, stateful set, or replication controller',
		'autoscale is not supported: the cluster has no metrics; use kubectl scale',
	),
	refused(
		'certificate',
		'Cluster Management Commands',
		'Modify certificate resources',
		'certificate is not supported: the cluster has no certificate signing requests',
	),
	refused(
		'port-forward',
		debugging,
		'Forward one or more local ports to a pod',
		'port-forward is not supported: kubectl cannot listen on a port of this node; reach the pod by its address (kubectl get pods -o wide) or through a Service',
	),
	refused(
		'proxy',
		debugging,
		'Run a proxy to the Kubernetes API server',
		'proxy is not supported: kubectl cannot listen on a port of this node; read paths of the server with kubectl get --raw',
	),
	refused(
		'debug',
		debugging,
		'Create debugging sessions for troubleshooting workloads and nodes',
		'debug is not supported: look into a container with kubectl exec, or into the node from its own shell',
	),
	refused(
		'kustomize',
		'Advanced Commands',
		'Build a kustomization target from a directory or URL',
		'kustomize is not supported: write the manifests out and name them with -f',
	),
	refused(
		'plugin',
		'Other Commands',
		'Provides utilities for interacting with plugins',
		'plugins are not supported',
	),
];

/** What upstream's `create` makes beside what this one does. */
export const refusedGenerators: Verb[] = [
	['clusterrole'],
	['clusterrolebinding'],
	['cronjob', 'cj'],
	['ingress', 'ing'],
	['poddisruptionbudget', 'pdb'],
	['priorityclass', 'pc'],
	['quota', 'resourcequota'],
	['role'],
	['rolebinding'],
	['token'],
].map(([name = '', ...aliases]) => ({
	...refused(
		name,
		'',
		`Create a ${name}`,
		`create ${name} is not supported: this cluster has no such objects yet`,
	),
	aliases,
	hidden: true,
}));
