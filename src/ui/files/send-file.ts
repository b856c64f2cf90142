import type { Cluster } from '../../api/cluster.ts';

const chunkBytes = 256 << 10;

/** Writes a file of a node piece by piece; `told` hears how many bytes are there. */
export async function sendFile(
	cluster: Cluster,
	node: string,
	path: string,
	file: Blob,
	told: (bytes: number) => void = () => undefined,
): Promise<void> {
	for (let at = 0; at === 0 || at < file.size; at += chunkBytes) {
		const chunk = await file.slice(at, at + chunkBytes).arrayBuffer();
		await cluster.putFile(node, path, new Uint8Array(chunk), at > 0);
		told(Math.min(file.size, at + chunkBytes));
	}
}
