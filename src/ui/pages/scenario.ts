import type { Runs } from '../../lesson/lesson.ts';
import { packText, unpackText } from '../../util/packed-text.ts';

/** What a sandbox can be filled with: files and commands, on machines of a kind. */
export interface Scenario {
	nodes: number;
	runs: Runs;
	files: { path: string; content: string }[];
	/** One line each; typed into the first machine, or into the one that `on` names. */
	commands: { text: string; on?: string }[];
}

/** Longer ones make links that mail programs and chats break: they become a file. */
export const longestLink = 8192;

/** Far above what a scenario of that length holds. */
const mostBytes = 4 * 1024 * 1024;

/** What stands behind `#s=`: it stays in the browser, no server sees it. */
export async function encodeScenario(scenario: Scenario): Promise<string> {
	return packText(JSON.stringify(scenario));
}

/** Undefined for what is damaged or no scenario. */
export async function decodeScenario(text: string): Promise<Scenario | undefined> {
	const json = await unpackText(text, mostBytes);
	return json === undefined ? undefined : readScenario(json);
}

const isText = (value: unknown): value is string => typeof value === 'string';

/** Reads a saved scenario; a stranger's file is looked at in every field. */
export function readScenario(json: string): Scenario | undefined {
	try {
		const { nodes, runs, files, commands } = JSON.parse(json) as Partial<Scenario>;
		const whole = Number.isInteger(nodes) && Number(nodes) >= 1 && Number(nodes) <= 5;
		if (!whole || !['linux', 'docker', 'kubernetes'].includes(String(runs))) return undefined;
		if (!Array.isArray(files) || !Array.isArray(commands)) return undefined;
		if (!files.every(({ path, content }) => isText(path) && isText(content))) return undefined;
		if (!commands.every(({ text, on }) => isText(text) && (on === undefined || isText(on))))
			return undefined;
		return { nodes: Number(nodes), runs: runs as Runs, files, commands };
	} catch {
		return undefined;
	}
}
