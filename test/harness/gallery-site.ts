import { fileURLToPath } from 'node:url';
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { build } from 'vite';
import { bundledLessons } from '../../scripts/lessons-plugin.ts';
import { aboutTheSite } from '../../scripts/about-plugin.ts';
import { svelteOptions } from '../../scripts/svelte-options.ts';

/** The galleries of fixtures as static files under `test/e2e/`, built as the page is. */
export async function buildGallery(outDir: string): Promise<void> {
	await build({
		configFile: false,
		root: fileURLToPath(new URL('../../', import.meta.url)),
		base: './',
		logLevel: 'error',
		plugins: [svelte(svelteOptions), bundledLessons(), aboutTheSite()],
		build: {
			outDir,
			emptyOutDir: true,
			target: 'es2023',
			rolldownOptions: {
				input: ['gallery.html', 'gallery-picture.html'].map((name) =>
					fileURLToPath(new URL(`../e2e/${name}`, import.meta.url)),
				),
			},
		},
	});
}
