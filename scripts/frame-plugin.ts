import { fileURLToPath } from 'node:url';
import { build, type Plugin, type Rolldown } from 'vite';

const entry = 'src/browser/frame/main.ts';

/** The frame's script as one classic script. */
async function frameScript(): Promise<string> {
	const built = (await build({
		configFile: false,
		logLevel: 'error',
		build: {
			target: 'es2023',
			write: false,
			lib: {
				entry: fileURLToPath(new URL(`../${entry}`, import.meta.url)),
				formats: ['iife'],
				name: 'drydockFrame',
			},
			rolldownOptions: { output: { codeSplitting: false, minify: true } },
		},
	})) as Rolldown.RolldownOutput[];
	const chunk = built[0]?.output[0];
	if (chunk?.type !== 'chunk') throw new Error(`${entry} was not built`);
	return chunk.code.replaceAll('</script', '<\\/script');
}

/**
 * Puts the script of `frame.html` into it: a document without an origin may not read files of the site from every host,
 * and its policy names none.
 */
export function frameDocument(): Plugin {
	return {
		name: 'frame-document',
		transformIndexHtml: {
			order: 'pre',
			async handler(html, { path }) {
				if (!path.endsWith('frame.html')) return html;
				const script = await frameScript();
				return html.replace(
					`<script src="/${entry}"></script>`,
					() => `<script>${script}</script>`,
				);
			},
		},
	};
}
