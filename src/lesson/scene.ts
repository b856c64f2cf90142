import type { Cluster } from '../api/cluster.ts';
import type { Lesson, SceneItem } from './lesson.ts';

/** What stands in the boot bar while an item is being done. */
export function describeSceneItem(item: SceneItem): string {
	return item.do === 'put' ? `${item.on}:${item.path}` : `${item.on} $ ${item.run}`;
}

async function run(cluster: Cluster, node: string, argv: string[], what: string): Promise<void> {
	const { commands } = await cluster.look(node, { commands: [argv] });
	const [result] = commands;
	if (result?.code === 0) return;
	throw new Error(`${what}: ${result?.stderr.trim() || `exit ${result?.code ?? '?'}`}`);
}

// The content goes as an argument, so that no byte of it meets the shell's grammar.
const putScript = 'mkdir -p "$(dirname "$2")" && printf %s "$1" > "$2"';

/** Prepares the nodes for a lesson; every item can be repeated without harm. */
export async function prepareScene(
	cluster: Cluster,
	lesson: Lesson,
	report: (item: SceneItem) => void,
): Promise<void> {
	for (const item of lesson.scene) {
		report(item);
		const argv =
			item.do === 'sh'
				? ['sh', '-c', item.run]
				: ['sh', '-c', putScript, 'sh', lesson.files[item.file] ?? '', item.path];
		await run(cluster, item.on, argv, describeSceneItem(item));
	}
}
