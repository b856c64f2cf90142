import type { Cluster } from '../../api/cluster.ts';
import type { PictureView } from '../../lesson/lesson.ts';

export type PictureGroup = 'linux' | 'kubernetes';

export const pictureGroups: Record<PictureGroup, readonly PictureView[]> = {
	linux: ['processes', 'namespaces', 'cgroups', 'layers', 'network'],
	kubernetes: ['nodes', 'rollout', 'service', 'loop', 'charts'],
};

/** Pictures that make sense for what runs on the machines. */
export function offeredGroups(runs: Cluster['runs']): PictureGroup[] {
	return runs === 'kubernetes' ? ['linux', 'kubernetes'] : ['linux'];
}

export function groupOf(view: PictureView): PictureGroup {
	return pictureGroups.kubernetes.includes(view) ? 'kubernetes' : 'linux';
}

/** The picture that is drawn when a lesson asks for `view`: another one where it would stay empty. */
export function drawnView(view: PictureView, runs: Cluster['runs']): PictureView {
	return offeredGroups(runs).includes(groupOf(view)) ? view : 'processes';
}
