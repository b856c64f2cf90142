import { mount } from 'svelte';
import App from '../../src/ui/App.svelte';
import { FixtureCluster } from '../harness/fixture-cluster.ts';

/** The whole page over recorded moments: `?scene=rolling&boot=done`; `gallery.show('v2')` goes on to another. */
const parameters = new URLSearchParams(location.search);
const cluster = new FixtureCluster({
	scene: parameters.get('scene') ?? 'v1',
	boot: parameters.get('boot') ?? 'done',
});
(globalThis as { gallery?: FixtureCluster }).gallery = cluster;

const target = document.getElementById('app');
if (!target) throw new Error('no element "app"');
mount(App, {
	target,
	props: {
		createCluster: () => cluster,
		boot: parameters.get('boot') === 'idle' ? 'click' : 'auto',
	},
});
