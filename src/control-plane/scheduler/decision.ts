import type { Rejection } from './framework.ts';

/** What one plugin made of one node. */
export interface PluginScore {
	plugin: string;
	raw: number;
	/** 0…100 */
	normalized: number;
	weight: number;
}

/** What the scheduler made of one node for one pod. */
export interface NodeVerdict {
	node: string;
	/** The first plugin that rejected the node. */
	rejectedBy?: string;
	reasons?: string[];
	/** Whether deleting pods from the node could have helped. */
	resolvable?: boolean;
	scores?: PluginScore[];
	/** Sum of the normalized scores times their weights. */
	total?: number;
}

/** One attempt to find a node, as plain data. */
export interface Decision {
	pod: string;
	uid: string;
	/** Milliseconds since 1970. */
	at: number;
	attempt: number;
	nodes: NodeVerdict[];
	/** The node that was chosen. */
	selected?: string;
	/** Why none was. */
	message?: string;
}

/** Counts equal reasons and lists them in the order upstream does. After framework/types.go: FitError.Error */
function reasonsHistogram(reasons: string[]): string {
	const counts = new Map<string, number>();
	for (const reason of reasons) counts.set(reason, (counts.get(reason) ?? 0) + 1);
	return [...counts]
		.map(([reason, count]) => `${count} ${reason}`)
		.sort()
		.join(', ');
}

/** `0/3 nodes are available: …` */
export function fitErrorMessage(nodes: number, reasons: string[]): string {
	const text = reasonsHistogram(reasons);
	return `0/${nodes} nodes are available:${text ? ` ${text}.` : ''}`;
}

/** A rejection with the plugin that spoke it. */
export interface NamedRejection extends Rejection {
	plugin: string;
}
