import { lessons, loadLesson } from 'virtual:course';
import { mount } from 'svelte';
import type { PictureView } from '../../src/lesson/lesson.ts';
import App from '../../src/ui/App.svelte';
import { FixtureCluster } from '../harness/fixture-cluster.ts';
import { KubeFixture } from '../harness/fixture-kube.ts';
import { scenes } from '../harness/fixture-scenes.ts';

/** A lesson over recorded moments: `?lesson=…&scene=rolling&boot=done&picture=loop`; `gallery.show('v2')` goes on. */
const parameters = new URLSearchParams(location.search);
const scene = parameters.get('scene') ?? 'v1';
const boot = parameters.get('boot') ?? 'done';
const cluster = scenes[scene]
	? new KubeFixture(scene, boot)
	: new FixtureCluster({ scene, boot, runs: 'docker' });
(globalThis as { gallery?: FixtureCluster }).gallery = cluster;

const target = document.getElementById('app');
if (!target) throw new Error('no element "app"');
const lesson = await loadLesson[parameters.get('lesson') ?? lessons.at(-1)?.id ?? '']?.();
if (!lesson) throw new Error('there is no such lesson');
const picture = parameters.get('picture') as PictureView | null;
if (picture) {
	lesson.layout.view = picture;
	for (const step of lesson.steps) delete step.view;
}
mount(App, {
	target,
	props: {
		lesson,
		createCluster: () => cluster,
		boot: parameters.get('boot') === 'idle' ? 'click' : 'auto',
	},
});
