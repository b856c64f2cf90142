import * as Comlink from 'comlink';
import type { ClusterNode, NodePower } from '../api/cluster.ts';
import type { NodePort } from '../api/node.ts';
import type { PortTransport } from '../client/port-transport.ts';
import type { PortTerminal } from './terminal.ts';
import type { Slot } from './topology.ts';
import type { WorkerLink } from './worker-link.ts';

/** The Docker Engine API, and HTTP of the guest's kernel. */
export type ServedBy = 'docker' | 'web';

/** A place in the rack: what is decided about a node, and the machine that runs in it, if any. */
export class NodeSlot {
	readonly slot: Slot;
	power: NodePower = 'off';
	error: string | undefined;
	link: WorkerLink<NodePort> | undefined;
	/** Whether the booted machine tells its events; undefined while there is none. */
	isHeard: boolean | undefined;
	/** What the node serves over ports, once somebody asked for it. */
	readonly served = new Map<ServedBy, PortTransport>();
	readonly terminals = new Set<PortTerminal>();

	constructor(slot: Slot) {
		this.slot = slot;
	}

	view(): ClusterNode {
		const { name, role, address } = this.slot;
		const node: ClusterNode = { name, role, address, power: this.power };
		return this.error === undefined ? node : { ...node, error: this.error };
	}

	/** The running machine; throws what a user can act on. */
	machine(): WorkerLink<NodePort> {
		if (this.link) return this.link;
		const why = this.error ? ` (${this.error})` : '';
		throw new Error(`${this.slot.name} is ${this.power}${why}: switch it on first`);
	}

	/** Ends the machine and everything that waits for it. */
	unplug(power: NodePower, reason: Error): void {
		this.link?.terminate(reason);
		this.link = undefined;
		this.isHeard = undefined;
		for (const transport of this.served.values()) transport.close(reason);
		this.served.clear();
		this.power = power;
		this.error = power === 'lost' ? reason.message : undefined;
		for (const terminal of this.terminals) terminal.cut();
		this.terminals.clear();
	}
}

/** A MessagePort as an argument of a Comlink call. */
export function handOver(port: MessagePort): MessagePort {
	return Comlink.transfer(port, [port]);
}
