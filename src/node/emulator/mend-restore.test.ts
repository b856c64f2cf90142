import { readFile } from 'node:fs/promises';
import { V86 } from 'v86';
import { describe, expect, it } from 'vitest';
import { mendUnpack } from './mend-restore.ts';
import type { Cpu, Emulator } from './v86-internals.d.ts';

const mega = 1 << 20;
const size = 64 * mega;
const [low, middle, high] = [5 * mega, 30 * mega + 4095, size - 1];
const file = new URL('../../../node_modules/v86/build/v86.wasm', import.meta.url);
const wasm = await WebAssembly.compile(await readFile(file));
/** Two machines are made and their memories searched. */
const timeoutMs = 20_000;

type Packer = Cpu & {
	/** What a saved state keeps of the memory. */
	pack_memory(): { bitmap: { get(page: number): number }; packed_memory: Uint8Array };
};

/** A machine that is never switched on: only its memory is of interest. */
async function processor(): Promise<Packer> {
	const emulator = new V86({
		memory_size: size,
		vga_memory_size: mega,
		autostart: false,
		wasm_fn: async (imports: WebAssembly.Imports) =>
			(await WebAssembly.instantiate(wasm, imports)).exports,
	}) as unknown as Emulator;
	await new Promise<void>((resolve) => emulator.add_listener('emulator-loaded', () => resolve()));
	return emulator.v86.cpu as Packer;
}

const values = ({ mem8 }: Cpu) => [low, middle, high].map((address) => mem8[address]);

describe('memory taken from a saved state', () => {
	it(
		'is what was saved; of a new machine nothing else is touched',
		async () => {
			const source = await processor();
			source.mem8[low] = source.mem8[high] = 7;
			const saved = source.pack_memory();
			const target = await processor();
			mendUnpack(target, true);
			const before = process.memoryUsage.rss();
			target.unpack_memory(saved.bitmap, saved.packed_memory);
			expect(process.memoryUsage.rss() - before).toBeLessThan(size / 4);
			expect(values(target)).toEqual([7, 0, 7]);

			target.mem8[low] = target.mem8[middle] = 9;
			target.unpack_memory(saved.bitmap, saved.packed_memory);
			expect(values(target)).toEqual([7, 0, 7]);
		},
		timeoutMs,
	);

	it(
		'takes the place of what a machine that has run holds',
		async () => {
			const saved = (await processor()).pack_memory();
			const target = await processor();
			target.mem8[middle] = 9;
			mendUnpack(target, false);
			target.unpack_memory(saved.bitmap, saved.packed_memory);
			expect(values(target)).toEqual([0, 0, 0]);
		},
		timeoutMs,
	);
});
