import type { Cluster } from '../../api/cluster.ts';
import type { PictureView } from '../../lesson/lesson.ts';

/** The browser is a group of its own: it goes with whatever the machines run. */
export type PictureGroup = 'linux' | 'kubernetes' | 'browser';

export const pictureGroups: Record<PictureGroup, readonly PictureView[]> = {
	linux: ['processes', 'namespaces', 'cgroups', 'layers', 'network'],
	kubernetes: ['nodes', 'rollout', 'service', 'loop', 'charts'],
	browser: ['browser'],
};

/** Pictures that make sense for what runs on the machines. */
export function offeredGroups(runs: Cluster['runs']): PictureGroup[] {
	return runs === 'kubernetes' ? ['linux', 'kubernetes', 'browser'] : ['linux', 'browser'];
}

export function groupOf(view: PictureView): PictureGroup {
	if (view === 'browser') return 'browser';
	return pictureGroups.kubernetes.includes(view) ? 'kubernetes' : 'linux';
}

/** The picture that is drawn when a lesson asks for `view`: another one where it would stay empty. */
export function drawnView(view: PictureView, runs: Cluster['runs']): PictureView {
	return offeredGroups(runs).includes(groupOf(view)) ? view : 'processes';
}
