import type { DirEntry } from '../../api/agent.ts';
import type { Cluster } from '../../api/cluster.ts';
import { maxFileBytes } from '../../api/node.ts';
import { reasonOf } from '../../util/log.ts';
import { saveFile } from './save-file.ts';
import { sendFile } from './send-file.ts';
import { words } from './words.ts';

/** What has arrived is news for so long. */
const doneMs = 10_000;
export const maxMegabytes = maxFileBytes / 1_048_576;

/** One file on its way. */
export class Transfer {
	readonly id: number;
	readonly title: string;
	readonly total: number | undefined;
	bytes = $state(0);
	/** How it ended. */
	said = $state('');
	state = $state<'going' | 'done' | 'failed'>('going');

	constructor(id: number, title: string, total?: number) {
		this.id = id;
		this.title = title;
		this.total = total;
	}
}

/** Files between the reader's computer and the machines. Nothing that is there is written over. */
export class Transfers {
	all = $state.raw<readonly Transfer[]>([]);
	/** Rises with each file that has arrived on a machine. */
	arrived = $state(0);
	#next = 1;

	/** Puts a file into a folder of a node; answers its path there, undefined when it did not arrive. */
	async put(
		cluster: Cluster,
		node: string,
		folder: string,
		file: File,
	): Promise<string | undefined> {
		const transfer = this.#begin(words().putting(file.name, node), file.size);
		return this.#run(transfer, async () => {
			if (file.size > maxFileBytes) throw new Refused(words().tooLarge(maxMegabytes));
			const there = await list(cluster, node, folder);
			const path = `${folder === '/' ? '' : folder}/${freeName(file.name, there)}`;
			try {
				await sendFile(cluster, node, path, file, (bytes) => (transfer.bytes = bytes));
			} catch (error) {
				// Half a file is of no use to anybody.
				await cluster.look(node, { commands: [['rm', '-f', path]] }).catch(() => undefined);
				throw error;
			}
			transfer.said = words().put(path, node);
			this.arrived++;
			return path;
		});
	}
	/** Hands the browser a file of a node, or a folder as its archive. */
	async take(cluster: Cluster, node: string, path: string, size?: number): Promise<void> {
		const name = path.split('/').at(-1) ?? path;
		const transfer = this.#begin(words().taking(name, node), size);
		await this.#run(transfer, async () => {
			const told = (bytes: number) => (transfer.bytes = bytes);
			const taken = await cluster.takeFile(node, path, told);
			saveFile(taken.name, 'application/octet-stream', taken.content);
			transfer.said = words().taken;
		});
	}
	/** What cannot even begin. */
	refuse(name: string, why: string): void {
		const transfer = this.#begin(name);
		transfer.state = 'failed';
		transfer.said = why;
	}
	dismiss(id: number): void {
		this.all = this.all.filter((one) => one.id !== id);
	}

	#begin(title: string, total?: number): Transfer {
		const transfer = new Transfer(this.#next++, title, total);
		this.all = [...this.all, transfer];
		return transfer;
	}
	async #run<T>(transfer: Transfer, what: () => Promise<T>): Promise<T | undefined> {
		try {
			const result = await what();
			transfer.state = 'done';
			setTimeout(() => this.dismiss(transfer.id), doneMs);
			return result;
		} catch (error) {
			transfer.state = 'failed';
			transfer.said = error instanceof Refused ? error.message : words().failed(reasonOf(error));
			return undefined;
		}
	}
}

class Refused extends Error {}

/** What is in a folder: folders first, hidden names last. */
export async function list(cluster: Cluster, node: string, folder: string): Promise<DirEntry[]> {
	const found = (await cluster.look(node, { dirs: [folder] })).dirs[folder];
	if (!found) throw new Error('No such file or directory');
	const rank = ({ name, type }: DirEntry) => (name.startsWith('.') ? 2 : type === 'dir' ? 0 : 1);
	return found.sort((a, b) => rank(a) - rank(b) || a.name.localeCompare(b.name));
}

/** `web.yaml`, or `web-1.yaml` where that is taken. */
export function freeName(name: string, there: readonly { name: string }[]): string {
	const isTaken = (free: string) => there.some((one) => one.name === free);
	const dot = name.indexOf('.', 1);
	const [stem, ending] = dot < 0 ? [name, ''] : [name.slice(0, dot), name.slice(dot)];
	for (let number = 0; ; number++) {
		const free = number === 0 ? name : `${stem}-${number}${ending}`;
		if (!isTaken(free)) return free;
	}
}
