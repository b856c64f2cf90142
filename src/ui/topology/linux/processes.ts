import type { PictureSources, PictureTable } from '../pictures.ts';
import { mebibytes } from './format.ts';
import { namespaceKinds } from './flags.ts';
import { namespaceMatrix, type NamespaceMatrix } from './namespace-view.ts';
import { processTree, type ProcessTree } from './process-view.ts';
import { words } from './words.ts';

/** The tree of the node in view; undefined until it has said something. */
export function currentTree({
	state,
	inspect,
	terminals,
}: PictureSources): ProcessTree | undefined {
	const { node } = inspect;
	const facts = state.facts.get(node);
	if (!facts) return undefined;
	const tabs = new Set(terminals.tabs.filter((tab) => tab.node === node).map((tab) => tab.id));
	const shells = new Map(
		[...terminals.pids].filter(([tab]) => tabs.has(tab)).map(([tab, pid]) => [pid, tab]),
	);
	return processTree({ node, facts, flags: inspect.flags(node, facts), shells });
}

/** Process × namespace of the node in view. */
export function currentMatrix({ state, inspect }: PictureSources): NamespaceMatrix | undefined {
	const { node } = inspect;
	const facts = state.facts.get(node);
	return facts && namespaceMatrix(node, facts, inspect.flags(node, facts));
}

export function processRows(tree: ProcessTree): PictureTable[] {
	const names = words().processes.states;
	return [
		{
			caption: words().processes.title(tree.node),
			head: ['PID', 'NSpid', 'STAT', 'RSS', 'COMMAND'],
			rows: tree.all.map((one) => ({
				id: one.id,
				cells: [
					String(one.pid),
					one.inside.join(' ') || '–',
					`${one.letter} ${names[one.state]}`,
					mebibytes(one.rssBytes),
					`${one.comm} ${one.args}`.trim(),
				],
			})),
		},
	];
}

export function processSummary(tree: ProcessTree): string {
	const zombies = tree.all.filter((one) => one.state === 'zombie').length;
	return words().processes.summary(tree.node, tree.all.length, tree.pidNamespaces, zombies);
}

export function matrixRows(matrix: NamespaceMatrix): PictureTable[] {
	return [
		{
			caption: words().namespaces.title(matrix.node),
			head: ['PID', 'COMMAND', ...namespaceKinds],
			rows: matrix.rows.map((row) => ({
				id: row.id,
				cells: [
					String(row.pid),
					`${row.comm} ${row.args}`.trim(),
					...row.cells.map(({ inode, flag }) => `${inode}${flag === undefined ? '' : ` ${flag}`}`),
				],
			})),
		},
	];
}

export function matrixSummary(matrix: NamespaceMatrix): string {
	const own = matrix.rows.filter((row) => !row.host).length;
	return words().namespaces.summary(matrix.node, matrix.rows.length, own);
}
