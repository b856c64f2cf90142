import type { Cluster } from '../api/cluster.ts';
import type { Lesson, SceneItem } from './lesson.ts';
import { nodeNames } from './terminals.ts';

/** What stands in the boot bar while an item is being done. */
export function describeSceneItem(item: SceneItem): string {
	if (item.do === 'apply') return `kubectl apply -f ${item.file}`;
	return item.do === 'put' ? `${item.on}:${item.path}` : `${item.on} $ ${item.run}`;
}

async function run(cluster: Cluster, node: string, command: string): Promise<void> {
	const { commands } = await cluster.look(node, { commands: [['sh', '-c', command]] });
	const [result] = commands;
	if (result?.code !== 0) throw new Error(result?.stderr.trim() || `exit ${result?.code ?? '?'}`);
}

/** A word that ends a here-document, and that the document does not have as a line. */
function endOf(document: string): string {
	let word = 'END';
	while (document.split('\n').includes(word)) word += '_';
	return word;
}

function prepare(cluster: Cluster, lesson: Lesson, item: SceneItem): Promise<void> {
	if (item.do === 'sh') return run(cluster, item.on, item.run);
	const content = lesson.files[item.file] ?? '';
	if (item.do === 'apply') {
		const [node = ''] = nodeNames(lesson.cluster);
		const end = endOf(content);
		// The node's own kubectl, so that a learner's apply later finds what an earlier apply left.
		return run(cluster, node, `kubectl apply -f - <<'${end}'\n${content}\n${end}\n`);
	}
	const path = item.path.startsWith('/') ? item.path : `/root/${item.path}`;
	return cluster.putFile(item.on, path, content);
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
