import type { Node } from '../api/kubernetes.ts';
import type { Client } from '../client/rest.ts';

/** Settles once `count` nodes have the condition Ready. */
export async function nodesReady(client: Client, count: number): Promise<void> {
	const nodes = client.nodes();
	const first = await nodes.list();
	const ready = new Set(first.items.filter(isReady).map((node) => node.metadata.name));
	if (ready.size >= count) return;
	const stop = new AbortController();
	const { resourceVersion } = first.metadata;
	for await (const { object } of nodes.watch({ resourceVersion }, stop.signal)) {
		if (isReady(object)) ready.add(object.metadata.name);
		if (ready.size >= count) break;
	}
	stop.abort();
}

function isReady(node: Node): boolean {
	const condition = node.status.conditions?.find((each) => each.type === 'Ready');
	return condition?.status === 'True';
}
