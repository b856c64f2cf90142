import type { Cluster } from '../../api/cluster.ts';
import type { KubeObject } from '../../api/kubernetes.ts';

/** What the editor is opened for: a file of a machine, or an object of the cluster by its uid. */
export type EditTarget = { node: string; path: string } | { uid: string };

export const keyOf = (target: EditTarget): string =>
	'uid' in target ? target.uid : `${target.node}:${target.path}`;

const list = 'ls -1 /root/*.yaml /root/*.yml 2>/dev/null; true';

/** YAML files in root's home on a node. */
export async function yamlFiles(cluster: Cluster, node: string): Promise<string[]> {
	const { commands } = await cluster.look(node, { commands: [['sh', '-c', list]] });
	return (commands[0]?.stdout ?? '').split('\n').filter((path) => path !== '');
}

export async function readFile(cluster: Cluster, node: string, path: string): Promise<string> {
	const { files } = await cluster.look(node, { files: [path] });
	return files[path] ?? '';
}

/** An object as somebody edits it: without what only the server writes and nobody reads. */
export async function objectText(object: KubeObject): Promise<string> {
	const { stringify } = await import('yaml');
	const metadata = { ...object.metadata, managedFields: undefined };
	return stringify({ ...object, metadata }, { lineWidth: 0 });
}
