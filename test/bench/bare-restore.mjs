// The floor of "node ready": v86 alone restores the same state in a worker thread, and nothing else.
import { parentPort, workerData } from 'node:worker_threads';
import { V86 } from 'v86';

const { state, wasm, hardware } = workerData;
const emulator = new V86({
	...hardware,
	wasm_fn: async (imports) => (await WebAssembly.instantiate(wasm, imports)).exports,
	initial_state: { buffer: state },
	autostart: true,
});
emulator.add_listener('emulator-started', () => parentPort.postMessage('running'));
