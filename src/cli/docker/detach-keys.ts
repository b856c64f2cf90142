import { EngineError } from '../../client/engine-error.ts';

const usual = [16, 17];
const controlSigns = '@abcdefghijklmnopqrstuvwxyz[\\]^_';

/** `ctrl-p,ctrl-q` or `a,b` as bytes. After moby/term: ToBytes. */
export function detachKeys(text: string): number[] {
	if (text === '') return usual;
	return text.split(',').map((key) => {
		const sign = key.startsWith('ctrl-') ? key.slice(5) : '';
		const control = sign.length === 1 ? controlSigns.indexOf(sign) : -1;
		if (control >= 0) return control;
		if (key.length === 1 && key.charCodeAt(0) < 128) return key.charCodeAt(0);
		throw new EngineError(400, `invalid detach keys (${text}) provided`);
	});
}

/** Looks for the detach keys in what is typed, and keeps back what may be their beginning. */
export class DetachWatch {
	readonly #keys: readonly number[];
	#seen = 0;

	constructor(keys: readonly number[]) {
		this.#keys = keys;
	}
	/** What is to be passed on; undefined when the keys were all typed. */
	pass(data: Uint8Array): Uint8Array | undefined {
		const kept: number[] = [];
		for (const byte of data) {
			if (byte !== this.#keys[this.#seen] && this.#seen > 0) {
				kept.push(...this.#keys.slice(0, this.#seen));
				this.#seen = 0;
			}
			if (byte !== this.#keys[this.#seen]) kept.push(byte);
			else if (++this.#seen === this.#keys.length) return undefined;
		}
		return Uint8Array.from(kept);
	}
}
