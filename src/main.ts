import './ui/theme.css';
import './ui/base.css';
import './ui/print.css';
import './ui/pages/reading.css';
import type { Artefacts } from './cluster/artefacts.ts';
import { RealClock } from './util/clock.ts';
import { consoleLog, logged } from './util/log.ts';
import { site, siteRoot, type PageName } from './ui/pages/site.ts';
import { keepForOffline } from './ui/pages/offline.ts';
import type { CreateCluster } from './ui/state/playground.svelte.ts';

/** Kept as long as the page is, so that fresh machines are not downloaded again, whatever the browser keeps. */
let artefacts: Artefacts | undefined;

/** The rack is loaded when it is started, so that the text never waits for it. */
const createCluster: CreateCluster = async ({ nodes, runs }) => {
	const [{ LocalCluster }, { webWorkers }, { WebArtefacts }, { settings }] = await Promise.all([
		import('./cluster/cluster.ts'),
		import('./cluster/web-workers.ts'),
		import('./cluster/web-artefacts.ts'),
		import('./ui/state/settings.svelte.ts'),
	]);
	const clock = new RealClock();
	artefacts ??= new WebArtefacts(new URL('images/', siteRoot), clock);
	return new LocalCluster({
		host: await webWorkers(siteRoot),
		artefacts,
		clock,
		nodes,
		runs,
		memory: settings.memory,
	});
};

interface Page {
	start(target: HTMLElement, createCluster: CreateCluster): Promise<void>;
}

/** What makes a page alive; each is loaded on its own page only. */
const pages: Partial<Record<PageName, () => Promise<Page>>> = {
	map: () => import('./ui/pages/map.ts'),
	sandbox: () => import('./ui/pages/sandbox.ts'),
	print: () => import('./ui/pages/print.ts'),
	teach: () => import('./ui/pages/teach.ts'),
	about: () => import('./ui/pages/about.ts'),
	lesson: () => import('./ui/pages/lesson.ts'),
	embed: () => import('./ui/embed/page.ts'),
};

const target = document.getElementById('app');
if (!target) throw new Error('the page has no element "app"');
if (site.route)
	pages[site.route.page]?.()
		.then((page) => page.start(target, createCluster))
		.catch(logged(consoleLog, 'page', 'it does not come alive'));
keepForOffline();
