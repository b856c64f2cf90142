import type { PortBinding } from '../../api/engine.ts';

const ephemeralStart = 32_768;
const ephemeralEnd = 60_999;

/** A host port that another container has. */
export class PortTaken extends Error {
	readonly binding: PortBinding;

	constructor(binding: PortBinding) {
		super(
			`Bind for ${binding.hostIp ?? '0.0.0.0'}:${binding.hostPort} failed: port is already allocated`,
		);
		this.binding = binding;
	}
}

/** Who has which host port. */
export class PortTable {
	readonly #owners = new Map<string, { owner: string; bindings: PortBinding[] }>();
	#next = ephemeralStart;

	/** Reserves all ports or none; port 0 becomes a free one. */
	reserve(owner: string, wanted: readonly PortBinding[]): PortBinding[] {
		const bindings: PortBinding[] = [];
		for (const binding of wanted) {
			const hostPort = binding.hostPort || this.#free(binding, bindings);
			const chosen = { ...binding, hostPort };
			if (this.#isTaken(chosen, bindings)) throw new PortTaken(chosen);
			bindings.push(chosen);
		}
		this.#owners.set(owner, { owner, bindings });
		return bindings;
	}
	release(owner: string): void {
		this.#owners.delete(owner);
	}
	#free(binding: PortBinding, mine: PortBinding[]): number {
		for (;;) {
			const hostPort = this.#next;
			this.#next = hostPort >= ephemeralEnd ? ephemeralStart : hostPort + 1;
			if (!this.#isTaken({ ...binding, hostPort }, mine)) return hostPort;
		}
	}
	#isTaken(wanted: PortBinding, mine: PortBinding[]): boolean {
		const all = [...this.#owners.values()].flatMap((entry) => entry.bindings).concat(mine);
		return all.some((other) => collide(other, wanted));
	}
}

function collide(a: PortBinding, b: PortBinding): boolean {
	if (a.hostPort !== b.hostPort || a.protocol !== b.protocol) return false;
	const anywhere = (ip: string | undefined) => ip === undefined || ip === '0.0.0.0';
	return anywhere(a.hostIp) || anywhere(b.hostIp) || a.hostIp === b.hostIp;
}
