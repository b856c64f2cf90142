import { Worker } from 'node:worker_threads';

const patience = 60_000;

// A thread that does not turn any more cannot say so itself.
const watcher = `
const { workerData: { steps, run, patience } } = require('node:worker_threads');
let last = -1;
setInterval(() => {
	const step = Atomics.load(steps, 0);
	if (step === last) {
		require('node:fs').writeSync(2, run + ': step ' + step + ' hangs\\n');
		process.kill(process.pid, 'SIGKILL');
	}
	last = step;
}, patience);
`;

/** Ends the process when one step takes for ever, and says which. */
export function watchdog(run: string): {
	progress: (step: number) => void;
	stop: () => Promise<unknown>;
} {
	const steps = new Int32Array(new SharedArrayBuffer(4));
	// eslint-disable-next-line no-restricted-syntax -- it watches this process, it is no part of a cluster
	const worker = new Worker(watcher, { eval: true, workerData: { steps, run, patience } });
	worker.unref();
	return {
		progress: (step) => void Atomics.store(steps, 0, step),
		stop: () => worker.terminate(),
	};
}
