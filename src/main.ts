import { mount } from 'svelte';
import App from './ui/App.svelte';
import { RealClock } from './util/clock.ts';
import type { CreateCluster } from './ui/state/playground.svelte.ts';

/** The rack is loaded when it is started, so that the text never waits for it. */
const createCluster: CreateCluster = async ({ nodes, runs }) => {
	const [{ LocalCluster }, { webWorkers }, { WebArtefacts }] = await Promise.all([
		import('./cluster/cluster.ts'),
		import('./cluster/web-workers.ts'),
		import('./cluster/web-artefacts.ts'),
	]);
	return new LocalCluster({
		host: await webWorkers(new URL('./', document.baseURI)),
		artefacts: new WebArtefacts(new URL('images/', document.baseURI)),
		clock: new RealClock(),
		nodes,
		runs,
	});
};

const target = document.getElementById('app');
if (!target) throw new Error('the page has no element "app"');
mount(App, { target, props: { createCluster } });
