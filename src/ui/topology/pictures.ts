import type { Component } from 'svelte';
import type { InspectPart } from '../../api/inspect.ts';
import type { PictureView } from '../../lesson/lesson.ts';
import type { Activity } from '../state/activity.svelte.ts';
import type { ClusterState } from '../state/cluster-state.svelte.ts';
import type { InspectState } from '../state/inspect-state.svelte.ts';
import type { BrowserState } from '../state/browser-state.svelte.ts';
import type { LoadState } from '../state/load-state.svelte.ts';
import type { RequestState } from '../state/request-state.svelte.ts';
import type { Terminals } from '../state/terminals.svelte.ts';

/** What pictures are made from; `Playground` has all of it. */
export interface PictureSources {
	state: ClusterState;
	inspect: InspectState;
	requests: RequestState;
	browser: BrowserState;
	load: LoadState;
	terminals: Terminals;
	activity: Activity;
}

export interface TableRow {
	/** What `View.selected` becomes when the first cell is pressed. */
	id?: string;
	cells: string[];
}

/** One table of a picture's table twin: the same data as rows. */
export interface PictureTable {
	caption: string;
	head: string[];
	rows: TableRow[];
}

/** One way to look at the machines. The component has no props: it draws what the page's context holds. */
export interface Picture {
	component: Component;
	/** List items (`<li>`: sample, words) for the legend's sheet. */
	legend: Component;
	/** What it needs to know of the chosen node's kernel; asked for while it, or its table, is in view. */
	parts?: readonly InspectPart[];
	/** Of every node's kernel, not only the chosen one's. */
	everyNode?: boolean;
	/** Called inside a template or an effect, so that what it reads is followed. */
	tables(sources: PictureSources): PictureTable[];
	/** One sentence for the live region. */
	summary(sources: PictureSources): string;
}

/** Each picture is loaded when it is looked at for the first time. */
export const pictures: Partial<Record<PictureView, () => Promise<Picture>>> = {
	nodes: async () => (await import('./nodes-picture.ts')).nodes,
	rollout: async () => (await import('./rollout-picture.ts')).rollout,
	processes: async () => (await import('./linux/processes-picture.ts')).picture,
	namespaces: async () => (await import('./linux/namespaces-picture.ts')).picture,
	service: async () => (await import('./service/picture.ts')).service,
	loop: async () => (await import('./loop/picture.ts')).loop,
	charts: async () => (await import('./charts/picture.ts')).charts,
	cgroups: async () => (await import('./linux/cgroups-picture.ts')).picture,
	layers: async () => (await import('./linux/layers-picture.ts')).picture,
	browser: async () => (await import('../browser/picture.ts')).browser,
	network: async () => (await import('./linux/network-picture.ts')).picture,
};
