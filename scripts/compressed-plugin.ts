import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Plugin } from 'vite';

/** Smaller ones fit into one packet either way. */
const worthIt = 1400;

/** Lays a `.gz` beside every text of the site, for servers that look for one; to others it is just a file. */
export function compressedTexts(): Plugin {
	let outDir = 'dist';
	return {
		name: 'compressed-texts',
		apply: 'build',
		configResolved: (config) => {
			outDir = config.build.outDir;
		},
		closeBundle: {
			order: 'post',
			sequential: true,
			async handler() {
				for (const name of await readdir(outDir, { recursive: true })) {
					const path = join(outDir, name);
					if (!/\.(html|js|css|json)$/.test(name) || name.startsWith('images')) continue;
					const { size } = await stat(path);
					if (size >= worthIt) await writeFile(`${path}.gz`, gzipSync(await readFile(path)));
				}
			},
		},
	};
}
