import { fileURLToPath } from 'node:url';
import type { Artefacts, LoadedArtefacts } from '../../src/cluster/artefacts.ts';
import { LocalCluster } from '../../src/cluster/cluster.ts';
import { FileArtefacts } from '../../src/headless/file-artefacts.ts';
import { Threads } from '../../src/headless/threads.ts';
import { RealClock } from '../../src/util/clock.ts';
import { imagesFolder } from './images.ts';

const built = (name: string) => new URL(`../../dist-headless/${name}`, import.meta.url);

/** Everything a rack needs, read once, so that no figure contains a disk. */
export class Rack {
	readonly #artefacts: LoadedArtefacts;

	constructor(artefacts: LoadedArtefacts) {
		this.#artefacts = artefacts;
	}

	static async load(): Promise<Rack> {
		const wasm = fileURLToPath(built('v86.wasm'));
		return new Rack(await new FileArtefacts(imagesFolder(), wasm).load(() => undefined));
	}

	get artefacts(): LoadedArtefacts {
		return this.#artefacts;
	}

	cluster(nodes: number, runs: LocalCluster['runs'] = 'kubernetes'): LocalCluster {
		const artefacts: Artefacts = { load: async () => this.#artefacts };
		const host = new Threads((kind) => built(`${kind}.js`));
		return new LocalCluster({ host, artefacts, clock: new RealClock(), nodes, runs });
	}
}

/** Runs a program in a guest and gives its wall-clock milliseconds; fails when it does. */
export async function timed(
	cluster: LocalCluster,
	node: string,
	command: string[],
): Promise<number> {
	const began = performance.now();
	const { commands } = await cluster.look(node, { commands: [command] });
	const took = performance.now() - began;
	const [result] = commands;
	if (result?.code !== 0)
		throw new Error(`${command.join(' ')} ended with ${result?.code}: ${result?.stderr}`);
	return took;
}
