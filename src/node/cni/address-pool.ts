/** `10.244.1.0/24` taken apart; numbers are unsigned 32 bit. */
export interface Subnet {
	base: number;
	prefix: number;
}

/** Reads `a.b.c.d/n`; the host part is cut off. */
function parseSubnet(cidr: string): Subnet {
	const [address = '', length = '32'] = cidr.split('/');
	const prefix = Number(length);
	const mask = prefix === 0 ? 0 : (0xffffffff << (32 - prefix)) >>> 0;
	return { base: (toNumber(address) & mask) >>> 0, prefix };
}

/** The dotted form. */
function formatAddress(value: number): string {
	return [24, 16, 8, 0].map((shift) => (value >>> shift) & 255).join('.');
}

function toNumber(address: string): number {
	return address.split('.').reduce((sum, part) => (sum * 256 + Number(part)) >>> 0, 0);
}

/** Gives out the addresses of a subnet; its first one is the gateway's. */
export class AddressPool {
	readonly #subnet: Subnet;
	readonly #used = new Set<number>();
	readonly #roundRobin: boolean;
	#last = 1;

	/** With `roundRobin` a freed address is used again last, as CNI's host-local does. */
	constructor(cidr: string, roundRobin: boolean) {
		this.#subnet = parseSubnet(cidr);
		this.#roundRobin = roundRobin;
	}
	get gateway(): string {
		return formatAddress(this.#subnet.base + 1);
	}
	get prefix(): number {
		return this.#subnet.prefix;
	}
	get subnet(): string {
		return `${formatAddress(this.#subnet.base)}/${this.#subnet.prefix}`;
	}
	allocate(): string {
		const hosts = 2 ** (32 - this.#subnet.prefix) - 3;
		const start = this.#roundRobin ? this.#last : 1;
		for (let step = 0; step < hosts; step++) {
			const host = ((start - 1 + step) % hosts) + 2;
			if (this.#used.has(host)) continue;
			this.#used.add(host);
			this.#last = host;
			return formatAddress(this.#subnet.base + host);
		}
		throw new Error(`no IP addresses available in range set: ${this.subnet}`);
	}
	release(address: string): void {
		this.#used.delete((toNumber(address) - this.#subnet.base) >>> 0);
	}
	snapshot(): string[] {
		return [...this.#used].map((host) => formatAddress(this.#subnet.base + host));
	}
}

/** A locally administered MAC that says the address: `02:42:ac:11:00:02`. */
export function macOf(address: string, prefix: '02:42' | '0a:58'): string {
	const bytes = address.split('.').map((part) => Number(part).toString(16).padStart(2, '0'));
	return `${prefix}:${bytes.join(':')}`;
}
