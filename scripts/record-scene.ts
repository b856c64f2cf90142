// What the front page plays before anybody starts its machine: typed into a real one here, and kept as it answered.
// DRYDOCK_IMAGES_FOLDER=… node --import tsx scripts/record-scene.ts   (after `npx vite build -c vite.headless.config.ts`)
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Moment, Recording } from '../src/ui/pages/hero/scene.ts';
import { sceneCommands } from '../src/ui/pages/hero/scene-commands.ts';
import { Rack } from '../test/harness/rack.ts';
import { Shell } from '../test/harness/shell.ts';

const file = fileURLToPath(new URL('../src/ui/pages/hero/recording.json', import.meta.url));
const node = 'node-1';
/** Until a program that was started does what it is there for. */
const settlesMs = 1500;

const cluster = (await Rack.load()).cluster(1, 'docker');
await cluster.start();
const shell = await Shell.open(cluster, node);

/** The programs of the machine: threads of the kernel have no arguments. */
async function processes(): Promise<Moment['processes']> {
	await new Promise((resolve) => setTimeout(resolve, settlesMs));
	const { processes: all } = await cluster.facts(node);
	return all.filter(({ args }) => args.length > 0).map((one) => ({ ...one, cpuMs: 0, startMs: 0 }));
}

const moments: Moment[] = [{ typed: '', printed: '', processes: await processes() }];
for (const typed of sceneCommands) {
	await shell.type(typed, true);
	// Without the echo of what was typed and the next prompt.
	const lines = shell.tail().replaceAll('\r', '').split('\n').slice(1, -1);
	moments.push({ typed, printed: lines.join('\n').trim(), processes: await processes() });
}
const { memory } = await cluster.facts(node);
const recording: Recording = { node, prompt: `root@${node}:~#`, memory, moments };
writeFileSync(file, `${JSON.stringify(recording, undefined, '\t')}\n`);
await cluster.stop();
process.exit(0);
