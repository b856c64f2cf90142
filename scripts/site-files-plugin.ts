import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Plugin } from 'vite';

const list = 'files.json';

/** `files.json`: every file of the built site, so that it can be packed whole. The last plugin: it names what is there. */
export function siteFiles(): Plugin {
	let outDir = 'dist';
	return {
		name: 'site-files',
		apply: 'build',
		configResolved: (config) => {
			outDir = config.build.outDir;
		},
		closeBundle: {
			order: 'post',
			sequential: true,
			async handler() {
				const entries = await readdir(outDir, { recursive: true, withFileTypes: true });
				const paths = entries
					.filter((entry) => entry.isFile())
					.map((entry) => join(entry.parentPath, entry.name).slice(join(outDir, '/').length));
				const all = new Set(paths.map((path) => path.replaceAll('\\', '/')));
				// A packed text beside the text itself is for servers that look for one.
				const needed = [...all].filter(
					(path) => path !== list && !(path.endsWith('.gz') && all.has(path.slice(0, -3))),
				);
				await writeFile(join(outDir, list), JSON.stringify(needed.sort()));
			},
		},
	};
}
