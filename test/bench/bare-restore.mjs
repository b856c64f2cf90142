// The floor of "node ready": v86 alone restores the same state in a worker thread, and nothing else.
import { parentPort, workerData } from 'node:worker_threads';
import { V86 } from 'v86';

const { state, wasm, hardware } = workerData;
const emulator = new V86({
	...hardware,
	wasm_fn: async (imports) => (await WebAssembly.instantiate(wasm, imports)).exports,
});
emulator.add_listener('emulator-loaded', async () => {
	// A new machine's memory is zero; v86 would write all of it.
	emulator.v86.cpu.zero_memory = () => undefined;
	await emulator.restore_state(state);
	await emulator.run();
});
emulator.add_listener('emulator-started', () => parentPort.postMessage('running'));
