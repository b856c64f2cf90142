import type { Cluster } from '../api/cluster.ts';
import type { Lesson, SceneItem } from './lesson.ts';

/** What stands in the boot bar while an item is being done. */
export function describeSceneItem(item: SceneItem): string {
	return item.do === 'put' ? `${item.on}:${item.path}` : `${item.on} $ ${item.run}`;
}

async function run(cluster: Cluster, node: string, command: string): Promise<void> {
	const { commands } = await cluster.look(node, { commands: [['sh', '-c', command]] });
	const [result] = commands;
	if (result?.code !== 0) throw new Error(result?.stderr.trim() || `exit ${result?.code ?? '?'}`);
}

function prepare(cluster: Cluster, lesson: Lesson, item: SceneItem): Promise<void> {
	if (item.do === 'sh') return run(cluster, item.on, item.run);
	const path = item.path.startsWith('/') ? item.path : `/root/${item.path}`;
	return cluster.putFile(item.on, path, lesson.files[item.file] ?? '');
}

/** Prepares the nodes for a lesson; every item can be repeated without harm. */
export async function prepareScene(
	cluster: Cluster,
	lesson: Lesson,
	report: (item: SceneItem) => void,
): Promise<void> {
	for (const item of lesson.scene) {
		report(item);
		await prepare(cluster, lesson, item).catch((error: unknown) => {
			throw new Error(`${describeSceneItem(item)}: ${(error as Error).message}`);
		});
	}
}
