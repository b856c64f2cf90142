/** The only source of randomness outside `src/ui`, so that a run can be repeated from its seed. */
export interface Rng {
	/** A float in [0, 1). */
	next(): number;
	/** `count` random bytes. */
	bytes(count: number): Uint8Array<ArrayBuffer>;
}

/** The platform's cryptographic generator. */
export class CryptoRng implements Rng {
	next(): number {
		const [word = 0] = crypto.getRandomValues(new Uint32Array(1));
		return word / 2 ** 32;
	}
	bytes(count: number): Uint8Array<ArrayBuffer> {
		return crypto.getRandomValues(new Uint8Array(count));
	}
}

/** A repeatable generator (mulberry32); never for secrets. */
export class SeededRng implements Rng {
	#state: number;
	constructor(seed: number) {
		this.#state = seed >>> 0;
	}
	next(): number {
		this.#state = (this.#state + 0x6d2b79f5) >>> 0;
		let mixed = this.#state;
		mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
		mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
		return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
	}
	bytes(count: number): Uint8Array<ArrayBuffer> {
		return Uint8Array.from({ length: count }, () => Math.floor(this.next() * 256));
	}
}

const consonants = 'bcdfghjklmnpqrstvwxz2456789';

/** A suffix without vowels, as upstream gives generated names. After apimachinery/pkg/util/rand: String. */
export function randomSuffix(rng: Rng, length: number): string {
	let text = '';
	while (text.length < length) text += consonants[Math.floor(rng.next() * consonants.length)];
	return text;
}

/** A random UUID, version 4. */
export function uuid(rng: Rng): string {
	const bytes = rng.bytes(16);
	bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40;
	bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
	const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
	return [8, 12, 16, 20, 32].map((end, i, ends) => hex.slice(ends[i - 1] ?? 0, end)).join('-');
}
