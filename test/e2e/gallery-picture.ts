import { flushSync, mount } from 'svelte';
import type { PictureView } from '../../src/lesson/lesson.ts';
import { Playground } from '../../src/ui/state/playground.svelte.ts';
import { settings, themes } from '../../src/ui/state/settings.svelte.ts';
import { View } from '../../src/ui/state/view.svelte.ts';
import { pictures } from '../../src/ui/topology/pictures.ts';
import { FixtureCluster } from '../harness/fixture-cluster.ts';
import PictureStage from '../harness/PictureStage.svelte';

/** One picture over recorded moments: `?picture=network&scene=linux-bench&lang=zh-CN&theme=dark&height=600&tables=no`. */
const parameters = new URLSearchParams(location.search);
const scene = parameters.get('scene') ?? 'linux-bench';
const cluster = new FixtureCluster({ scene, boot: 'done', runs: 'docker' });
const playground = new Playground(() => cluster);
const load = pictures[(parameters.get('picture') ?? 'processes') as PictureView];
if (!load) throw new Error('there is no such picture');
settings.theme = themes.find((theme) => theme === parameters.get('theme')) ?? 'auto';

const target = document.getElementById('app');
if (!target) throw new Error('no element "app"');
const height = parameters.get('height');
if (height) target.style.setProperty('--stage-height', `${height}px`);

await cluster.start();
cluster.onNodes((nodes) => (playground.state.nodes = nodes));
playground.inspect.connect(cluster);
for (const [name, pid] of [['outside', 59] as const, ['inside', 61] as const]) {
	const { id } = playground.terminals.open('node-1', name);
	playground.terminals.pids.set(id, pid);
}
setInterval(() => (playground.state.now = Date.now()), 500);
const view = new View();
view.picture = (parameters.get('picture') ?? 'processes') as PictureView;
Object.assign(globalThis, { gallery: { cluster, playground, view, flushSync } });
const tables = parameters.get('tables') !== 'no';
mount(PictureStage, { target, props: { picture: await load(), playground, view, tables } });
