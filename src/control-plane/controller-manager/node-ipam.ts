import type { Node } from '../../api/kubernetes.ts';
import { isConflict, isNotFound } from '../../client/status.ts';
import type { WorkQueue } from '../../util/work-queue.ts';
import { queueFor, work, type Controller, type ControllerContext } from './context.ts';

function parseAddress(text: string): number {
	return text.split('.').reduce((value, part) => value * 256 + Number(part), 0);
}

function formatAddress(value: number): string {
	return [24, 16, 8, 0].map((shift) => Math.floor(value / 2 ** shift) % 256).join('.');
}

/** The first range of the cluster's that no node has. */
function nextCidr(clusterCidr: string, maskSize: number, used: Set<string>): string {
	const [base = '', length = '16'] = clusterCidr.split('/');
	const count = 2 ** (maskSize - Number(length));
	const size = 2 ** (32 - maskSize);
	for (let i = 0; i < count; i++) {
		const cidr = `${formatAddress(parseAddress(base) + i * size)}/${maskSize}`;
		if (!used.has(cidr)) return cidr;
	}
	throw new Error(`no range of ${clusterCidr} is left for a node`);
}

/** Gives each node its range of pod addresses. After pkg/controller/nodeipam/ipam/range_allocator.go */
export class NodeIpamController implements Controller {
	static readonly controllerName = 'node-ipam-controller';
	readonly name = NodeIpamController.controllerName;
	readonly #context: ControllerContext;
	readonly #queue: WorkQueue;

	constructor(context: ControllerContext) {
		this.#context = context;
		this.#queue = queueFor(context, this.name);
		const add = (node: Node) => {
			if (!node.spec.podCIDR) this.#queue.add(node.metadata.name);
		};
		context.informers.nodes.subscribe({ added: add, updated: (_old, node) => add(node) });
	}
	run(): void {
		if (this.#context.options.clusterCidr === undefined) return;
		work(this.#context, this.name, this.#queue, 1, (name) => this.#sync(name));
	}
	snapshot() {
		return { queue: this.#queue.snapshot() };
	}
	/** Reads the nodes from the server: a range that was given out a moment ago counts. */
	async #sync(name: string): Promise<void> {
		const { client, options } = this.#context;
		const { items } = await client.nodes().list();
		const node = items.find(({ metadata }) => metadata.name === name);
		if (!node || node.spec.podCIDR || options.clusterCidr === undefined) return;
		const used = new Set(items.flatMap(({ spec }) => spec.podCIDR ?? []));
		const podCIDR = nextCidr(options.clusterCidr, options.nodeCidrMaskSize, used);
		try {
			await client.nodes().patch(name, { spec: { podCIDR, podCIDRs: [podCIDR] } }, 'merge');
		} catch (error) {
			if (isNotFound(error)) return;
			if (isConflict(error)) this.#queue.addAfter(name, 5);
			else throw error;
		}
	}
}
