import { Worker } from 'node:worker_threads';
import { hardware } from '../../src/node/emulator/hardware.ts';
import { median, repeat, type Figure } from './figure.ts';
import type { Rack } from '../harness/rack.ts';

const bare = new URL('./bare-restore.mjs', import.meta.url);

/** Milliseconds until v86 alone has restored the state in `count` threads at once. */
async function bareRestore(rack: Rack, count: number): Promise<number> {
	const { state, wasm } = rack.artefacts;
	const began = performance.now();
	const workers = Array.from({ length: count }, () => {
		// As the rack's own threads.
		return new Worker(bare, { workerData: { state, wasm, hardware }, execArgv: [] });
	});
	await Promise.all(
		workers.map((worker) => new Promise((resolve) => worker.once('message', resolve))),
	);
	const took = performance.now() - began;
	await Promise.all(workers.map((worker) => worker.terminate()));
	return took;
}

/** Milliseconds from the start of the workers until the last of `count` agents has answered. */
async function nodeReady(rack: Rack, count: number): Promise<number> {
	const cluster = rack.cluster(count);
	const began = performance.now();
	let answered = 0;
	const all = new Promise<number>((resolve) => {
		cluster.onProgress((progress) => {
			if (
				progress.kind === 'node' &&
				progress.progress.phase === 'identify' &&
				++answered === count
			)
				resolve(performance.now() - began);
		});
	});
	const started = cluster.start();
	const took = await all;
	await started;
	await cluster.stop();
	return took;
}

export async function nodeReadyFigures(rack: Rack): Promise<Figure[]> {
	const figures: Figure[] = [];
	for (const count of [1, 3]) {
		// Alternating, so that a busy minute of the machine meets both sides.
		const pairs: [number, number][] = [];
		await repeat(5, async () => {
			const floor = await bareRestore(rack, count);
			pairs.push([floor, await nodeReady(rack, count)]);
			return floor;
		});
		const floor = median(pairs.map(([each]) => each));
		const ready = median(pairs.map(([, each]) => each));
		const name = count === 1 ? 'one node' : `${count} nodes at once`;
		figures.push(
			{ name: `bare v86 restore, ${name}`, value: floor, unit: 'ms' },
			{ name: `node ready, ${name}`, value: ready, unit: 'ms' },
			{ name: `node ready ÷ bare restore, ${name}`, value: ready / floor, unit: '×', bound: 1.5 },
		);
	}
	return figures;
}
