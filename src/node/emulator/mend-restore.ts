import type { Cpu } from './v86-internals.d.ts';

/** Where the emulator's CPU keeps what its `set_state` forgets to write to WebAssembly's memory. */
const lastResultOffset = 112;
const fpuStatusOffset = 1040;
const mxcsrOffset = 824;

const pageBits = 12;
const pageSize = 1 << pageBits;

/**
 * v86 0.5.462 replaces its views of three CPU fields when it restores a state, instead of writing
 * through them. With accessors in their place a restore reaches the CPU; values that a restore has
 * already put beside it are written now.
 */
export function mendRestore(cpu: Cpu): void {
	const memory = cpu.wasm_memory;
	mend(cpu, 'last_result', () => new Int32Array(memory.buffer, lastResultOffset, 1));
	mend(cpu, 'fpu_status_word', () => new Uint16Array(memory.buffer, fpuStatusOffset, 1));
	mend(cpu, 'mxcsr', () => new Int32Array(memory.buffer, mxcsrOffset, 1));
}

function mend(
	cpu: Cpu,
	field: 'last_result' | 'fpu_status_word' | 'mxcsr',
	view: () => Int32Array | Uint16Array,
): void {
	const write = (values: ArrayLike<number>): void => {
		view()[0] = values[0] ?? 0;
	};
	const restored = cpu[field][0] ?? 0;
	Object.defineProperty(cpu, field, { configurable: true, get: view, set: write });
	write([restored]);
}

/**
 * v86 fills the guest's memory with zeros before it puts a state's pages there, and the host then holds all of it.
 * What is zero already is left alone instead: memory that no guest has touched costs nothing.
 */
export function mendUnpack(cpu: Cpu, untouched: boolean): void {
	let isZero = untouched;
	cpu.unpack_memory = (bitmap, packed) => {
		const { mem8 } = cpu;
		for (let page = 0, from = 0; page < mem8.length >> pageBits; page++) {
			const address = page << pageBits;
			if (bitmap.get(page)) mem8.set(packed.subarray(from, (from += pageSize)), address);
			else if (!isZero && !cpu.is_memory_zeroed(address, pageSize)) {
				cpu.zero_memory(address, pageSize);
			}
		}
		isZero = false;
	};
}

/**
 * v86 sets the time stamp counter relative to what the guest reads now, though its offset is from the
 * host's clock: only the first setting is right. With the counter set to what it shows, the offset is
 * zero again, and the restore that follows is right. Else the guest's clock would jump ahead in a new
 * machine by the age of the page, and stand still in one that goes back.
 */
export function clearTimeOffset(cpu: Cpu): void {
	cpu.store_current_tsc();
	cpu.set_tsc(cpu.current_tsc[0] ?? 0, cpu.current_tsc[1] ?? 0);
}
