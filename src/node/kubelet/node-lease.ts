import type { Lease } from '../../api/kubernetes.ts';
import { isAlreadyExists, isConflict, isNotFound } from '../../client/status.ts';
import { microTime } from '../../client/time.ts';
import type { KubeletDeps } from './config.ts';

const namespace = 'kube-node-lease';

/** The heartbeat by which the control plane knows the node is alive. After component-helpers/apimachinery/lease/controller.go */
export class NodeLease {
	readonly #deps: KubeletDeps;
	#lease: Lease | undefined;

	constructor(deps: KubeletDeps) {
		this.#deps = deps;
	}
	async run(signal: AbortSignal): Promise<void> {
		const { clock, options } = this.#deps;
		let delay = 100;
		while (!signal.aborted) {
			try {
				await this.#renew();
				delay = options.leaseIntervalMs;
			} catch (error) {
				this.#deps.log.warn('kubelet', 'the lease was not renewed', error);
				if (isConflict(error) || isNotFound(error)) this.#lease = undefined;
				delay = Math.min(options.leaseIntervalMs, Math.min(7000, delay * 2));
			}
			await clock.sleep(delay, signal);
		}
	}
	snapshot(): { renewTime: string | undefined } {
		return { renewTime: this.#lease?.spec.renewTime };
	}
	async #renew(): Promise<void> {
		const leases = this.#deps.client.leases(namespace);
		this.#lease ??= await this.#ensure();
		const lease = structuredClone(this.#lease);
		lease.spec = { ...lease.spec, ...this.#spec() };
		this.#lease = await leases.update(lease);
	}
	async #ensure(): Promise<Lease> {
		const { client, node } = this.#deps;
		const leases = client.leases(namespace);
		try {
			return await leases.create({
				apiVersion: 'coordination.k8s.io/v1',
				kind: 'Lease',
				metadata: { name: node.name, namespace },
				spec: this.#spec(),
			});
		} catch (error) {
			if (!isAlreadyExists(error)) throw error;
			return leases.get(node.name);
		}
	}
	#spec(): Lease['spec'] {
		const { node, options, clock } = this.#deps;
		return {
			holderIdentity: node.name,
			leaseDurationSeconds: options.leaseDurationSeconds,
			renewTime: microTime(clock.now()),
		};
	}
}
