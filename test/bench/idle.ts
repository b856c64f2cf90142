import { Client } from '../../src/client/rest.ts';
import { nodesReady } from '../../src/headless/ready.ts';
import type { Figure } from './figure.ts';
import type { Rack } from '../harness/rack.ts';

const mega = 1 << 20;
const settleMs = 5000;
const watchMs = 10_000;

/** What three nodes cost when nobody does anything: CPU of the whole process, memory a node. */
export async function idleFigures(rack: Rack): Promise<Figure[]> {
	const cluster = rack.cluster(3);
	await cluster.start();
	await nodesReady(new Client(cluster.api), 3);
	await new Promise((resolve) => setTimeout(resolve, settleMs));
	const began = process.cpuUsage();
	await new Promise((resolve) => setTimeout(resolve, watchMs));
	const { user, system } = process.cpuUsage(began);
	const { wasmBytes, badFrames } = await cluster.memory('node-1');
	await cluster.stop();
	return [
		{ name: 'CPU of 3 idle nodes', value: (user + system) / watchMs / 10, unit: '% of a core' },
		{ name: 'WebAssembly memory a node', value: wasmBytes / mega, unit: 'MB' },
		{ name: 'damaged frames', value: badFrames, unit: '', bound: 0 },
	];
}
