import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { Plugin } from 'vite';

/** `sw.js`: the hand-written worker with the list of the files that this build is made of. */
export function serviceWorker(): Plugin {
	return {
		name: 'service-worker',
		apply: 'build',
		generateBundle: {
			order: 'post',
			handler: async function (_options, bundle) {
				const files = Object.keys(bundle)
					.filter((name) => /^assets\/.*\.(js|css)$/.test(name))
					.sort();
				const source = await readFile(new URL('service-worker.js', import.meta.url), 'utf8');
				const version = createHash('sha256').update(files.join('\n')).update(source);
				const filled = source
					.replace("'%version%'", JSON.stringify(version.digest('hex').slice(0, 16)))
					.replace("['%files%']", JSON.stringify(files));
				this.emitFile({ type: 'asset', fileName: 'sw.js', source: filled });
			},
		},
	};
}
